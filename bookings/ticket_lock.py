"""The ticket lock in Redis: the fast refusal in front of Postgres, never the truth.

One Lua call sets all of a request's tickets or none. A lock lasts ten seconds while its holder
asks Postgres (a killed worker hides no seat for longer), then to the end of the hold. Its value
is the owner's reference, and after the commit also the event and price level, from which a loser
finds an alternative without asking Postgres. With Redis away every call lets Postgres decide.
"""

import logging
from collections.abc import Collection, Sequence

import redis
from django.conf import settings

from ticketmaster.core import redis as shared_redis

logger = logging.getLogger(__name__)

CLAIM_SECONDS = 10

TAKE = """
local taken = {}
for i, key in ipairs(KEYS) do
    local value = redis.call('GET', key)
    if value then taken[#taken + 1] = i .. ' ' .. value end
end
if #taken > 0 then return taken end
for _, key in ipairs(KEYS) do
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
end
return taken
"""

# Only the owner's locks; one that vanished meanwhile is set again, a stranger's is left alone.
KEEP = """
for _, key in ipairs(KEYS) do
    local value = redis.call('GET', key)
    if not value or string.sub(value, 1, #ARGV[1]) == ARGV[1] then
        redis.call('SET', key, ARGV[2], 'PX', ARGV[3])
    end
end
"""

DROP = """
for _, key in ipairs(KEYS) do
    local value = redis.call('GET', key)
    if value and string.sub(value, 1, #ARGV[1]) == ARGV[1] then redis.call('DEL', key) end
end
"""


class Refused(Exception):
    """Somebody else has some of the tickets: their ids, and where an alternative may be."""

    def __init__(self, ticket_ids: list[int], kin: tuple[int, int] | None) -> None:
        self.ticket_ids = ticket_ids
        self.kin = kin
        super().__init__()


def take(ticket_ids: Sequence[int], *, owner: str) -> None:
    """Lock them all for ten seconds, or raise Refused and lock none."""
    taken = _run(TAKE, ticket_ids, owner, CLAIM_SECONDS * 1000) or []
    if not taken:
        return
    pairs = [line.split(" ", 1) for line in taken]
    raise Refused([ticket_ids[int(place) - 1] for place, _ in pairs], _kin(pairs[0][1]))


def keep(
    ticket_ids: Sequence[int], *, owner: str, seconds: float, kin: tuple[int, int] | None
) -> None:
    """Prolong the owner's locks to the end of its hold. `kin` is (event id, price level id)."""
    value = f"{owner} {kin[0]} {kin[1]}" if kin else owner
    _run(KEEP, ticket_ids, owner, value, max(int(seconds * 1000), 1))


def drop(ticket_ids: Sequence[int], *, owner: str) -> None:
    """Give the owner's locks up at once."""
    _run(DROP, ticket_ids, owner)


def locked_among(ticket_ids: Sequence[int]) -> set[int]:
    """Those that somebody has locked; none where Redis is away."""
    if not ticket_ids:
        return set()
    try:
        values = shared_redis.client().mget([_key(ticket_id) for ticket_id in ticket_ids])
    except redis.RedisError as error:
        _away(error)
        return set()
    return {
        ticket_id for ticket_id, value in zip(ticket_ids, values, strict=True) if value is not None
    }


def _key(ticket_id: int) -> str:
    # With the prefix two databases, a site's and a test's, share one Redis in peace.
    return f"{settings.CACHES['default']['KEY_PREFIX']}:ticket-lock:{ticket_id}"


def _kin(value: str) -> tuple[int, int] | None:
    words = value.split(" ")
    return (int(words[1]), int(words[2])) if len(words) == 3 else None


def _run(script: str, ticket_ids: Collection[int], *values: str | int) -> list[str] | None:
    if not ticket_ids:
        return None
    try:
        keys = [_key(ticket_id) for ticket_id in ticket_ids]
        answer: list[str] | None = shared_redis.client().eval(script, len(keys), *keys, *values)
    except redis.RedisError as error:
        _away(error)
        return None
    return answer


def _away(error: redis.RedisError) -> None:
    if not isinstance(error, shared_redis.RedisResting):
        shared_redis.rest()
        logger.warning("ticket lock: Redis is away (%s); Postgres alone decides", error)
