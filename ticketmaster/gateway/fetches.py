"""Who fetches which answer in this process just now; the others wait for it in a line of their own.

Waiting takes a thread and nothing else: no slot, no connection, no turn of the interpreter.
"""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Fetch:
    """One under way, and how many wait for it."""

    is_over: threading.Event = field(default_factory=threading.Event)
    waiting: int = 0


class Fetches:
    """At most one of each key at a time, and at most `line` who wait for any of them."""

    def __init__(self, *, line: int) -> None:
        self._line = line
        self._waiting = 0
        self._running: dict[Hashable, _Fetch] = {}
        self._guard = threading.Lock()

    def begin(self, key: Hashable) -> bool:
        """True if nobody fetches it: the caller does now, and says so by `end`."""
        with self._guard:
            if key in self._running:
                return False
            self._running[key] = _Fetch()
            return True

    def end(self, key: Hashable) -> None:
        """Wake all who wait for it."""
        with self._guard:
            fetch = self._running.pop(key)
        fetch.is_over.set()

    def waiting_for(self, key: Hashable) -> int:
        """How many wait for it."""
        fetch = self._running.get(key)
        return fetch.waiting if fetch is not None else 0

    def wait(self, key: Hashable, *, seconds: float) -> bool:
        """Until it has ended. False where that took longer, or where the line is full."""
        with self._guard:
            fetch = self._running.get(key)
            if fetch is None:
                return True
            if self._waiting >= self._line:
                return False
            self._waiting += 1
            fetch.waiting += 1
        try:
            return fetch.is_over.wait(max(seconds, 0.0))
        finally:
            with self._guard:
                self._waiting -= 1
                fetch.waiting -= 1
