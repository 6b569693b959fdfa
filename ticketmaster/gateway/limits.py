"""How often something may be tried: exact sliding windows in Redis, one Lua call for all of them.

With Redis away each process counts for itself: looser by the number of processes, never open.
`RATE_LIMITS=off` (measurements; production refuses it) lets everything pass.
"""

import hashlib
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

MOST_LOCAL_KEYS = 20_000  # a flood of addresses while Redis is away must not fill the memory

# KEYS: one sorted set per charge, its members the tries by time in ms. ARGV: the try's id, then
# limit and window in ms of each. Spends from all or from none. Answers for each charge what is
# left and in how many ms there is more; left is -1 where that charge refused.
SPEND = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local refused = false
local told = {}
for i, key in ipairs(KEYS) do
    local most, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
    local left = most - redis.call('ZCARD', key)
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
    if left <= 0 then refused = true end
    told[2 * i - 1] = math.max(left, 0) - 1
    told[2 * i] = math.max((oldest or now) + window - now, 1)
end
if refused then return told end
for i, key in ipairs(KEYS) do
    redis.call('ZADD', key, now, ARGV[1])
    redis.call('PEXPIRE', key, ARGV[2 * i + 1])
end
return told
"""


class TooManyRequests(DomainError):
    """Asked too often. Nothing was changed; `retry_after` says when it is worth trying again."""

    code = "throttled"
    message = "That was tried too often in a short time. Please wait a little and try again."
    status: ClassVar[int] = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after: int, quota: "Quota | None" = None) -> None:
        super().__init__()
        self.retry_after = retry_after
        self.quota = quota


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
class Quota:
    """How a limit stands: what is left of it, and in how many seconds there is more."""

    limit: Limit
    left: int
    more_in: int


@dataclass(frozen=True)
class Spent:
    """What a try has taken, so that it can be given back, and what it left."""

    token: str
    charges: tuple[Charge, ...]
    quotas: tuple[Quota, ...] = ()

    @property
    def tightest(self) -> Quota | None:
        """The limit of which the smallest share is left."""
        return min(self.quotas, key=lambda quota: quota.left / quota.limit.most, default=None)


def spend(*charges: Charge) -> Spent:
    """Count one try against all of these, or raise TooManyRequests and count none."""
    spent = Spent(secrets.token_urlsafe(9), charges)
    if not settings.RATE_LIMITS or not charges:
        return spent
    try:
        told = _spend_in_redis(spent)
    except redis.RedisError as error:
        _away(error)
        told = _local.spend(spent)
    quotas = tuple(
        Quota(charge.limit, max(left, 0), math.ceil(wait_ms / 1000))
        for charge, (left, wait_ms) in zip(charges, told, strict=True)
    )
    refusing = [quota for quota, (left, _) in zip(quotas, told, strict=True) if left < 0]
    if refusing:
        longest = max(refusing, key=lambda quota: quota.more_in)
        raise TooManyRequests(longest.more_in, longest)
    return Spent(spent.token, charges, quotas)


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


def _spend_in_redis(spent: Spent) -> list[tuple[int, float]]:
    keys = [charge.key for charge in spent.charges]
    sizes: list[int] = []
    for charge in spent.charges:
        sizes += [charge.limit.most, charge.limit.seconds * 1000]
    told: list[int] = shared_redis.client().eval(SPEND, len(keys), *keys, spent.token, *sizes)
    return list(zip(told[::2], told[1::2], strict=True))


def _away(error: redis.RedisError) -> None:
    shared_redis.note_absence(error, part="limits", instead="each process counts for itself")


class LocalWindows:
    """The same sliding windows in this process's memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, dict[str, float]] = OrderedDict()

    def spend(self, spent: Spent) -> list[tuple[int, float]]:
        """As SPEND: what is left of each, -1 where it refused, and when there is more in ms."""
        now = time.monotonic()
        with self._lock:
            told = [self._stand(charge, now) for charge in spent.charges]
            if any(left < 0 for left, _ in told):
                return told
            for charge in spent.charges:
                self._tries.setdefault(charge.key, {})[spent.token] = now
                self._tries.move_to_end(charge.key)
            while len(self._tries) > MOST_LOCAL_KEYS:
                self._tries.popitem(last=False)
        return told

    def give_back(self, spent: Spent) -> None:
        """Forget this try."""
        with self._lock:
            for charge in spent.charges:
                self._tries.get(charge.key, {}).pop(spent.token, None)

    def _stand(self, charge: Charge, now: float) -> tuple[int, float]:
        tries = self._tries.get(charge.key, {})
        # In the order of time: what has slid out stands in front.
        while tries and (first := next(iter(tries.items())))[1] <= now - charge.limit.seconds:
            del tries[first[0]]
        oldest = next(iter(tries.values()), now)
        left = charge.limit.most - len(tries) - 1
        return max(left, -1), max((oldest + charge.limit.seconds - now) * 1000, 1)


_local = LocalWindows()
