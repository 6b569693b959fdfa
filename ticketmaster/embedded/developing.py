"""`./run services`: the test services alone, for running pytest directly."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from ticketmaster.embedded import postgres, services
from ticketmaster.embedded.area import LOCAL, ROOT, Area
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
        chosen = services.choose(
            area,
            state,
            site_url="http://127.0.0.1:8000",
            database_settings=postgres.TEST_SETTINGS,
            sandbox_log=area.logs / "stripe.log",
        )
        end = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: end.set())
        with Supervisor(guard_log=area.logs / "guard.log") as supervisor:
            chosen.start(supervisor)
            environment = chosen.environment() | {
                "SECRET_KEY": state.secret("secret_key"),
                "TEST_POSTGRES_LOG": str(area.logs / "postgres.log"),
            }
            _write_environment(environment)
            say(f"Services are up: source {ENV_FILE.relative_to(ROOT)}")
            end.wait()
        ENV_FILE.unlink(missing_ok=True)
    return 0


def _write_environment(environment: dict[str, str]) -> None:
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()]
    with os.fdopen(os.open(ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(lines)


def _detach() -> int:
    area = Area("dev")
    area.prepare()
    ENV_FILE.unlink(missing_ok=True)
    log = Path(area.logs / "services.log")
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
