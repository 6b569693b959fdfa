"""What the person at the terminal sees: our own words, and each process's lines with its name."""

from __future__ import annotations

import os
import sys
import threading
from typing import IO

WIDTH = 9
COLOURS = {
    "postgres": "34",
    "redis": "31",
    "stripe": "35",
    "web": "32",
    "worker": "33",
    "critical": "33;1",
    "beat": "36",
}
_turn = threading.Lock()


def say(message: str) -> None:
    """One line of our own, on standard error, so that a command's own output stays clean."""
    write_line("run", message, stream=sys.stderr)


def announce(message: str) -> None:
    """What the person waits for: plain lines on standard output, easy to see and to search for."""
    with _turn:
        sys.stdout.write(f"{message}\n")
        sys.stdout.flush()


def write_line(name: str, line: str, *, stream: IO[str]) -> None:
    """Write `name | line`, whole, whichever thread writes at the same moment."""
    with _turn:
        try:
            stream.write(f"{_label(name, colour=_wants_colour(stream))} {line}\n")
            stream.flush()
        except (BrokenPipeError, ValueError):  # nobody reads us any more; the work goes on
            return


def _label(name: str, *, colour: bool) -> str:
    label = f"{name:<{WIDTH}}|"
    return f"\x1b[{COLOURS.get(name, '1')}m{label}\x1b[0m" if colour else label


def _wants_colour(stream: IO[str]) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")
