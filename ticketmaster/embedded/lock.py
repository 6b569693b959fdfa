"""One run per area: a lock that the kernel drops when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from types import TracebackType

from ticketmaster.embedded.area import Area
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say


class AreaLock:
    """Held while a run uses the area's data. The file says which word holds it, and its pid."""

    def __init__(self, area: Area, *, word: str) -> None:
        self.area = area
        self.word = word
        self._file: int | None = None

    def holder(self) -> tuple[str, int] | None:
        """Word and pid of whoever holds the lock now; None if nobody does (and then we do)."""
        descriptor = os.open(self.area.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = json.loads(os.read(descriptor, 1000) or b'{"word": "site", "pid": 0}')
            os.close(descriptor)
            return told["word"], told["pid"]
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"word": self.word, "pid": os.getpid()}).encode(), 0)
        self._file = descriptor
        return None

    def take(self, *, patience_s: float = 0.0) -> None:
        """Take the lock. A management command's is waited for, since it ends by itself; after
        that, or at once if it is a site's or a test's, CannotRun names its holder."""
        deadline = time.monotonic() + patience_s
        told = False
        while (holder := self.holder()) is not None:
            word, pid = holder
            if word != "manage" or time.monotonic() > deadline:
                raise CannotRun(
                    f"A previous {_command(word)} is still up (pid {pid}): "
                    f"stop it with Ctrl-C or `kill {pid}`."
                )
            if not told:
                say(f"Waiting for a ./run manage (pid {pid}) to end.")
                told = True
            time.sleep(0.2)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> AreaLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _command(word: str) -> str:
    return "./run" if word == "site" else f"./run {word}"
