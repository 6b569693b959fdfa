"""Stops the processes of a run whose supervisor was killed outright.

Started by the supervisor with a pipe as standard input. Each line is a JSON object:
`{"pid", "signal"}` for a process that started, `{"gone"}` for one that ended. While the pipe is
open there is nothing to do. When it closes, whoever is left is stopped, last started first. This
serves Linux and macOS alike and reaches whole process groups; a parent-death signal does neither.
Imports nothing but the standard library, so that it is up at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE_S = 8.0  # for each process to end by itself


def listen(lines: Iterable[str]) -> dict[int, int]:
    """Read to the end of the pipe; what remains is process id to the signal that stops it."""
    alive: dict[int, int] = {}
    for line in lines:
        message = json.loads(line)
        if "gone" in message:
            alive.pop(message["gone"], None)
        else:
            alive[message["pid"]] = message["signal"]
    return alive


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def stop(pid: int, number: int, *, patience_s: float = PATIENCE_S) -> None:
    """Ask the process to end, wait, then kill all of its group that is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
    deadline = time.monotonic() + patience_s
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for pid, number in reversed(listen(sys.stdin).items()):
        stop(pid, number)


if __name__ == "__main__":
    main()
