"""Fake time: the real clock plus an offset that tests may move."""

import time


class Clock:
    """Says what time it is in the sandbox, in seconds since 1970."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def now(self) -> float:
        return time.time() + self.offset_seconds
