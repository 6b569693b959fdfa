"""The line of one event, in Redis: every step is one Lua call (`lua/`), none asks Postgres.

Callers catch `redis.RedisError`: with Redis away nobody advances and nobody loses a place.
"""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from redis.commands.core import Script

from bookings.waiting_room.tokens import Visitor
from ticketmaster.core import redis as shared_redis
from ticketmaster.gateway.limits import Limit

LUA = Path(__file__).parent / "lua"
KEPT_SECONDS = 7 * 24 * 3600
LEAST_BETWEEN_POLLS_MS = 500
BURST_OF_POLLS = 10
POLLS = Limit("waiting-room-poll", BURST_OF_POLLS, BURST_OF_POLLS * LEAST_BETWEEN_POLLS_MS // 1000)

PARTS = (
    "room", "pool", "nonces", "waiting", "away", "back", "inside", "stays", "seen", "owners",
    "places", "aliases", "gone", "journal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How a visitor stands, and how the room does. Moments and spans in milliseconds, `rate` in
    people a second. `message` is staff's, to all. `stay` is how long people are inside at the
    mean; `left` and `held` are tickets, -1 where nobody knows them.

    `state`: admitted, waiting, pool (before the draw), gone (bought, left, idle), unknown; `lost`
    (Redis does not know this room), `off` (switched off: everybody may go in), `fast` (asked too
    often), `early` and `closed` (cannot join).
    """

    state: str
    visitor: str
    ahead: int
    place: int
    admitted_at: int
    inside_until: int
    opens: int
    rate: float
    is_sealed: bool
    is_drawn: bool
    is_paused: bool
    is_closed: bool
    joins_from: int
    restored: int
    now: int
    message: str
    most: int
    inside: int
    stay: int
    left: int
    held: int

    @property
    def draw_is_due(self) -> bool:
        """The opening has passed and the pool is not yet drawn."""
        return not self.is_drawn and 0 < self.opens <= self.now


def _standing(answer: list[Any]) -> Standing:
    return Standing(
        answer[0],
        answer[1],
        int(answer[2]),
        int(float(answer[3])),
        int(float(answer[4])),
        int(float(answer[5])),
        int(answer[6]),
        float(answer[7]),
        answer[8] == 1,
        answer[9] == 1,
        answer[10] == 1,
        answer[11] == 1,
        int(answer[12]),
        int(answer[13]),
        int(answer[14]),
        answer[15],
        int(answer[16]),
        int(answer[17]),
        int(answer[18]),
        int(answer[19]),
        int(answer[20]),
    )


@functools.cache
def _script(name: str) -> Script:
    text = (LUA / "common.lua").read_text() + (LUA / f"{name}.lua").read_text()
    return shared_redis.client().register_script(text)


@functools.lru_cache(maxsize=256)
def _keys(prefix: str, event_id: int) -> list[str]:
    return [f"{prefix}:waiting-room:{{{event_id}}}:{part}" for part in PARTS]


def keys_of(event_id: int) -> list[str]:
    """The keys of this event's line, in the order of PARTS."""
    return _keys(settings.CACHES["default"]["KEY_PREFIX"], event_id)


def key_of(event_id: int, part: str) -> str:
    """One of them."""
    return keys_of(event_id)[PARTS.index(part)]


def run(name: str, event_id: int, *arguments: str | int | float) -> Any:
    """One step. Raises RedisError."""
    script = _script(name)
    return script(keys=keys_of(event_id), args=arguments, client=shared_redis.client())


def poll(event_id: int, visitor: str) -> Standing:
    """How this visitor stands; marks them as present and lets in whoever's turn it is."""
    between = LEAST_BETWEEN_POLLS_MS if settings.RATE_LIMITS else 0
    return _standing(run("poll", event_id, visitor, between, BURST_OF_POLLS))


def look(event_id: int) -> Standing:
    """How the room stands, for somebody without a place in it."""
    return poll(event_id, "")


def join(event_id: int, visitor: str, nonce: str) -> tuple[Standing, int]:
    """Take a place, or keep the one there is. Also the number in order of joining, 0 if none.

    A visitor who is `gone` or a room that is `closed`, `early` or `lost` gives no place.
    """
    answer = run("join", event_id, visitor, nonce)
    return _standing(answer), int(answer[21]) if len(answer) > 21 else 0


@dataclass(frozen=True, slots=True)
class Entered:
    """What the line says at the gate: `ok`, or `lost`, `gone`, `outside`, `other` (somebody
    else's). `is_new` where this call bound the pass; `restored` when Redis was last refilled."""

    word: str
    is_new: bool
    restored: int


def enter(event_id: int, visitor: str, account: int) -> Entered:
    """Whether this account may reserve as this visitor; `ok` keeps the place for a hold."""
    hold_ms = settings.WAITING_ROOM_PASS_SECONDS * 1000
    word, is_new, restored = run("enter", event_id, visitor, account, hold_ms)
    return Entered(word, is_new == 1, int(restored))


def take_back(visitor: Visitor) -> bool:
    """Stand a visitor in line again whom the checkpoint missed before Redis was lost."""
    words = (visitor.visitor, visitor.number, visitor.place, visitor.nonce, visitor.signed_at, 0)
    return run("readmit", visitor.event_id, *words) == 1


def take_back_inside(event_id: int, visitor: str, *, until_s: int) -> bool:
    """The same for somebody who was inside. False where it is full: they are next in line."""
    return run("readmit", event_id, visitor, 0, 0, "-", 0, until_s * 1000) == 1


def leave(event_id: int, visitor: str, *, why: str) -> bool:
    """Give the place back. True if there was one."""
    return run("leave", event_id, visitor, "", why) == 1


def leave_as_account(event_id: int, account: int, *, why: str) -> bool:
    """The same for the place of an account."""
    return run("leave", event_id, "", account, why) == 1


def link(event_id: int, visitor: str, account: int) -> str:
    """Make visitor and account one place, the better of what they have.

    The visitor that counts from now on: the account's own where `visitor` is blank or somebody
    else's, and blank where it has none.
    """
    found: str = run("link", event_id, visitor, account)
    return found


def numbers(event_id: int) -> dict[str, float] | None:
    """Live numbers; None where Redis does not know the room."""
    names = (
        "pool", "waiting", "away", "back", "inside", "admitted", "joined", "rate", "most", "flow",
        "not_written", "is_drawn", "is_sealed",
    )  # fmt: skip
    values = run("numbers", event_id)
    return dict(zip(names, map(float, values), strict=True)) if values else None


def connection() -> redis.Redis:
    """Redis itself, for what reads or writes a line as a whole."""
    return shared_redis.client()


def owner_of(event_id: int, visitor: str) -> str | None:
    """The account that this visitor belongs to. Raises RedisError."""
    found = connection().hget(key_of(event_id, "owners"), visitor)
    return str(found) if found else None
