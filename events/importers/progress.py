"""A progress bar on a terminal; a line per tenth where the output is kept."""

import time
from typing import TextIO

WIDTH = 30
EVERY_SECONDS = 0.1


class Progress:
    """Counts up to a total on a text stream."""

    def __init__(self, total: int, stream: TextIO, *, what: str) -> None:
        self.total = max(total, 1)
        self.stream = stream
        self.what = what
        self.done = 0
        self._shown_tenth = 0
        self._shown_at = 0.0

    def advance(self, count: int) -> None:
        """So many more are done."""
        self.done = min(self.done + count, self.total)
        if self.stream.isatty():
            self._draw()
        else:
            self._note()

    def finish(self) -> None:
        """Everything is done; leave the bar standing."""
        self._shown_at = 0.0
        self.advance(self.total - self.done)
        if self.stream.isatty():
            self.stream.write("\n")
        self.stream.flush()

    def _draw(self) -> None:
        now = time.monotonic()
        if now - self._shown_at < EVERY_SECONDS:
            return
        self._shown_at = now
        full = WIDTH * self.done // self.total
        bar = "█" * full + "·" * (WIDTH - full)
        self.stream.write(f"\r{bar} {self.done:,} of {self.total:,} {self.what}")
        self.stream.flush()

    def _note(self) -> None:
        tenth = 10 * self.done // self.total
        if tenth > self._shown_tenth:
            self._shown_tenth = tenth
            self.stream.write(f"{self.done:,} of {self.total:,} {self.what}\n")
