"""`./run services`: the test services alone, for running pytest directly."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time

from ticketmaster.embedded import environment, postgres, services
from ticketmaster.embedded.area import LOCAL, ROOT, Area, write_for_owner_only
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.output import say
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Supervisor

ENV_FILE = LOCAL / "dev-services.env"


def run(words: list[str]) -> int:
    """Start the services; with `--detach`, come back once they are up."""
    if words == ["--detach"]:
        return _detach()
    if words:
        raise CannotRun("./run services takes no words but --detach.")
    return _foreground()


def _foreground() -> int:
    area = Area("dev")
    area.prepare()
    with AreaLock(area, word="services") as lock:
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
        end = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: end.set())
        with Supervisor(area.folder) as supervisor:
            chosen.start(supervisor)
            everything = environment.for_tests(chosen, web_port=web_port)
            _write_environment({n: v for n, v in everything.items() if os.environ.get(n) != v})
            say(f"Services are up: source {ENV_FILE.relative_to(ROOT)}")
            end.wait()
        ENV_FILE.unlink(missing_ok=True)
    return 0


def _write_environment(variables: dict[str, str]) -> None:
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    write_for_owner_only(ENV_FILE, "".join(lines))


def _detach() -> int:
    area = Area("dev")
    area.prepare()
    ENV_FILE.unlink(missing_ok=True)
    log = area.log_file("services")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ticketmaster.embedded", "services"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    while not ENV_FILE.exists():
        if process.poll() is not None:
            raise CannotRun("The services did not start.", details=log.read_text())
        time.sleep(0.1)
    say(f"Services are up (pid {process.pid}): source {ENV_FILE.relative_to(ROOT)}")
    return 0
