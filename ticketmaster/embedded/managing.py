"""`./run manage COMMAND …`: against the site's services, whether or not the site is up."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

from ticketmaster.embedded import environment, preparing, services
from ticketmaster.embedded.area import ROOT, Area
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.lock import AreaLock
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Supervisor

START_PATIENCE_S = 240.0  # a first ./run that is still preparing
# They look at or make migrations themselves, so nobody should run them beforehand.
ABOUT_MIGRATIONS = frozenset(
    {"makemigrations", "migrate", "showmigrations", "sqlmigrate", "squashmigrations", "help"}
)


def run(words: list[str]) -> int:
    """Run the management command; returns its exit code. Its output is not touched."""
    if not words:
        raise CannotRun("./run manage needs a command; `./run manage help` lists them.")
    area = Area("site")
    area.prepare()
    with AreaLock(area, word="manage") as lock:
        if _site_is_up(lock):
            return _run_beside_the_site(area, words)
        return _run_alone(area, words)


def _site_is_up(lock: AreaLock) -> bool:
    """True beside a site whose tables are ready; False once the lock is ours. Waits for a site
    that is starting and for another management command."""
    deadline = time.monotonic() + START_PATIENCE_S
    while (holder := lock.holder()) is not None:
        word, pid = holder
        if word == "site" and State(lock.area.state_file).get("site"):
            return True
        if time.monotonic() > deadline:
            raise CannotRun(f"Another run (pid {pid}) does not get ready; stop it first.")
        time.sleep(0.2)
    return False


def _run_beside_the_site(area: Area, words: list[str]) -> int:
    state = State(area.state_file)
    site = state.get("site")
    found = environment.for_site(area, state, site["services"], port=site["port"])
    code = _run_command(Supervisor(area.folder), words, found)
    if _loaded_demo(words, code):
        state.set("demo_in", site["database"])
    return code


def _run_alone(area: Area, words: list[str]) -> int:
    state = State(area.state_file)
    state.set("site", None)  # of a site that was killed
    port = int(state.get("last_port") or 8000)
    chosen = services.choose(area, state, web_port=port, sandbox_log=area.log_file("stripe"))
    found = environment.for_site(area, state, chosen.environment(), port=port)
    with Supervisor(area.folder) as supervisor:
        chosen.start(supervisor)
        if words[0] not in ABOUT_MIGRATIONS:
            preparing.migrate_if_needed(supervisor, chosen, found)
        code = _run_command(supervisor, words, found)
    if _loaded_demo(words, code):
        state.set("demo_in", chosen.database_identity())
    return code


def _run_command(supervisor: Supervisor, words: list[str], found: Mapping[str, str]) -> int:
    """In the folder that the person is in, so that file names in the words mean what they say."""
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return supervisor.run_in_foreground(command, env=found, cwd=Path.cwd())


def _loaded_demo(words: list[str], code: int) -> bool:
    return words[0] == "load_demo" and code == 0
