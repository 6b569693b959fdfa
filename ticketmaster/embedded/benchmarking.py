"""`./run bench`: the benchmarks on services of their own, beside a running site if there is one.

The services have the site's own settings, `fsync` among them; what is measured is what is sold.
"""

from __future__ import annotations

import importlib
import os

import django

from ticketmaster.embedded import environment, preparing, services, website
from ticketmaster.embedded.area import Area
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Supervisor

FOREIGN = ("DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY")


def run(words: list[str]) -> int:
    """Measure what the words name, or everything; 0 if all that is judged was met, else 1."""
    refuse_foreign_services("bench")
    area = Area("bench")
    area.prepare()
    with AreaLock(area, word="bench") as lock:
        lock.take(patience_s=0)
        website.start_over(area)
        return _measure(area, words)


def refuse_foreign_services(word: str) -> None:
    """Raise CannotRun where `./run {word}`, which empties its database, would meet another's."""
    for name in FOREIGN:
        if os.environ.get(name):
            raise CannotRun(f"./run {word} empties its database: unset {name} first.")


def _measure(area: Area, words: list[str]) -> int:
    state = State(area.state_file)
    port = state.port("web")
    chosen = services.choose(
        area,
        state,
        site_url=environment.site_url(port),
        database_settings={},
        sandbox_log=area.log_file("stripe"),
    )
    found = environment.for_site(area, state, chosen.environment(), port=port)
    found["RATE_LIMITS"] = "off"
    found["STATIC_ROOT"] = str(area.folder / "staticfiles")  # a running site keeps its own
    with Supervisor(area.folder) as supervisor:
        collecting = preparing.start_collecting_static_files(state, found)
        chosen.start(supervisor)
        preparing.migrate_if_needed(supervisor, chosen, found)
        if collecting:
            collecting.finish()
        os.environ.update(found)
        django.setup()
        # Only now: they import models, and models want Django to be set up.
        site = importlib.import_module("benchmarks.site")
        runner = importlib.import_module("benchmarks.runner")
        bench = site.Bench(services=chosen, found=found, port=port)
        return int(runner.main(words, bench))
