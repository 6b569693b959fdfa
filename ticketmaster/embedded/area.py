"""Where one set of services keeps its things: the site, the tests and the developers' own."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"


@dataclass(frozen=True)
class Area:
    """A named folder of data. Areas share nothing, so that tests run beside a running site."""

    name: str
    local: Path = LOCAL

    @property
    def folder(self) -> Path:
        return self.local / self.name

    @property
    def state_file(self) -> Path:
        """The generated secrets and remembered ports; the site's lie at the top of `.local`."""
        return self.local / "state.json" if self.name == "site" else self.folder / "state.json"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def log_file(self, name: str) -> Path:
        """Where the process of this name writes, when its lines are not shown."""
        return self.logs / f"{name}.log"

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def lock_file(self) -> Path:
        """Beside the folder, not in it: `--fresh` empties the folder while it holds the lock."""
        return self.local / f"{self.name}.lock"

    @property
    def key(self) -> str:
        """Short and different for every clone and area; names things outside the clone."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]

    def prepare(self) -> None:
        """Make the folders. Readable secrets are files of mode 600; folders may be crossed by the
        unprivileged user that runs Postgres when we are root."""
        for folder in (self.local, self.folder):
            folder.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                folder.chmod(0o755)
        for folder in (self.logs, self.mail):
            folder.mkdir(mode=0o700, exist_ok=True)

    def erase(self) -> None:
        """Forget everything in this area: data, generated secrets, remembered ports."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.state_file.unlink(missing_ok=True)


def write_for_owner_only(path: Path, text: str) -> None:
    """Write a file of mode 600, which it has before the first byte of a secret is in it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
