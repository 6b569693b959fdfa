"""Runs the benchmarks that are named, prints a line each, and judges them."""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from benchmarks import (
    backlog,
    best_available,
    capacity,
    deadlocks,
    event_page,
    holds,
    hot_seat,
    import_events,
    invariants,
    isolation,
    lapse,
    on_sale,
    paid,
    rate_limit,
    redis_loss,
    release,
    sale_crowd,
    scrape,
    search,
    search_elastic,
    standing,
    start,
    waiting_room,
    webhook,
)
from benchmarks.database import forget_everything
from benchmarks.figures import Figure, Kind, exit_code
from benchmarks.site import Bench, load_average

Benchmark = Callable[[Bench], list[Figure]]

BENCHMARKS: dict[str, Benchmark] = {
    "holds": holds.run,
    "growth": holds.run_growth,
    "hot_seat": hot_seat.run,
    "standing": standing.run,
    "deadlocks": deadlocks.run,
    "lapse": lapse.run,
    "event_page": event_page.run,
    "on_sale": on_sale.run,
    "best_available": best_available.run,
    "import_events": import_events.run,
    "release": release.run,
    "search": search.run,
    "paid": paid.run,
    "webhook": webhook.run,
    "invariants": invariants.run,
    "isolation": isolation.run,
    "start": start.run,
    "search_elastic": search_elastic.run,
    "waiting_room": waiting_room.run,
    "sale_crowd": sale_crowd.run,
    "redis_loss": redis_loss.run,
    "rate_limit": rate_limit.run,
    "capacity": capacity.run,
    "scrape": scrape.run,
    "backlog": backlog.run,
}


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What was asked for. Exits with 2 and the names of all benchmarks on any other word."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--short", action="store_true", help="less of everything, for a first look")
    parser.add_argument(
        "--ratios-only", action="store_true", help="print absolute figures, judge the others"
    )
    parser.add_argument(
        "--counts-only", action="store_true", help="print everything, judge counts alone"
    )
    asked = parser.parse_args(words)
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}: {', '.join(BENCHMARKS)}")
    return asked


def main(words: Sequence[str], bench: Bench) -> int:
    """0 if all that is judged was met, else 1."""
    asked = arguments(words)
    bench = replace(bench, short=asked.short)
    figures: list[Figure] = []
    for name in asked.names or list(BENCHMARKS):
        began = time.monotonic()
        print(f"{name} (load {load_average():.1f})", flush=True)
        forget_everything()
        for figure in BENCHMARKS[name](bench):
            figures.append(figure)
            print(f"  {figure.line()}", flush=True)
        print(f"  took {time.monotonic() - began:.0f} s", flush=True)
    judged = figures
    if asked.counts_only:
        judged = [figure for figure in figures if figure.kind is Kind.COUNT]
    code = exit_code(judged, ratios_only=asked.ratios_only)
    missed = sum(1 for figure in figures if not figure.met)
    print(f"{len(figures) - missed} MET, {missed} MISS")
    return code
