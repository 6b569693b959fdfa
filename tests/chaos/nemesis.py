"""What goes wrong, and when. Each act is one fault and its end; the order is the seed's."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

from tests.chaos.apps import file_name
from tests.chaos.history import Fault, History
from tests.chaos.place import Place

HIT_WITHIN_S = 10.0
SHORT_OUTAGE_S = 6.0
PAYING = ("confirm", "buy", "refund", "reserve")


@dataclass(frozen=True)
class Kill:
    """A process that died at a point, with the buyers who were waiting for something then."""

    point: str
    at: float
    who: str
    in_flight: int


@dataclass
class Nemesis:
    """Breaks things until its list is done or it is told to stop."""

    place: Place
    history: History
    dice: random.Random
    stop: threading.Event
    kills: list[Kill] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def run(self, steps: Iterable[Callable[[], None]], *, pause_s: float) -> None:
        """One after the other, with a breath in between."""
        for step in steps:
            if self.stop.is_set():
                return
            step()
            self.stop.wait(pause_s * (0.5 + self.dice.random()))

    def kill_at(self, point: str) -> Callable[[], None]:
        """Arm the point and wait until a process with a buyer in flight has died there."""

        def act() -> None:
            for _ in range(3):
                kill = self._armed(point)
                if kill is not None:
                    self.kills.append(kill)
                if self.stop.is_set() or (kill is not None and kill.in_flight):
                    return

        return act

    def _armed(self, point: str) -> Kill | None:
        before = len(self.place.kills())
        file = self.place.armed / file_name(point)
        file.touch()
        until = time.monotonic() + HIT_WITHIN_S
        while len(self.place.kills()) == before:
            if self.stop.wait(0.02) or time.monotonic() > until:
                file.unlink(missing_ok=True)
                break
        dead = self.place.kills()[before:]
        if not dead:
            return None
        at = float(dead[0]["at"])
        waiting = len(self.history.in_flight(at, *PAYING))
        return Kill(point, at, str(dead[0]["who"]), waiting)

    @contextmanager
    def fault(self, what: str) -> Iterator[None]:
        """Count it, and write down when it was."""
        self.acts[what] += 1
        since = time.time()
        try:
            yield
        finally:
            self.faults.append(Fault(what, since, time.time()))

    def everything(self) -> list[Callable[[], None]]:
        """Each act once, in an order of this seed."""
        acts = [
            self.kill("web"),
            self.kill_child("web"),
            self.kill("critical"),
            self.kill_child("critical"),
            self.kill("worker"),
            self.kill("beat"),
            self.kill("stripe"),
            self.freeze("web"),
            self.freeze("critical"),
            self.freeze("beat"),
            self.restart_postgres,
            self.flush_redis,
            self.kill("redis"),
            self.outage,
            self.cut_answers,
            self.fail_after,
            self.answer_late,
            self.decline_captures,
        ]
        self.dice.shuffle(acts)
        return acts

    def kill(self, name: str) -> Callable[[], None]:
        """kill -9 of a program; whoever supervises it starts it again."""

        def act() -> None:
            with self.fault(f"kill -9 {name}"):
                self.place.signal(name, signal.SIGKILL)

        return act

    def kill_child(self, name: str) -> Callable[[], None]:
        """kill -9 of one of a program's own processes: a web worker, a task's process."""

        def act() -> None:
            children = self.place.children(name)
            if children:
                with self.fault(f"kill -9 a process of {name}"), suppress(psutil.NoSuchProcess):
                    self.dice.choice(children).kill()

        return act

    def freeze(self, name: str) -> Callable[[], None]:
        """SIGSTOP one process of the program (or itself) for three to six seconds."""

        def act() -> None:
            frozen = self.dice.choice(self.place.children(name) or self.place.itself(name))
            with self.fault(f"SIGSTOP {name}"), suppress(psutil.NoSuchProcess):
                frozen.suspend()
                self.stop.wait(3 + 3 * self.dice.random())
                frozen.resume()

        return act

    def restart_postgres(self) -> None:
        """What `pg_ctl stop -m immediate` does: no checkpoint, no goodbye; then it recovers."""
        with self.fault("Postgres stopped at once"):
            self.place.signal("postgres", signal.SIGQUIT)

    def flush_redis(self) -> None:
        """FLUSHALL."""
        with self.fault("FLUSHALL"):
            self.place.flush_redis()

    def outage(self, seconds: float = SHORT_OUTAGE_S) -> None:
        """Stripe answers nobody for so long."""
        with self.fault("Stripe away"):
            self.place.chaos(outage_seconds=seconds)
            self.stop.wait(seconds)

    def cut_answers(self) -> None:
        """Stripe acts and the answer is lost, for the next payments, captures and refunds."""
        with self.fault("answers cut"):
            self.place.chaos(act_then_cut=4)

    def fail_after(self) -> None:
        """Stripe acts and answers 500, which it remembers."""
        with self.fault("500 after the act"):
            self.place.chaos(fail_after=2)

    def answer_late(self) -> None:
        """Stripe takes its time, nearly as long as we wait."""
        with self.fault("late answers"):
            self.place.chaos(answer_late_ms=2500)
            self.stop.wait(3)
            self.place.chaos(answer_late_ms=0)

    def decline_captures(self) -> None:
        """The bank takes back what it had promised."""
        with self.fault("captures declined"):
            self.place.chaos(decline_next_capture=1)
