"""What the buyers asked for and what they were told: `invoke`, then `ok`, `fail` or `info`.

`info` is an outcome that the buyer does not know: no answer, or one of 5xx. Nothing here has been
seen in the database.
"""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["open", "ok", "fail", "info"]
SERVER_ERROR = 500


@dataclass(frozen=True)
class Told:
    """One answer on the way: when it came, its status, 0 for none, and how long it took.

    `comes_again` says that it named a time to come again.
    """

    at: float
    status: int
    comes_again: bool = False
    seconds: float = 0.0


@dataclass
class Operation:
    """One wish of one buyer. `reference` may be known from the start or only from the answer."""

    kind: str
    user: int
    tickets: tuple[int, ...] = ()
    reference: str = ""
    invoked_at: float = field(default_factory=time.time)
    ended_at: float | None = None
    outcome: Outcome = "open"
    status: int = 0
    code: str = ""
    held_until: float | None = None
    tries: int = 0
    expected: str = ""  # the end that a calm run would give it, where that is known
    answers: list[Told] = field(default_factory=list)  # each on the way, the last one too

    @property
    def errors_at(self) -> list[float]:
        """When the site answered 500, whatever came after it."""
        return [told.at for told in self.answers if told.status == SERVER_ERROR]

    def end(self, outcome: Outcome, *, status: int = 0, code: str = "") -> None:
        """Write down how it ended for the buyer."""
        self.outcome, self.status, self.code = outcome, status, code
        self.ended_at = time.time()

    def note(self, status: int, *, comes_again: bool = False, seconds: float = 0.0) -> None:
        """Write down one answer; `comes_again` if it has a Retry-After."""
        self.answers.append(Told(time.time(), status, comes_again, seconds))

    def was_open_at(self, moment: float) -> bool:
        """Whether the buyer was waiting for it then."""
        return self.invoked_at <= moment <= (self.ended_at or float("inf"))


@dataclass(frozen=True)
class Fault:
    """A time in which something was broken on purpose."""

    what: str
    since: float
    until: float


class History:
    """Every operation of a run, in order of invocation. Threads may read while buyers write."""

    def __init__(self) -> None:
        self._operations: list[Operation] = []
        self._change = threading.Lock()

    def invoke(self, kind: str, **fields: Any) -> Operation:
        """Write down that a buyer is about to ask."""
        operation = Operation(kind, **fields)
        with self._change:
            self._operations.append(operation)
        return operation

    def __iter__(self) -> Iterator[Operation]:
        with self._change:
            return iter(list(self._operations))

    def __len__(self) -> int:
        return len(self._operations)

    def in_flight(self, moment: float, *kinds: str) -> list[Operation]:
        """Those that their buyers were waiting for at that moment."""
        return [one for one in self if one.kind in kinds and one.was_open_at(moment)]

    def write(self, path: Path) -> None:
        """One line of JSON each."""
        with path.open("w") as file:
            for operation in self:
                file.write(json.dumps(asdict(operation)) + "\n")
