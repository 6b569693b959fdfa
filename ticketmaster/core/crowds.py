"""Which addresses a crowd asks for just now: those who ask for such a one share an answer.

Everybody else gets an answer of their own, so that who has just held a seat sees it held.
"""

import threading
import time
from collections import OrderedDict

# Asked for so often within a second, in one process, and for so long afterwards.
CROWD = 10
LASTS_SECONDS = 3.0
MOST_ADDRESSES = 1_000


class Crowds:
    """Counts who asks for what, in this process, for the addresses asked for last."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[float, int, float]] = OrderedDict()
        self._guard = threading.Lock()

    def is_at(self, address: str, *, others: int = 0, waiting: int = 0) -> bool:
        """Count one more who asks, and `others` answered elsewhere; whether they are a crowd.

        So are as many who are `waiting` for this one's answer, however slowly answers come.
        """
        now = time.monotonic()
        with self._guard:
            began, count, until = self._seen.pop(address, (now, 0, 0.0))
            if now - began >= 1.0:
                began, count = now, 0
            count += 1 + others
            if max(count, waiting + 1) >= CROWD:
                until = now + LASTS_SECONDS
            self._seen[address] = began, count, until
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
        return now < until

    def clear(self) -> None:
        """Forget all, as a fresh process."""
        with self._guard:
            self._seen.clear()


crowds = Crowds()
