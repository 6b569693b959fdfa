"""How often something may be tried: exact sliding windows in Redis, one Lua call for all of them.

With Redis away each process counts for itself: looser by the number of processes, never open.
`RATE_LIMITS=off` (measurements; production refuses it) lets everything pass.
"""

import hashlib
import logging
import math
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import redis
from django.conf import settings

from ticketmaster.core import redis as shared_redis
from ticketmaster.core.errors import DomainError

logger = logging.getLogger(__name__)

MOST_LOCAL_KEYS = 20_000  # a flood of addresses while Redis is away must not fill the memory

# KEYS: one sorted set per charge, its members the tries by time in ms. ARGV: the try's id, then
# limit and window in ms of each. Spends from all or from none; answers the wait in ms, 0 if spent.
SPEND = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
    local most, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
    if redis.call('ZCARD', key) >= most then
        local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
        wait = math.max(wait, oldest + window - now, 1)
    end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
    redis.call('ZADD', key, now, ARGV[1])
    redis.call('PEXPIRE', key, ARGV[2 * i + 1])
end
return 0
"""


class TooManyRequests(DomainError):
    """Asked too often. Nothing was changed; `retry_after` says when it is worth trying again."""

    code = "throttled"
    message = "That was tried too often in a short time. Please wait a little and try again."
    status: ClassVar[int] = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limit:
    """At most `most` tries in any `seconds`, counted apart under each name."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True)
class Charge:
    """One try against a limit, on the account of somebody or something."""

    limit: Limit
    whom: str

    @property
    def key(self) -> str:
        """Where it is counted. Hashed: no address or e-mail stands in Redis."""
        digest = hashlib.sha256(self.whom.encode()).hexdigest()[:32]
        return f"{settings.CACHES['default']['KEY_PREFIX']}:limit:{self.limit.name}:{digest}"


@dataclass(frozen=True)
class Spent:
    """What a try has taken, so that it can be given back."""

    token: str
    charges: tuple[Charge, ...]


def spend(*charges: Charge) -> Spent:
    """Count one try against all of these, or raise TooManyRequests and count none."""
    spent = Spent(secrets.token_urlsafe(9), charges)
    if not settings.RATE_LIMITS:
        return spent
    try:
        wait_ms = _spend_in_redis(spent)
    except redis.RedisError as error:
        _away(error)
        wait_ms = _local.spend(spent)
    if wait_ms:
        raise TooManyRequests(math.ceil(wait_ms / 1000))
    return spent


def give_back(spent: Spent) -> None:
    """Uncount a try that should not have counted, such as a sign-in that succeeded."""
    if not settings.RATE_LIMITS:
        return
    _local.give_back(spent)
    try:
        client = shared_redis.client()
        for charge in spent.charges:
            client.zrem(charge.key, spent.token)
    except redis.RedisError as error:
        _away(error)


def _spend_in_redis(spent: Spent) -> int:
    keys = [charge.key for charge in spent.charges]
    sizes: list[int] = []
    for charge in spent.charges:
        sizes += [charge.limit.most, charge.limit.seconds * 1000]
    wait: int = shared_redis.client().eval(SPEND, len(keys), *keys, spent.token, *sizes)
    return wait


def _away(error: redis.RedisError) -> None:
    if not isinstance(error, shared_redis.RedisResting):
        shared_redis.rest()
        logger.warning("limits: Redis is away (%s); each process counts for itself", error)


class LocalWindows:
    """The same sliding windows in this process's memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, dict[str, float]] = OrderedDict()

    def spend(self, spent: Spent) -> int:
        """0 when counted, else the wait in ms."""
        now = time.monotonic()
        with self._lock:
            wait = max((self._wait(charge, now) for charge in spent.charges), default=0.0)
            if wait > 0:
                return max(1, round(wait * 1000))
            for charge in spent.charges:
                self._tries.setdefault(charge.key, {})[spent.token] = now
                self._tries.move_to_end(charge.key)
            while len(self._tries) > MOST_LOCAL_KEYS:
                self._tries.popitem(last=False)
        return 0

    def give_back(self, spent: Spent) -> None:
        """Forget this try."""
        with self._lock:
            for charge in spent.charges:
                self._tries.get(charge.key, {}).pop(spent.token, None)

    def _wait(self, charge: Charge, now: float) -> float:
        tries = self._tries.get(charge.key, {})
        for token in [token for token, at in tries.items() if at <= now - charge.limit.seconds]:
            del tries[token]
        if len(tries) < charge.limit.most:
            return 0.0
        return min(tries.values()) + charge.limit.seconds - now


_local = LocalWindows()
