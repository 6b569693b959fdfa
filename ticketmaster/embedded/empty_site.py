"""What `./run bench` and `./run chaos` begin with: an empty site on services of its own.

It stands beside a running site if there is one and has the site's own settings, `fsync` among
them: what is measured or broken is what is sold.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import django

from ticketmaster.embedded import environment, preparing, services, website
from ticketmaster.embedded.area import Area
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.services import Services
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import FIRST_PAUSE_S, Supervisor

FOREIGN = ("DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY")


@dataclass(frozen=True)
class EmptySite:
    """Services that run, with a database that has tables and no catalogue.

    `found` is the environment of the site's processes, which nobody has started yet.
    """

    services: Services
    supervisor: Supervisor
    found: dict[str, str]
    port: int


@contextmanager
def empty_site(
    word: str, *, pause_s: float = FIRST_PAUSE_S, **overrides: str
) -> Iterator[EmptySite]:
    """Empty the area named after `./run {word}`, start its services, set Django up here.

    `pause_s` is how long a process that died stays away at first; `overrides` are environment
    variables. Raises CannotRun where the environment names a service that is not ours to empty.
    """
    refuse_foreign_services(word)
    area = Area(word)
    area.prepare()
    with AreaLock(area, word=word) as lock:
        lock.take()
        website.start_over(area)
        state = State(area.state_file)
        port = state.port("web")
        chosen = services.choose(area, state, web_port=port, sandbox_log=area.log_file("stripe"))
        found = {
            **environment.for_site(area, state, chosen.environment(), port=port),
            "STATIC_ROOT": str(area.folder / "staticfiles"),  # a running site keeps its own
            **overrides,
        }
        with Supervisor(area.folder, pause_s=pause_s) as supervisor:
            chosen.start(supervisor)
            preparing.migrate_if_needed(supervisor, chosen, found)
            os.environ.update(found)
            django.setup()
            yield EmptySite(chosen, supervisor, found, port)


def refuse_foreign_services(word: str) -> None:
    """Raise CannotRun where `./run {word}`, which empties its database, would meet another's."""
    for name in FOREIGN:
        if os.environ.get(name):
            raise CannotRun(f"./run {word} empties its database: unset {name} first.")
