"""The drills of a chaos run: each lets a crowd buy while something breaks."""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.people import Buyer
from payments.chaos_points import PHASE_BORDERS, REFUND_BORDERS
from tests.chaos.buyers import WAYS, Crowd, Way, run_buyers
from tests.chaos.checker import PAYS, SETTLED_WITHIN_S
from tests.chaos.history import Fault, History
from tests.chaos.nemesis import Kill, Nemesis
from tests.chaos.place import Place
from tests.chaos.scale import Scale
from tests.chaos.settled import booking_rows, patiently, unsettled

POINTS = (*PHASE_BORDERS, *REFUND_BORDERS, "hold: places locked")
ROUGH_POST = {"duplicate": 2, "reorder": True, "drop": 0.2, "delay_ms": 300}
EVERYTHING_EACH = 5  # rounds
ENOUGH = 0.9  # of the rounds: a point of a rare path may stay unvisited for ten seconds
UNAVAILABLE = 503
# R2 and R6: what became of everybody's money and seats is known two minutes later; mails and
# webhooks that were lost on the way may take one more turn of their retries.
MONEY = frozenset({"bookings", "attempts", "refunds"})
ALL_SETTLED_WITHIN_S = 150.0
MORE_TURNS = 5  # for a point that was missed, or a tenth of the rounds where that is more

Act = Callable[[], None]
Ways = list[tuple[int, Way]]


@dataclass
class Run:
    """Everything that the drills of one run share and fill."""

    place: Place
    seats: list[list[int]]
    people: list[Buyer]
    dice: random.Random
    scale: Scale
    history: History = field(default_factory=History)
    kills: list[Kill] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    longest_settling_s: float = 0.0

    def settle(self, *, post_is_late_s: float = 0.0) -> None:
        """End all faults and wait until everything has ended; too long is a problem.

        Webhooks that are late on purpose come so much later than others may.
        """
        self.place.calm()
        began = time.monotonic()
        while (left := patiently(unsettled)) or self.place.webhooks_waiting():
            waited = time.monotonic() - began
            if left.keys() & MONEY:
                self.longest_settling_s = max(self.longest_settling_s, waited)
                longest = SETTLED_WITHIN_S
            else:
                longest = ALL_SETTLED_WITHIN_S + post_is_late_s
            if waited > longest:
                self.problems.append(f"not settled after {waited:.0f} s: {left or 'webhooks'}")
                break
            time.sleep(0.5)

    def crowd(self, stop: threading.Event, ways: Ways, crowding: float) -> Crowd:
        """Buyers for this run's seats, until `stop`."""
        return Crowd(
            port=self.place.port,
            history=self.history,
            seats=self.seats,
            dice=self.dice,
            recent=[],
            goes_on=lambda: not stop.is_set(),
            ways=ways,
            crowding=crowding,
        )

    def nemesis(self, stop: threading.Event) -> Nemesis:
        """One that writes into this run's report."""
        return Nemesis(
            self.place,
            self.history,
            self.dice,
            stop,
            kills=self.kills,
            acts=self.acts,
            faults=self.faults,
        )


Breaking = Callable[[Nemesis], None]


def with_buyers(
    run: Run,
    break_things: Breaking,
    *,
    ways: Ways = WAYS,
    at_once: int = 12,
    pace_s: float = 2.0,
    crowding: float = 0.2,
    most: int | None = None,
) -> None:
    """Let buyers come and go while `break_things(nemesis)` runs, and end when it does.

    With `most` given, it may end once so many have been here; without, that is a problem.
    """
    people = run.people if most is None else [run.people.pop() for _ in range(most)]
    stop = threading.Event()
    nemesis = run.nemesis(stop)
    with ThreadPoolExecutor(max_workers=1) as thread:
        breaking = thread.submit(break_things, nemesis)
        breaking.add_done_callback(lambda _: stop.set())
        try:
            crowd = run.crowd(stop, ways, crowding)
            asyncio.run(run_buyers(crowd, people, at_once=at_once, pace_s=pace_s))
        finally:
            stop.set()
        breaking.result()
    if most is None and not people:
        run.problems.append("all buyers have been here before the drill was over")


def rush(run: Run) -> None:
    """R1: a hundred buyers at once who want the same few seats, and nothing is broken."""
    known = len(run.history)
    with_buyers(
        run,
        lambda nemesis: _wait(nemesis, run.scale.rush_s),
        ways=[(1, Way())],
        at_once=100,
        pace_s=0.01,
        crowding=0.5,
        most=len(run.people) // 3,
    )
    asked = list(run.history)[known:]
    errors = sum(len(one.errors_at) for one in asked)
    run.figures.append(f"R1 {_paid(run, known)} sold in a rush of {len(asked)}, {errors} × 500")
    if errors or not _paid(run, known):
        run.problems.append(run.figures[-1])


def kills(run: Run) -> None:
    """A process dies at each border of a payment; between, everything else breaks once.

    Where that goes on for long, money and seats have two workers, as on two machines: one that is
    killed every ten seconds is starting most of the time.
    """
    if run.scale.rounds > 1:
        run.place.start_another("critical")

    def break_things(nemesis: Nemesis) -> None:
        run.place.chaos(webhooks=ROUGH_POST)
        for number in range(run.scale.rounds):
            steps = [nemesis.kill_at(point) for point in POINTS]
            run.dice.shuffle(steps)
            if number % EVERYTHING_EACH == 0:
                steps = _interleaved(steps, nemesis.everything())
            nemesis.run(steps, pause_s=1.0)
        # Whatever nobody passed while something was coming back gets its turns now.
        for _ in range(max(MORE_TURNS, run.scale.rounds // 10)):
            missed = _missed(run)
            if not missed or nemesis.stop.is_set():
                return
            run.place.calm()
            run.place.chaos(webhooks=ROUGH_POST)
            nemesis.run([nemesis.kill_at(point) for point in missed], pause_s=1.0)

    with_buyers(run, break_things)
    for point in _missed(run):
        run.problems.append(
            f"{point}: hit {_hits(run, point)} times with a booking in flight,"
            f" not {run.scale.rounds}"
        )


def post(run: Run) -> None:
    """R7: webhooks tripled, shuffled, up to ten minutes late, a third of them lost."""
    known = len(run.history)

    def break_things(nemesis: Nemesis) -> None:
        # Shuffled, each comes up to as much later again: ten minutes at the latest.
        late_ms = int(run.scale.late_s * 1000 / 2)
        run.place.chaos(
            webhooks={"duplicate": 3, "reorder": True, "drop": 0.3, "delay_ms": late_ms}
        )
        while _paid(run, known) < run.scale.bookings and not nemesis.stop.wait(0.5):
            pass

    with_buyers(run, break_things, at_once=16, pace_s=0.5)
    run.settle(post_is_late_s=run.scale.late_s)
    ends = {row.user: row.status for row in patiently(booking_rows)}
    held = [one for one in list(run.history)[known:] if one.outcome != "fail" and one.reference]
    for one in held:
        if one.expected and ends.get(one.user) != one.expected:
            run.problems.append(
                f"{one.reference}: {ends.get(one.user)} after a rough post, not {one.expected}"
            )
    run.figures.append(f"R7 {_paid(run, known)} bookings paid under a rough post")


def workers(run: Run) -> None:
    """R16: a worker is killed every ten seconds while three beats tick.

    Money and seats have two workers, as on two machines: killed so often, one would hardly run.
    """
    run.place.start_more_beats(2)
    second = run.place.start_another("critical")

    def break_things(nemesis: Nemesis) -> None:
        until = time.monotonic() + run.scale.workers_s
        while time.monotonic() < until:
            name = run.dice.choice(["critical", second, "worker"])
            run.dice.choice([nemesis.kill(name), nemesis.kill_child(name)])()
            nemesis.stop.wait(10)

    with_buyers(run, break_things)


def _missed(run: Run) -> list[str]:
    """The points at which too few have died so far."""
    return [point for point in POINTS if _hits(run, point) < run.scale.rounds * ENOUGH]


def _hits(run: Run, point: str) -> int:
    return sum(kill.point == point and kill.in_flight > 0 for kill in run.kills)


def _wait(nemesis: Nemesis, seconds: float) -> None:
    nemesis.stop.wait(seconds)


def _paid(run: Run, known: int) -> int:
    return sum(one.kind in PAYS and one.outcome == "ok" for one in list(run.history)[known:])


def _interleaved(one: list[Act], other: list[Act]) -> list[Act]:
    """Both in their own order, evenly mixed."""
    places = [
        ((index + 0.5) / len(part), step)
        for part in (one, other)
        for index, step in enumerate(part)
    ]
    return [step for _, step in sorted(places, key=lambda pair: pair[0])]
