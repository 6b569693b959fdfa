"""`./run chaos`: real processes, bounded buyers, a nemesis, a checker that compares what all say.

--short          one round of kills with everything else once: what CI runs
--share 0.1      a tenth of the long form's rounds, bookings and minutes
--seed N         the same order of faults and choices again
DRILL …          one after the other; all of them unless named
"""

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.people import make_buyers
from benchmarks.stock import neighbours, seated_event
from tests.chaos.checker import (
    SETTLED_WITHIN_S,
    findings,
    last_words,
    money_at_stripe,
    stray_errors,
)
from tests.chaos.crashes import postgres
from tests.chaos.drills import (
    POINTS,
    Run,
    kills,
    post,
    rush,
    workers,
)
from tests.chaos.failover import failover
from tests.chaos.history import Fault
from tests.chaos.late import late_money
from tests.chaos.outages import outage
from tests.chaos.place import Place
from tests.chaos.scale import LONG, SHORT, Scale
from tests.chaos.settled import (
    Watch,
    booking_rows,
    broken_invariants,
    patiently,
    times_to_settle,
)

DRILLS = {
    "rush": rush,
    "kills": kills,
    "post": post,
    "late": late_money,
    "outage": outage,
    "postgres": postgres,
    "workers": workers,
    "failover": failover,
}
OF_THE_SHORT_FORM = ["rush", "kills"]
BREAKS_NOTHING = {"rush"}
HALLS_EACH, HALL_SEATS, BUYERS_EACH = 3, 20_000, 30_000
LOOK_EACH_S = 5.0


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What was asked for. Exits with 2 on any other word."""
    parser = argparse.ArgumentParser(
        prog="./run chaos", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("drills", nargs="*", metavar="DRILL", help=", ".join(DRILLS))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args(words)
    unknown = [name for name in asked.drills if name not in DRILLS]
    if unknown:
        parser.error(f"no drill is called {unknown[0]}: {', '.join(DRILLS)}")
    return asked


def main(words: Sequence[str], place: Place) -> int:
    """0 if nothing was lost, doubled or unexplained, and every point was hit; else 1."""
    asked = arguments(words)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    run = prepare(place, seed=seed, scale=SHORT if asked.short else LONG.times(asked.share))
    began = time.monotonic()
    try:
        with place.site(RATE_LIMITS="off"):
            watch = drill(run, asked.drills or (OF_THE_SHORT_FORM if asked.short else list(DRILLS)))
        judge(run, watch)
    finally:
        run.history.write(place.folder / "history.jsonl")
    tell(run, watch, seconds=time.monotonic() - began)
    return 1 if run.problems else 0


def prepare(place: Place, *, seed: int, scale: Scale) -> Run:
    """Seats, and buyers who are signed in."""
    share = max(0.1, scale.rounds / LONG.rounds)
    dice = random.Random(seed)
    halls = [seated_event(int(HALL_SEATS * share)) for _ in range(HALLS_EACH)]
    pairs = [pair for hall in halls for pair in neighbours(hall)]
    dice.shuffle(pairs)
    place.folder.mkdir(exist_ok=True)
    (place.folder / "kills.jsonl").unlink(missing_ok=True)
    return Run(place, pairs, make_buyers(int(BUYERS_EACH * share)), dice, scale)


def drill(run: Run, names: Sequence[str]) -> Watch:
    """One drill after the other, the invariants checked all the while."""
    over = threading.Event()
    watch = Watch(stop=over.wait)
    thread = threading.Thread(target=watch.run, kwargs={"every_s": LOOK_EACH_S})
    thread.start()
    try:
        for name in names:
            print(f"drill {name}", flush=True)
            DRILLS[name](run)
            if name not in BREAKS_NOTHING:
                run.settle()
    finally:
        over.set()
        thread.join()
    return watch


def judge(run: Run, watch: Watch) -> None:
    """Write every disagreement into the run's problems."""
    stripe = money_at_stripe(run.place.ledger(), site=run.place.url)
    run.problems += findings(run.history, patiently(booking_rows), stripe)
    run.problems += [f"invariants broken: {said}" for said in watch.broken]
    deadlocks = run.place.deadlocks()
    if deadlocks:
        run.problems.append(f"Postgres saw {deadlocks} deadlocks")
    last = patiently(broken_invariants)
    if last:
        run.problems.append(f"invariants broken at the end: {last}")
    _judge_errors(run)
    _judge_times(run)


def _judge_errors(run: Run) -> None:
    """R1: a 500 is excused by what was broken in the seconds before it, and by nothing else."""
    faults = [
        *run.faults,
        *(Fault(one["point"], one["at"], one["at"]) for one in run.place.kills()),
    ]
    errors = sum(len(one.errors_at) for one in run.history)
    stray = stray_errors(run.history, faults)
    run.figures.append(f"{errors} answers of 500, {len(stray)} of them with nothing broken")
    if stray:
        run.problems.append(run.figures[-1])


def _judge_times(run: Run) -> None:
    """R6: a payment whose buyer is gone has ended within two minutes."""
    words = last_words(run.history, run.faults)
    took = patiently(lambda: times_to_settle(words))
    late = sum(seconds > SETTLED_WITHIN_S for seconds in took)
    run.figures.append(
        f"worst time from a buyer's last word to the payment's end: {max(took, default=0):.0f} s"
    )
    if late:
        run.problems.append(f"{late} payments ended later than {SETTLED_WITHIN_S:.0f} s")


def tell(run: Run, watch: Watch, *, seconds: float) -> None:
    """The report."""
    outcomes = Counter((one.kind, one.outcome) for one in run.history)
    statuses = Counter(row.status for row in patiently(booking_rows))
    print(
        f"{seconds:.0f} s, {len(run.kills)} kills at points, {sum(run.acts.values())} other faults"
    )
    for point in POINTS:
        hits = [kill for kill in run.kills if kill.point == point]
        inside = sum(kill.in_flight > 0 for kill in hits)
        print(f"  {point:20} {len(hits):4} kills, {inside:4} with a booking in flight")
    print("  " + ", ".join(f"{count} × {name}" for name, count in sorted(run.acts.items())))
    print("  " + ", ".join(f"{kind} {end} {n}" for (kind, end), n in sorted(outcomes.items())))
    print("  bookings: " + ", ".join(f"{count} {name}" for name, count in sorted(statuses.items())))
    print(f"  invariants checked {watch.looks} times")
    print(f"  longest time until money and seats had settled: {run.longest_settling_s:.0f} s")
    for figure in run.figures:
        print(f"  {figure}")
    for problem in run.problems:
        print(f"PROBLEM {problem}")
    print("FAILED" if run.problems else "0 double sales, 0 unexplained cents", flush=True)
