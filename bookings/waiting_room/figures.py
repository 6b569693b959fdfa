"""The figures that people are told: how long it may take, and when to ask again."""

import math
import zlib

from bookings.waiting_room.line import Standing
from bookings.waiting_room.tokens import Visitor

SOON, LATER, SELDOM = 2, 5, 45
FIRST_HUNDRED, FIRST_THOUSAND = 100, 1_000
ONE_SECOND_MORE_PER = 500
ASKS_ON_THE_WAY = 4  # of who stands behind the first hundred, at least
MOMENTS_S = 30
LATE = 10**12  # places behind the drawn begin here (lua/common.lua)
LONGEST_FORETOLD_S = 12 * 3600


def wait_band(standing: Standing) -> tuple[int | None, int | None]:
    """At least and at most how many seconds until this visitor is let in; None: nobody can tell.

    As the rate allows; and where the house is full, or will be before their turn, as those inside
    go: half as long at least as their mean stay makes it, one and a half times at most. Nobody can
    tell while no ticket is free.
    """
    if standing.state == "pool" or (standing.state == "unknown" and not standing.is_drawn):
        return _opens_in_s(standing), None
    if standing.state != "waiting" or standing.is_paused or standing.left == 0:
        return None, None
    if standing.rate <= 0 or standing.most <= 0:
        return None, None
    have_to_go = max(0, standing.ahead + 1 - max(0, standing.most - standing.inside))
    turns_s = have_to_go * standing.stay / 1000 / standing.most
    least = math.floor(max(standing.ahead / standing.rate, turns_s / 2))
    most = math.ceil(max((standing.ahead + 1) / standing.rate, turns_s) * 1.5) + LATER
    return least, most if most <= LONGEST_FORETOLD_S else None


def _opens_in_s(standing: Standing) -> int:
    """Until joining begins; from then on until the line does."""
    is_early = standing.now < standing.joins_from
    moment = standing.joins_from if is_early else standing.opens
    return max(0, math.ceil((moment - standing.now) / 1000))


def retry_after(standing: Standing, visitor: str) -> int:
    """Seconds until it is worth asking again: soon in front, seldom far behind or long before.

    Far behind is both a place and a time: whoever cannot be let in for minutes asks seldom, so
    that twenty thousand who wait leave the machine to those who buy.

    The same people do not all ask in the same second: up to a third is added, by visitor.
    """
    if standing.state == "waiting":
        least_s = standing.ahead / standing.rate if standing.rate > 0 else 0.0
        if standing.ahead < FIRST_HUNDRED:
            return SOON if least_s <= MOMENTS_S else LATER
        by_time = int(least_s / ASKS_ON_THE_WAY)
        return _spread(max(_by_place(standing.ahead), by_time), visitor)
    if standing.state == "pool":
        left_s = (standing.opens - standing.now) / 1000
        if left_s <= 0:
            return SOON
        return LATER if standing.ahead < FIRST_THOUSAND else _spread(int(left_s / 4), visitor)
    if standing.now < standing.joins_from:
        return min(SELDOM, max(LATER, _opens_in_s(standing)))
    return LATER


def hold_on(visitor: Visitor | None) -> int:
    """Seconds until it is worth asking again while nobody can tell how anybody stands.

    By the place that the token names; before the draw by the number.
    """
    if visitor is None:
        return LATER
    return _spread(_by_place(visitor.place % LATE or visitor.number), visitor.visitor)


def _by_place(ahead: int) -> int:
    return LATER if ahead < FIRST_THOUSAND else LATER + ahead // ONE_SECOND_MORE_PER


def _spread(seconds: int, visitor: str) -> int:
    seconds = min(SELDOM, seconds)
    if seconds <= LATER:
        return LATER
    return seconds + zlib.crc32(visitor.encode()) % (seconds // 3 + 1)
