"""What the site remembers for a moment stays remembered through a test, however slow the machine.

A page is kept for two seconds, a figure for one, a list of rooms for one: between two lines of a
test a busy machine may let such a moment pass, a quick one never does. Here none passes, unless
the test moves the clock of the module that remembers (`front.time`, `shared_copies.time` …) or
forgets (`tests.conftest.forget_redis_keys`).
"""

import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest

# The clock by which each module finds that what it remembers has grown old.
CLOCKS = {
    "ticketmaster.core.shared_copies": "time",
    "ticketmaster.core.crowds": "monotonic",
    "ticketmaster.gateway.front": "monotonic",
    "ticketmaster.gateway.refused": "monotonic",
    "bookings.waiting_room.rooms": "monotonic",
    "bookings.api.shapes": "monotonic",
    "search.remembering": "monotonic",
}
# What Redis or Postgres remember or look back for, and how long a question may take before it is
# asked in another way.
AN_HOUR = {
    "events.availability.SUMMARY_SECONDS": 3600,
    "bookings.ticket_lock.REMEMBERED_MS": 3_600_000,
    "search.availability.LOOK_BACK_S": 3600,
    "search.engines.postgres_plans.FIRST_TRY_MS": 3_600_000,
    "search.engines.postgres_plans.SECOND_TRY_MS": 3_600_000,
    "ticketmaster.gateway.health.PATIENCE_SECONDS": 60.0,
    # What earlier tests have paid in the sandbox belongs to no booking any more, and would be found
    # as unexplained money once it is so old. Tests of that set the sandbox's clock by an hour.
    "payments.outside_witness.OLD_ENOUGH": timedelta(minutes=50),
}


class StillClock:
    """Stands in for the module `time`; the one function that matters has stopped."""

    def __init__(self, stopped: str) -> None:
        self.time: Callable[[], float] = time.time
        self.monotonic: Callable[[], float] = time.monotonic
        self.sleep = time.sleep
        now = getattr(time, stopped)()
        setattr(self, stopped, lambda: now)


@pytest.fixture(autouse=True)
def nothing_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop these clocks for the test."""
    for module, stopped in CLOCKS.items():
        monkeypatch.setattr(import_module(module), "time", StillClock(stopped))
    for name, value in AN_HOUR.items():
        monkeypatch.setattr(name, value)
