"""`./run services`: the test services alone, for running pytest directly."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time

from ticketmaster.embedded.area import LOCAL, ROOT, Area, write_for_owner_only
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say
from ticketmaster.embedded.testing import services_for_tests

ENV_FILE = LOCAL / "dev-services.env"


def run(words: list[str]) -> int:
    """Start the services; with `--detach`, come back once they are up."""
    if words == ["--detach"]:
        return _detach()
    if words:
        raise CannotRun("./run services takes no words but --detach.")
    return _foreground()


def _foreground() -> int:
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    with services_for_tests(Area("dev"), word="services") as (_, found):
        _write_environment({n: v for n, v in found.items() if os.environ.get(n) != v})
        say(f"Services are up: source {ENV_FILE.relative_to(ROOT)}")
        end.wait()
    ENV_FILE.unlink(missing_ok=True)  # only now: whoever waits for the end looks for it
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
