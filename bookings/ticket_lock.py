"""The ticket lock in Redis: the fast refusal in front of Postgres, never the truth.

One Lua call sets all of a request's tickets or none. A lock lasts ten seconds while its holder
asks Postgres (a killed worker hides no seat for longer), then to the end of the hold. Its value
is the owner's reference, and after the commit also the event and price level: their last equal
block, remembered for a second, comes with the refusal, so that a crowd of losers asks Redis once
each, for lock and session together (`look`), and Postgres nothing. With Redis away every call lets
Postgres decide.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

import redis
from django.conf import settings

from ticketmaster.core import redis as shared_redis

CLAIM_SECONDS = 10
REMEMBERED_MS = 1000
BLOCKS = "alternative:"

# Who has the first of these that somebody has, an equal block, and which they are; nil for none.
REFUSAL = """
local function refusal(keys, blocks)
    local taken, first = {}, nil
    for i, key in ipairs(keys) do
        local value = redis.call('GET', key)
        if value then
            first = first or value
            taken[#taken + 1] = i
        end
    end
    if not first then return nil end
    local event, level = string.match(first, ' (%d+) (%d+)$')
    local block = event and redis.call('GET', blocks .. event .. ':' .. level .. ':' .. #keys)
    return {first, block or '', taken}
end
"""

TAKE = (
    REFUSAL
    + """
local refused = refusal(KEYS, ARGV[3])
if refused then return refused end
for _, key in ipairs(KEYS) do
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
end
"""
)

LOOK = (
    REFUSAL
    + """
return {redis.call('GET', KEYS[1]), refusal({unpack(KEYS, 2)}, ARGV[1])}
"""
)

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
    """Somebody else has some of the tickets: their ids, their (event id, price level id) where
    the holder's commit has told it, and an equal block that was free within the last second."""

    def __init__(
        self, ticket_ids: list[int], kin: tuple[int, int] | None, block: list[int]
    ) -> None:
        self.ticket_ids = ticket_ids
        self.kin = kin
        self.block = block
        super().__init__()


def take(ticket_ids: Sequence[int], *, owner: str) -> None:
    """Lock them all for ten seconds, or raise Refused and lock none."""
    refusal = _run(TAKE, ticket_ids, owner, CLAIM_SECONDS * 1000, shared_redis.key(BLOCKS))
    if refusal:
        raise _refused(ticket_ids, *refusal)


def look(
    ticket_ids: Sequence[int], *, beside: str, client: redis.Redis
) -> tuple[bytes | None, Refused | None]:
    """What `client` keeps under the key `beside`, and how `take` would be refused at this moment.

    Both in one round trip, and nothing is locked. `client` asks the Redis that has the locks, and
    answers in bytes. Raises RedisError.
    """
    keys = [_key(ticket_id) for ticket_id in ticket_ids]
    kept, *refusal = client.eval(LOOK, 1 + len(keys), beside, *keys, shared_redis.key(BLOCKS))
    if not refusal:
        return kept, None
    [(holder, block, places)] = refusal
    return kept, _refused(ticket_ids, holder.decode(), block, places)


def _refused(
    ticket_ids: Sequence[int], holder: str, block: str | bytes, places: Sequence[int]
) -> Refused:
    taken = [ticket_ids[place - 1] for place in places]
    return Refused(taken, _kin(holder), json.loads(block) if block else [])


def remember_block(kin: tuple[int, int], block: Sequence[int]) -> None:
    """Tell this block, for a second, to whoever is refused as many tickets of its kind."""
    key = shared_redis.key(f"{BLOCKS}{kin[0]}:{kin[1]}:{len(block)}")
    try:
        shared_redis.client().set(key, json.dumps(list(block)), px=REMEMBERED_MS)
    except redis.RedisError as error:
        _away(error)


def may_look(kin: tuple[int, int], quantity: int) -> bool:
    """Whether the caller is the one, in this second, who looks for such a block; others need
    not. False where Redis is away."""
    key = shared_redis.key(f"{BLOCKS}{kin[0]}:{kin[1]}:{quantity}:turn")
    try:
        return bool(shared_redis.client().set(key, "1", nx=True, px=REMEMBERED_MS))
    except redis.RedisError as error:
        _away(error)
        return False


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


def _run(script: str, ticket_ids: Collection[int], *values: str | int) -> Any:
    if not ticket_ids:
        return None
    try:
        keys = [_key(ticket_id) for ticket_id in ticket_ids]
        return shared_redis.client().eval(script, len(keys), *keys, *values)
    except redis.RedisError as error:
        _away(error)
        return None


def _away(error: redis.RedisError) -> None:
    shared_redis.note_absence(error, part="ticket lock", instead="Postgres alone decides")
