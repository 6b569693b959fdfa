"""R13: Postgres is stopped at once under load, again and again.

A failed request is one without an answer, with an error, or with 503. Those of 503 that say when to
come again are counted apart: while Postgres is away a sale cannot be anything else, and the buyer
who comes again loses nothing. Both counts are in the report.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.chaos.drills import UNAVAILABLE, Run, with_buyers
from tests.chaos.history import SERVER_ERROR, Operation
from tests.chaos.nemesis import Nemesis
from ticketmaster.embedded.supervisor import STABLE_AFTER_S

SOON_S, NORMAL_AFTER_S = 5.0, 10.0
MOST_FAILED_SOON = 0.01
# Whoever dies again sooner is taken for a program that cannot start, and waits longer each time.
APART_S = STABLE_AFTER_S + 5


@dataclass
class Answers:
    """How many answers came in some stretch of time, and of which kinds."""

    all: int = 0
    failed: int = 0  # none, an error, or a 503 that names no time
    away: int = 0  # a 503 with Retry-After


def answers_after(
    crashes: Sequence[float], history: Iterable[Operation], *, since: float, until: float
) -> Answers:
    """Those that came so many seconds after the latest crash before them."""
    found = Answers()
    for told in (told for one in history for told in one.answers):
        before = [told.at - at for at in crashes if at <= told.at]
        if not before or not since <= min(before) < until:
            continue
        away = told.status == UNAVAILABLE and told.comes_again
        found.all += 1
        found.away += away
        found.failed += not away and not 0 < told.status < SERVER_ERROR
    return found


def postgres(run: Run) -> None:
    """Crash it again and again; judge what buyers were told soon after, and later."""
    known = len(run.history)
    crashes: list[float] = []

    def break_things(nemesis: Nemesis) -> None:
        for _ in range(run.scale.restarts):
            nemesis.stop.wait(APART_S)
            crashes.append(time.time())
            nemesis.restart_postgres()
        nemesis.stop.wait(APART_S)

    with_buyers(run, break_things, pace_s=1.0)
    asked = list(run.history)[known:]
    soon = answers_after(crashes, asked, since=0, until=SOON_S)
    later = answers_after(crashes, asked, since=NORMAL_AFTER_S, until=float("inf"))
    errors = sum(len(one.errors_at) for one in asked)
    run.figures.append(
        f"R13 {len(crashes)} crashes of Postgres: of {soon.all} answers in the"
        f" {SOON_S:.0f} s after one {_share(soon.failed, soon.all)} were an error or none,"
        f" {_share(soon.away, soon.all)} were 503 with Retry-After; of {later.all} later than"
        f" {NORMAL_AFTER_S:.0f} s after one {later.failed + later.away} were any of these;"
        f" {errors} × 500 in all"
    )
    if (
        soon.failed > MOST_FAILED_SOON * soon.all
        or later.failed + later.away
        or errors
        or not later.all
    ):
        run.problems.append(run.figures[-1])


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)" if whole else "0"
