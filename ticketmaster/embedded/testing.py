"""`./run test`: the test suite on services of its own, beside a running site if there is one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ticketmaster.embedded import environment, postgres, services
from ticketmaster.embedded.area import ROOT, Area
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Supervisor


def run(words: list[str]) -> int:
    """Run pytest with these words; returns its exit code."""
    with services_for_tests(Area("test"), word="test") as (supervisor, found):
        return supervisor.run_in_foreground(
            [sys.executable, "-m", "pytest", *words], env=found, cwd=ROOT
        )


@contextmanager
def services_for_tests(area: Area, *, word: str) -> Iterator[tuple[Supervisor, dict[str, str]]]:
    """Services that run until the block ends, and the environment in which pytest finds them.

    Raises CannotRun if the area is in use; `word` names this run to whoever comes then.
    """
    area.prepare()
    with AreaLock(area, word=word) as lock:
        lock.take()
        state = State(area.state_file)
        web_port = state.port("web")
        chosen = services.choose(
            area,
            state,
            web_port=web_port,
            sandbox_log=area.log_file("stripe"),
            database_settings=postgres.TEST_SETTINGS,
        )
        with Supervisor(area.folder) as supervisor:
            chosen.start(supervisor)
            yield supervisor, environment.for_tests(chosen, web_port=web_port)
