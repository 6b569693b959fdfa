"""A mark in Redis for calls whose row is written late: after the ticket lock, with the claim.

A repetition must be known before the ticket lock refuses it for the seats that its first run
holds, and a loser of a hot seat must cost Postgres nothing. So such a call first leaves a mark,
which lives as long as a row would; its age is told by its own time to live. With Redis away the
row decides alone.
"""

from enum import Enum

import redis
from django.conf import settings

from ticketmaster.core import redis as shared_redis
from ticketmaster.core.idempotency import Call, KeyReused


class Mark(Enum):
    """What leaving the mark showed."""

    FIRST = "nobody made this call before"
    REPEATED = "somebody made it, or is making it"
    UNKNOWN = "Redis is away"


TAKE_OVER = """
if redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PTTL', KEYS[1]) <= tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
    return 1
end
return 0
"""


def leave(call: Call) -> Mark:
    """Leave the mark. Raises KeyReused when it is there with another body."""
    try:
        before = shared_redis.client().set(
            _key(call), call.fingerprint, nx=True, get=True, px=_kept_ms()
        )
    except redis.RedisError as error:
        _away(error)
        return Mark.UNKNOWN
    if before is None:
        return Mark.FIRST
    if before != call.fingerprint:
        raise KeyReused
    return Mark.REPEATED


def take_over(call: Call) -> bool:
    """Make the mark one's own when whoever left it has had the time of a lease and made no row."""
    over = _kept_ms() - settings.IDEMPOTENCY_LEASE_SECONDS * 1000
    try:
        return bool(
            shared_redis.client().eval(TAKE_OVER, 1, _key(call), call.fingerprint, over, _kept_ms())
        )
    except redis.RedisError as error:
        _away(error)
        return True


def wipe(call: Call) -> None:
    """Take the mark away: the next call with this key is a first one again."""
    try:
        shared_redis.client().delete(_key(call))
    except redis.RedisError as error:
        _away(error)


def _key(call: Call) -> str:
    return shared_redis.key(f"idempotent:{call.scope}")


def _kept_ms() -> int:
    return int(settings.IDEMPOTENCY_KEPT_SECONDS) * 1000


def _away(error: redis.RedisError) -> None:
    shared_redis.note_absence(error, part="idempotency", instead="Postgres alone decides")
