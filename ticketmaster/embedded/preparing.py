"""Before the site starts: tables, static files, the demo catalogue. Each only when it is needed,
since asking Django alone takes longer than everything else of a later start."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ticketmaster.embedded.area import ROOT
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say
from ticketmaster.embedded.services import Services
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Supervisor

APPS = ("ticketmaster", "events", "search", "bookings", "payments")


def migrate_if_needed(
    supervisor: Supervisor, services: Services, environment: Mapping[str, str]
) -> None:
    """Bring the tables up to the migrations' files. A database that is not ours is always asked."""
    files = [path for app in APPS for path in (ROOT / app).rglob("migrations/*.py")]
    stamp = f"{_fingerprint([*files, *_whats_installed()])} {services.database_identity()}"
    if services.postgres and services.state.get("migrated") == stamp:
        return
    say("Preparing the database.")
    _run_command(supervisor, ["migrate", "--verbosity=0"], environment)
    services.state.set("migrated", stamp)


def collect_static_files(state: State, environment: Mapping[str, str]) -> None:
    """Collect them unless nothing changed; returns when they are there."""
    collecting = start_collecting_static_files(state, environment)
    if collecting:
        collecting.finish()


def start_collecting_static_files(
    state: State, environment: Mapping[str, str]
) -> StaticFiles | None:
    """Begin in the background, since it needs no service; None when nothing changed."""
    sources = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    for app in APPS:
        sources += [path for path in (ROOT / app).glob("**/static/**/*") if path.is_file()]
    stamp = _fingerprint([*sources, *_whats_installed()])
    collected = Path(environment.get("STATIC_ROOT") or ROOT / "staticfiles")  # as settings/base.py
    if state.get("static_files") == stamp and collected.is_dir():
        return None
    say("Collecting static files.")
    return StaticFiles(state, stamp, environment)


class StaticFiles:
    """A `collectstatic` under way."""

    def __init__(self, state: State, stamp: str, environment: Mapping[str, str]) -> None:
        self._state = state
        self._stamp = stamp
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  closed by `finish`
        self._process = subprocess.Popen(
            [*_manage("collectstatic"), "--noinput", "--clear", "--verbosity=0"],
            env=dict(environment),
            cwd=ROOT,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def finish(self) -> None:
        """Wait for its end; CannotRun if it failed."""
        with self._output as output:
            if self._process.wait():
                output.seek(0)
                raise CannotRun(
                    "The static files could not be collected.",
                    details=output.read().decode(errors="replace"),
                )
        self._state.set("static_files", self._stamp)


def load_demo_if_new(
    supervisor: Supervisor, services: Services, environment: Mapping[str, str]
) -> None:
    """Load the demo catalogue once into each database; a failed load is tried again next time."""
    identity = services.database_identity()
    if services.state.get("demo_in") == identity:
        return
    say("Loading the demo catalogue.")
    _run_command(supervisor, ["load_demo"], environment)
    remember_demo(services)


def remember_demo(services: Services) -> None:
    services.state.set("demo_in", services.database_identity())


def build_search_index_if_needed(supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Where there is an Elasticsearch without an index of ours. One that is away keeps nobody from
    starting: searches are answered by Postgres, and the worker builds the index later."""
    if environment.get("ELASTICSEARCH_URL"):
        words = [*_manage("reindex"), "--if-needed"]
        if supervisor.run_step(words, env=environment, cwd=ROOT):
            say("Searches begin in Postgres.")


def _run_command(supervisor: Supervisor, words: list[str], environment: Mapping[str, str]) -> None:
    if supervisor.run_step([*_manage(words[0]), *words[1:]], env=environment, cwd=ROOT):
        raise CannotRun(f"`manage.py {words[0]}` failed; what it said is above.")


def _manage(word: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), word]


def _whats_installed() -> list[Path]:
    """Other people's migrations and static files come with these."""
    return [ROOT / "requirements.txt", ROOT / "ticketmaster" / "settings" / "base.py"]


def _fingerprint(files: Iterable[Path]) -> str:
    """Changes when a file is added, removed, renamed or written: names, sizes and times, which
    cost a hundredth of reading them all."""
    digest = hashlib.sha256()
    for file in sorted(files):
        status = file.stat()
        line = f"{file} {status.st_size} {status.st_mtime_ns}\n"
        digest.update(line.encode())
    return digest.hexdigest()
