"""R12: Stripe is away. Checkout says so fast, and is well within a minute of its return."""

import math
from collections.abc import Iterable, Sequence

from tests.chaos.buyers import Way
from tests.chaos.checker import PAYS
from tests.chaos.drills import UNAVAILABLE, Run, with_buyers
from tests.chaos.history import Fault, Operation
from tests.chaos.nemesis import Nemesis

LONGEST_REFUSAL_S, WELL_WITHIN_S = 2.0, 60.0
MOST = (
    0.95  # of the refusals; the others waited for Stripe, which five in a row must before it shows
)


def refusals(history: Iterable[Operation], away: Fault) -> list[float]:
    """Seconds of each 503 that a buyer who wanted to pay was told meanwhile, the shortest first."""
    return sorted(
        told.seconds
        for one in history
        if one.kind in PAYS
        for told in one.answers
        if told.status == UNAVAILABLE and away.since <= told.at <= away.until
    )


def outage(run: Run) -> None:
    """Let it last, and look for a minute more."""
    known = len(run.history)

    def break_things(nemesis: Nemesis) -> None:
        nemesis.stop.wait(5)
        nemesis.outage(run.scale.outage_s)
        nemesis.stop.wait(60)

    with_buyers(run, break_things, ways=[(1, Way())], at_once=8)
    away = run.faults[-1]
    asked = list(run.history)[known:]
    refused = refusals(asked, away)
    back = [one.ended_at or 0 for one in asked if one.kind in PAYS and one.outcome == "ok"]
    well_s = min((at - away.until for at in back if at > away.until), default=math.inf)
    run.figures.append(
        f"R12 outage of {run.scale.outage_s:.0f} s: {len(refused)} × 503, median"
        f" {part(refused, 0.5):.2f} s, {MOST:.0%} within {part(refused, MOST):.2f} s,"
        f" first sale {well_s:.1f} s after its end"
    )
    if part(refused, MOST) > LONGEST_REFUSAL_S or well_s > WELL_WITHIN_S:
        run.problems.append(run.figures[-1])


def part(seconds: Sequence[float], share: float) -> float:
    """Within how many seconds that share of them came; infinite for none."""
    return seconds[int((len(seconds) - 1) * share)] if seconds else math.inf
