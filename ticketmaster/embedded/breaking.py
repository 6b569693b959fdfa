"""`./run chaos`: an empty site is broken on purpose, and its books compared."""

from __future__ import annotations

import importlib

from ticketmaster.embedded.empty_site import empty_site

PAUSE_S = 0.2  # what was killed comes back soon, to be killed again


def run(words: list[str]) -> int:
    """Run the drills that the words name, or all; 0 if nothing was lost, else 1."""
    with empty_site("chaos", pause_s=PAUSE_S) as empty:
        # Only now: they import models, and models want Django to be set up.
        places = importlib.import_module("tests.chaos.place")
        runner = importlib.import_module("tests.chaos.runner")
        place = places.Place(empty.services, empty.supervisor, empty.found, empty.port)
        return int(runner.main(words, place))
