"""A circuit breaker: while Stripe is away, say so at once instead of letting every fan wait."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Opens after some failures in a row, and lets one call through per pause to ask again.

    One per process: a process learns within five calls, and no outage of Redis can close the till.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        pause_seconds: float = 10,
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
