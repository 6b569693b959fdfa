"""`./run bench`: the benchmarks, against an empty site."""

from __future__ import annotations

import importlib

from ticketmaster.embedded import preparing
from ticketmaster.embedded.empty_site import empty_site


def run(words: list[str]) -> int:
    """Measure what the words name, or everything; 0 if all that is judged was met, else 1."""
    with empty_site("bench", RATE_LIMITS="off") as empty:
        preparing.collect_static_files(empty.services.state, empty.found)
        # Only now: they import models, and models want Django to be set up.
        site = importlib.import_module("benchmarks.site")
        runner = importlib.import_module("benchmarks.runner")
        bench = site.Bench(services=empty.services, found=empty.found, port=empty.port)
        return int(runner.main(words, bench))
