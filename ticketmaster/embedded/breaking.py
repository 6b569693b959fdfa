"""`./run chaos`: the site is broken on purpose, on services of its own, and its books compared."""

from __future__ import annotations

import importlib
import os

import django

from ticketmaster.embedded import environment, preparing, services, website
from ticketmaster.embedded.area import Area
from ticketmaster.embedded.benchmarking import refuse_foreign_services
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Supervisor

LOCK_PATIENCE_S = 300.0  # a run in short form is over by then


def run(words: list[str]) -> int:
    """Run the drills that the words name, or all; 0 if nothing was lost, else 1."""
    refuse_foreign_services("chaos")
    area = Area("chaos")
    area.prepare()
    with AreaLock(area, word="chaos") as lock:
        lock.take(patience_s=LOCK_PATIENCE_S)
        website.start_over(area)
        return _break(area, words)


def _break(area: Area, words: list[str]) -> int:
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
    with Supervisor(area.folder, pause_s=0.2) as supervisor:
        chosen.start(supervisor)
        preparing.migrate_if_needed(supervisor, chosen, found)
        os.environ.update(found)
        django.setup()
        # Only now: they import models, and models want Django to be set up.
        places = importlib.import_module("tests.chaos.place")
        runner = importlib.import_module("tests.chaos.runner")
        place = places.Place(services=chosen, supervisor=supervisor, found=found, port=port)
        return int(runner.main(words, place))
