"""The unprivileged system user that runs Postgres when we are root: Postgres refuses to be root."""

from __future__ import annotations

import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.output import say

NAME = "frontrow-db"


@dataclass(frozen=True)
class SystemUser:
    uid: int
    gid: int

    @property
    def ids(self) -> tuple[int, int]:
        return self.uid, self.gid

    def can_run(self, binary: Path) -> bool:
        """Whether this user reaches and may execute the binary: tried, not guessed from modes."""
        return self._succeeds([str(binary), "--version"])

    def can_enter(self, folder: Path) -> bool:
        return self._succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])

    def _succeeds(self, argv: list[str]) -> bool:
        try:
            done = subprocess.run(
                argv,
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                capture_output=True,
                check=False,
            )
        except PermissionError:
            return False
        return done.returncode == 0


def ensure() -> SystemUser:
    """The user, made on first use; only root may call this. Nobody can log in as it."""
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _create()
        entry = pwd.getpwnam(NAME)
    return SystemUser(entry.pw_uid, entry.pw_gid)


def _create() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if useradd is None:
        raise CannotRun("As root this needs `useradd`; run it as an ordinary user instead.")
    say(f"Making the system user {NAME}: Postgres refuses to run as root.")
    done = subprocess.run(
        [
            useradd,
            *("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"),
            *("--shell", "/usr/sbin/nologin", NAME),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotRun(f"The system user {NAME} could not be made.", details=done.stderr)
