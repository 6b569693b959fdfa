"""Stops the processes of a run whose supervisor was killed outright.

Started by the supervisor with a pipe as standard input and the file that records the run's
processes as argument. While the pipe is open there is nothing to do; when it closes, whoever is
still recorded is stopped. This serves Linux and macOS alike and reaches whole process groups; a
parent-death signal does neither. The next run does the same with what a guard could not.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

import psutil

PATIENCE_S = 6.0  # for the processes of one round to end by themselves


@dataclass(frozen=True)
class Held:
    """A process, when it began (a pid alone may be somebody else's by then), how it is stopped."""

    pid: int
    began: float
    signal: int
    round: int


def hold(pid: int, *, number: int, round: int) -> Held:
    """Describe a process that was just started; one that is gone already gets no match later."""
    try:
        began = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        began = 0.0
    return Held(pid, began, number, round)


def record(file: Path, held: Iterable[Held]) -> None:
    """Write down what runs, at once and whole."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps([asdict(one) for one in held]))
    new.replace(file)


def recorded(file: Path) -> list[Held]:
    """Those of the recorded processes that still run, in the order in which to stop them."""
    try:
        held = [Held(**one) for one in json.loads(file.read_text())]
    except (OSError, ValueError):
        return []
    return sorted(filter(is_running, held), key=lambda one: one.round)


def is_running(held: Held) -> bool:
    try:
        process = psutil.Process(held.pid)
        return process.create_time() == held.began and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def stop(held: Iterable[Held], *, patience_s: float = PATIENCE_S) -> None:
    """Ask each round to end, wait for it, then kill what is left of its process groups."""
    for _, members in groupby(held, key=lambda one: one.round):
        round_ = list(members)
        for one in round_:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one.pid, one.signal)
        deadline = time.monotonic() + patience_s
        while any(map(is_running, round_)) and time.monotonic() < deadline:
            time.sleep(0.05)
        for one in round_:
            kill_group(one.pid)


def kill_group(pid: int) -> None:
    """Kill whoever is left of the process group that this pid led."""
    # macOS answers EPERM for a group of zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main(file: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    stop(recorded(Path(file)))


if __name__ == "__main__":
    main(sys.argv[1])
