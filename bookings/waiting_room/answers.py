"""What a visitor is told, by page and by app: one poll, one join, one leave."""

import logging
import time
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from bookings.waiting_room import figures, keeper, line
from bookings.waiting_room.draw import NONCE, new_nonce
from bookings.waiting_room.line import Standing
from bookings.waiting_room.rooms import behind_rooms
from bookings.waiting_room.tokens import (
    Visitor,
    new_visitor,
    read_visitor,
    sign_pass,
    sign_visitor,
)
from ticketmaster.core.errors import InvalidInput, NotFound
from ticketmaster.gateway.limits import Charge, Limit, Quota, TooManyRequests, spend

logger = logging.getLogger(__name__)

# Joining with a token that one has: once does, and costs more than a poll.
AGAIN = Limit("waiting-room-again", 30, 60)
NO_SUCH_PLACE = "There is no such place in this line (any more). Join it to get one."


@dataclass(frozen=True, slots=True)
class Answer:
    """The shape of `GET` and `POST /event/{id}/waiting-room`, and the standing behind it."""

    state: str
    place: int | None = None
    ahead: int | None = None
    wait: tuple[int | None, int | None] = (None, None)
    retry_after: int = figures.LATER
    visitor: str | None = None
    entry_pass: str | None = None
    message: str | None = None
    tickets_left: int | None = None
    tickets_held: int | None = None
    standing: Standing | None = None

    def shape(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "state": self.state,
            "place": self.place,
            "ahead": self.ahead,
            "wait": {"min_s": self.wait[0], "max_s": self.wait[1]},
            "retry_after": self.retry_after,
            "visitor": self.visitor,
            "pass": self.entry_pass,
            "message": self.message,
            "tickets_left": self.tickets_left,
            "tickets_held": self.tickets_held,
        }


def poll(event_id: int, token: str) -> Answer:
    """How the visitor of this token stands; without a token, how the room stands.

    Asks Redis once and Postgres never, unless Redis has lost the line. With Redis away everybody
    is told to hold on. Raises NotFound (no room, no such place) and TooManyRequests.
    """
    visitor = read_visitor(token, event_id=event_id) if token else None
    if token and visitor is None:
        raise NotFound(NO_SUCH_PLACE)
    try:
        standing = _standing(event_id, visitor)
    except redis.RedisError as error:
        logger.info("waiting room %s: hold on, Redis is away (%s)", event_id, error)
        return Answer("paused", retry_after=figures.hold_on(visitor), visitor=token or None)
    if visitor is not None and standing.state in {"unknown", "gone"}:
        raise NotFound(NO_SUCH_PLACE)
    return _answer(event_id, standing, visitor, token)


def _standing(event_id: int, visitor: Visitor | None) -> Standing:
    wanted = visitor.visitor if visitor else ""
    standing = line.poll(event_id, wanted)
    if standing.state == "fast":
        raise TooManyRequests(figures.SOON, Quota(line.POLLS, 0, figures.SOON))
    if standing.state == "lost" and event_id not in behind_rooms():
        raise NotFound("This event has no waiting room.")
    if standing.state == "lost" or standing.draw_is_due:
        keeper.attend(event_id)
        standing = line.poll(event_id, wanted)
    if visitor is not None and standing.state == "unknown" and line.take_back(visitor):
        standing = line.poll(event_id, wanted)
    return standing


def _answer(event_id: int, standing: Standing, visitor: Visitor | None, token: str) -> Answer:
    if visitor is not None and standing.place > 0 and standing.place != visitor.place:
        token = _token(visitor, standing)
    in_line = standing.state == "waiting"
    return Answer(
        _state(standing),
        place=standing.ahead + 1 if in_line else None,
        ahead=standing.ahead if in_line else None,
        wait=figures.wait_band(standing),
        retry_after=_retry_after(standing, visitor),
        visitor=token or None,
        entry_pass=_pass(event_id, standing),
        message=standing.message or None,
        tickets_left=standing.left if standing.left >= 0 else None,
        tickets_held=standing.held if standing.held >= 0 else None,
        standing=standing,
    )


def _retry_after(standing: Standing, visitor: Visitor | None) -> int:
    if standing.state == "lost":
        return figures.hold_on(visitor)
    return figures.retry_after(standing, standing.visitor)


def _token(visitor: Visitor, standing: Standing) -> str:
    """The token with the place that the visitor has by now."""
    return sign_visitor(
        Visitor(
            event_id=visitor.event_id,
            visitor=standing.visitor,
            number=visitor.number,
            place=standing.place,
            signed_at=standing.now,
            nonce=visitor.nonce,
        )
    )


def _pass(event_id: int, standing: Standing) -> str | None:
    if standing.state != "admitted":
        return None
    return sign_pass(event_id=event_id, visitor=standing.visitor, admitted_at=standing.admitted_at)


def _state(standing: Standing) -> str:
    if standing.state in {"admitted", "off"}:
        return "admitted"
    if standing.is_closed or standing.state in {"closed", "early"}:
        return "closed"
    if standing.state == "lost" or (standing.is_paused and standing.opens <= standing.now):
        return "paused"
    if standing.state == "pool":
        return "pre_queue"
    if standing.state == "unknown" and not standing.is_drawn:
        return "closed" if standing.now < standing.joins_from else "pre_queue"
    return "waiting"


def join_as_account(
    request: HttpRequest, event_id: int, *, token: str, nonce: str, account: int
) -> Answer:
    """`join` for somebody signed in: the account's one place, the better of what it has."""
    token = link(event_id, token, account) if event_id in behind_rooms() else token
    joined = join(request, event_id, token=token, nonce=nonce)
    if not joined.visitor:
        return joined
    best = link(event_id, joined.visitor, account)
    return poll(event_id, best) if best != joined.visitor else joined


def join(request: HttpRequest, event_id: int, *, token: str, nonce: str = "") -> Answer:
    """Take a place in the line, or keep the one that the token has.

    Raises NotFound where there is no room, InvalidInput for a nonce of another shape,
    TooManyRequests for too many joins of one address, and what the challenge raises.
    """
    if event_id not in behind_rooms():
        raise NotFound("This event has no waiting room.")
    if nonce and not NONCE.fullmatch(nonce):
        raise InvalidInput("A nonce has 1 to 64 of A-Z, a-z, 0-9, _ and -.", attr="nonce")
    known = read_visitor(token, event_id=event_id) if token else None
    if known is None:
        _let_in_to_join(request, event_id)
    else:
        _pay(request, Charge(AGAIN, known.visitor))
    try:
        return _join(request, event_id, known, nonce or new_nonce())
    except redis.RedisError as error:
        logger.info("waiting room %s: hold on, Redis is away (%s)", event_id, error)
        return Answer(
            "paused", retry_after=figures.hold_on(known), visitor=token if known else None
        )


def _let_in_to_join(request: HttpRequest, event_id: int) -> None:
    limit = Limit("waiting-room-join", settings.WAITING_ROOM_JOINS_PER_MINUTE, 60)
    _pay(request, Charge(limit, request.META["REMOTE_ADDR"]))
    if settings.WAITING_ROOM_CHALLENGE:
        import_string(settings.WAITING_ROOM_CHALLENGE)(request, event_id)


def _pay(request: HttpRequest, charge: Charge) -> None:
    """Count one join; the gateway puts on the answer what is left."""
    try:
        request.quota = spend(charge).tightest  # type: ignore[attr-defined]
    except TooManyRequests as error:
        request.quota = error.quota  # type: ignore[attr-defined]
        raise


def _join(request: HttpRequest, event_id: int, known: Visitor | None, nonce: str) -> Answer:
    if known is not None:
        line.take_back(known)
    wanted = known.visitor if known else new_visitor()
    standing, number = line.join(event_id, wanted, nonce)
    if standing.state == "lost":
        keeper.attend(event_id)
        standing, number = line.join(event_id, wanted, nonce)
    if standing.state == "gone":  # who is through stands behind the others as somebody new
        _let_in_to_join(request, event_id)
        known = None
        standing, number = line.join(event_id, new_visitor(), nonce)
    if not standing.visitor:
        return _answer(event_id, standing, None, "")
    visitor = known or Visitor(
        event_id=event_id,
        visitor=standing.visitor,
        number=number,
        place=0,
        signed_at=standing.now or int(time.time() * 1000),
        nonce=nonce,
    )
    return _answer(event_id, standing, visitor, _token(visitor, standing))


def leave(event_id: int, token: str) -> bool:
    """Give the place back. False where there was none, or Redis is away."""
    visitor = read_visitor(token, event_id=event_id)
    if visitor is None:
        return False
    try:
        return line.leave(event_id, visitor.visitor, why="left")
    except redis.RedisError:
        return False


def link(event_id: int, token: str, account: int) -> str:
    """From sign-in on: one place per account, its best. The token that counts from now on.

    Blank where the account has no place. With Redis away the token stays as it is.
    """
    visitor = read_visitor(token, event_id=event_id) if token else None
    own = visitor.visitor if visitor else ""
    try:
        best = line.link(event_id, own, account)
        if not best or best == own:
            return token if best else ""
        standing = line.poll(event_id, best)
    except redis.RedisError:
        return token
    unknown = Visitor(
        event_id=event_id, visitor=best, number=0, place=0, signed_at=standing.now, nonce="-"
    )
    return _token(unknown, standing)
