"""A circuit breaker: while Stripe is away, say so at once instead of letting every fan wait.

All processes share one in Redis: what five calls anywhere have learnt, everybody knows within a
second. Without Redis each process has its own, so that no outage of Redis can close the till.
"""

import threading
import time
from collections.abc import Callable

import redis

from ticketmaster.core import redis as shared_redis

FAILURES = 5
PAUSE_SECONDS = 10.0
# How long a process trusts that all was well before it looks again.
TRUST_SECONDS = 1.0
# A failure that nobody repeats for so long is forgotten.
FORGET_MS = 600_000


class Breaker:
    """A process's own: opens after some failures in a row, and lets one call through per pause."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        pause_seconds: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit = failures
        self.pause = pause_seconds
        self.clock = clock
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Closed, with nothing held against Stripe."""
        self.failures = 0
        self.closed_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a call would be refused now."""
        return self.failures >= self.limit and self.clock() < self.closed_until

    def admits(self) -> bool:
        """Whether this call may go out; while open, one per pause may."""
        with self.lock:
            if self.failures < self.limit:
                return True
            if self.clock() < self.closed_until:
                return False
            self.closed_until = self.clock() + self.pause
            return True

    def succeeded(self) -> None:
        """Stripe answered, whatever it said."""
        self.reset()

    def failed(self) -> None:
        """Stripe did not answer."""
        with self.lock:
            self.failures += 1
            self.closed_until = self.clock() + self.pause


# Below the limit the number of failures in a row; from it on -1, except for the one call in a
# pause that asks again.
ADMIT = """
local failures = tonumber(redis.call('GET', KEYS[1]) or '0')
if failures < tonumber(ARGV[1]) then return failures end
if redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[2]) then return failures end
return -1
"""

FAIL = """
local failures = redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if failures >= tonumber(ARGV[1]) then redis.call('SET', KEYS[2], '1', 'PX', ARGV[2]) end
return failures
"""


class SharedBreaker:
    """One for all processes, in Redis; without Redis, the process's own."""

    def __init__(self, name: str, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self.name = name
        self.pause_ms = int(pause_seconds * 1000)
        self.own = Breaker(pause_seconds=pause_seconds)
        self.failures = 0
        self.trusted_until = 0.0

    def reset(self) -> None:
        """Closed everywhere, with nothing held against Stripe."""
        self.own.reset()
        self.failures, self.trusted_until = 0, 0.0
        try:
            shared_redis.client().delete(*self._keys())
        except redis.RedisError as error:
            _away(error)

    @property
    def is_open(self) -> bool:
        """Whether a call would be refused now."""
        try:
            failures, pause = shared_redis.client().mget(self._keys())
        except redis.RedisError as error:
            _away(error)
            return self.own.is_open
        return int(failures or 0) >= FAILURES and pause is not None

    def admits(self) -> bool:
        """Whether this call may go out; while open, one per pause may, of all processes."""
        if time.monotonic() < self.trusted_until:
            return True
        failures = self._run(ADMIT)
        if failures is None:
            return self.own.admits()
        if failures == 0:
            self.trusted_until = time.monotonic() + TRUST_SECONDS
        self.failures = max(failures, 0)
        return failures >= 0

    def succeeded(self) -> None:
        """Stripe answered, whatever it said."""
        if self.failures or self.own.failures:
            self.reset()

    def failed(self) -> None:
        """Stripe did not answer."""
        self.own.failed()
        self.trusted_until = 0.0
        self.failures = self._run(FAIL) or self.own.failures

    def _keys(self) -> list[str]:
        return [shared_redis.key(f"breaker:{self.name}:{part}") for part in ("failures", "pause")]

    def _run(self, script: str) -> int | None:
        values = (FAILURES, self.pause_ms, FORGET_MS)
        try:
            return int(shared_redis.client().eval(script, 2, *self._keys(), *values))
        except redis.RedisError as error:
            _away(error)
            return None


def _away(error: redis.RedisError) -> None:
    shared_redis.note_absence(error, part="breaker", instead="each process learns for itself")
