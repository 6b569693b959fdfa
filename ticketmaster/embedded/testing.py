"""`./run test`: the test suite on services of its own, beside a running site if there is one."""

from __future__ import annotations

import sys

from ticketmaster.embedded import environment, postgres, services
from ticketmaster.embedded.area import ROOT, Area
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Supervisor


def run(words: list[str]) -> int:
    """Run pytest with these words; returns its exit code."""
    area = Area("test")
    area.prepare()
    with AreaLock(area, word="test") as lock:
        lock.take(patience_s=0)
        state = State(area.state_file)
        web_port = state.port("web")
        chosen = services.choose(
            area,
            state,
            site_url=environment.site_url(web_port),
            database_settings=postgres.TEST_SETTINGS,
            sandbox_log=area.log_file("stripe"),
        )
        with Supervisor(area.folder) as supervisor:
            chosen.start(supervisor)
            return supervisor.run_in_foreground(
                [sys.executable, "-m", "pytest", *words],
                env=environment.for_tests(chosen, web_port=web_port),
                cwd=ROOT,
            )
