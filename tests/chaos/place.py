"""The running site as the nemesis sees it: processes to kill, a Redis to flush, a Stripe to vex."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import redis
import requests

from tests.chaos.apps import FOLDER
from ticketmaster.embedded import website
from ticketmaster.embedded.ports import site_url, status_of
from ticketmaster.embedded.services import Services
from ticketmaster.embedded.supervisor import Program, Supervisor

READY_S = 90.0
HOLD_SECONDS = 16


@dataclass
class Place:
    """Services that run already, and the site's own processes once `site` has started them."""

    services: Services
    supervisor: Supervisor
    found: dict[str, str]
    port: int
    own: Supervisor | None = None
    programs: dict[str, Program] = field(default_factory=dict)
    kills_seen: list[dict[str, Any]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where kills are written down and points are armed."""
        return self.services.area.folder / "chaos"

    @property
    def armed(self) -> Path:
        """A file in here kills one process at the point of that name."""
        return self.folder / "armed"

    @property
    def url(self) -> str:
        """The site's address, which its payments at Stripe carry."""
        return site_url(self.port)

    @contextmanager
    def site(self, **overrides: str) -> Iterator[None]:
        """Web, workers and beat, which can be killed at chaos points."""
        self.armed.mkdir(parents=True, exist_ok=True)
        for file in self.armed.iterdir():
            file.unlink()
        own = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.site_settings",
            FOLDER: str(self.folder),
            "HOLD_SECONDS": str(HOLD_SECONDS),
            **overrides,
        }
        folder = self.services.area.folder / "programs"
        folder.mkdir(exist_ok=True)
        with Supervisor(folder, pause_s=0.2) as self.own:
            for program in website.programs(self.services, self.found, self.port):
                log = self.services.area.log_file(program.name)
                ours = replace(program, log=log, env={**program.env, **own})
                self.programs[program.name] = ours
                self.own.start(ours)
            self.own.wait_until("web", self.is_up, within_s=READY_S)
            yield

    def start_more_beats(self, count: int) -> None:
        """Beside the one that there is: two beats may tick during a deployment."""
        assert self.own is not None
        for number in range(count):
            name = f"beat{number + 2}"
            schedule = str(self.folder / name)
            argv = [*self.programs["beat"].argv[:-1], schedule]
            self.own.start(replace(self.programs["beat"], name=name, argv=argv))

    def start_another(self, name: str) -> str:
        """A second worker of the same queues, as a site on two machines has, but never a third.

        Returns what it is called.
        """
        assert self.own is not None
        first, second = self.programs[name], f"{name}2"
        if second not in self.programs:
            argv = [word.replace(f"{name}@", f"{second}@") for word in first.argv]
            self.programs[second] = replace(first, name=second, argv=argv)
            self.own.start(self.programs[second])
        return second

    def is_up(self) -> bool:
        """Whether the web answers, whatever its dependencies do."""
        return status_of(self.port, "/livez") == 200

    def kills(self) -> list[dict[str, Any]]:
        """Every process that died at a point so far."""
        with suppress(FileNotFoundError):
            self.kills_seen = kills_in((self.folder / "kills.jsonl").read_text())
        return self.kills_seen

    def itself(self, name: str) -> list[psutil.Process]:
        """The program's first process, if it runs just now."""
        assert self.own is not None
        pid = {**self.supervisor.pids(), **self.own.pids()}.get(name)
        with suppress(psutil.NoSuchProcess):
            return [psutil.Process(pid)] if pid else []
        return []

    def children(self, name: str) -> list[psutil.Process]:
        """The processes that the program has started."""
        with suppress(psutil.NoSuchProcess):
            return [child for one in self.itself(name) for child in one.children(recursive=True)]
        return []

    def signal(self, name: str, number: int) -> None:
        """Send it to the program's first process."""
        for process in self.itself(name):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def flush_redis(self) -> None:
        """Forget all keys, the broker's queues among them."""
        assert self.services.redis is not None
        with suppress(redis.RedisError), redis.from_url(self.services.redis.url) as client:
            client.flushall()

    def chaos(self, **controls: Any) -> None:
        """Set the sandbox's faults. One that is just starting again is left alone."""
        with suppress(requests.RequestException):
            requests.post(f"{self.stripe}/_chaos", json=controls, timeout=5).raise_for_status()

    def calm(self) -> None:
        """End all faults of the sandbox, however long it takes to reach it."""
        self._patiently(lambda: requests.delete(f"{self.stripe}/_chaos", timeout=5))

    def ledger(self) -> dict[str, Any]:
        """What the sandbox has written down of every payment."""
        return self._patiently(
            lambda: requests.get(f"{self.stripe}/_sandbox/ledger", timeout=30)
        ).json()

    def deadlocks(self) -> int:
        """How many Postgres has written into its log (R4)."""
        assert self.services.postgres is not None
        return self.services.postgres.log.read_text(errors="replace").count("deadlock detected")

    def webhooks_waiting(self) -> int:
        """Deliveries that the site has not taken yet."""
        answer = self._patiently(lambda: requests.get(f"{self.stripe}/_sandbox/health", timeout=5))
        return int(answer.json()["webhooks_waiting"])

    @property
    def stripe(self) -> str:
        """The sandbox's address."""
        assert self.services.sandbox is not None
        return self.services.sandbox.origin

    def _patiently(self, ask: Any) -> Any:
        until = time.monotonic() + 30
        while True:
            try:
                answer = ask()
                answer.raise_for_status()
            except requests.RequestException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return answer


def kills_in(text: str) -> list[dict[str, Any]]:
    """What processes have written before they died; a line that is only half there comes later."""
    whole, _, _ = text.rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]
