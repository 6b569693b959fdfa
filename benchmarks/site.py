"""The real site's processes, started with what one benchmark needs."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ticketmaster.embedded import environment, website
from ticketmaster.embedded.ports import status_of
from ticketmaster.embedded.services import Services
from ticketmaster.embedded.supervisor import Supervisor

READY_S = 60.0


@dataclass(frozen=True)
class Bench:
    """What every benchmark gets: the services, how to start the site, and how long it may take."""

    services: Services
    found: dict[str, str]
    port: int
    short: bool = False

    def pick(self, long: float, short: float) -> float:
        """Seconds or sizes: `short` with --short."""
        return short if self.short else long

    @property
    def postgres_log(self) -> Path:
        """Where Postgres writes deadlocks."""
        assert self.services.postgres is not None
        return self.services.postgres.log

    @property
    def web_database_url(self) -> str:
        """The address of the database under the web's own role."""
        return environment.for_web(self.services, self.found)["DATABASE_URL"]

    @property
    def superuser_url(self) -> str:
        """The address under Postgres' own superuser, in another database than the site's."""
        assert self.services.postgres is not None
        return self.services.postgres.url("postgres", "postgres")

    @property
    def own_superuser_url(self) -> str:
        """The same superuser in the site's own database."""
        assert self.services.postgres is not None
        return self.services.postgres.url("postgres")

    @contextmanager
    def site(self, *also: str, **overrides: str) -> Iterator[int]:
        """The web as `./run` starts it, and those of worker, critical and beat that are named.

        Yields its port once it is ready. `overrides` are environment variables.
        """
        names = {"web", *also}
        folder = self.services.area.folder / "programs"
        folder.mkdir(exist_ok=True)
        found = {**self.found, **overrides}
        with Supervisor(folder) as supervisor:
            for program in website.programs(self.services, found, self.port):
                if program.name in names:
                    log = self.services.area.log_file(program.name)
                    env = {**program.env, **overrides}
                    supervisor.start(replace(program, log=log, env=env))
            supervisor.wait_until("web", self._is_ready, within_s=READY_S)
            yield self.port

    def _is_ready(self) -> bool:
        # Without Redis it serves, and says so: 503 from /readyz and 200 from /livez.
        return status_of(self.port, "/livez") == 200


def settle(seconds: float = 1.0) -> None:
    """Let what the last step left behind pass by."""
    time.sleep(seconds)


def load_average() -> float:
    """How many processes want to run, over the last minute."""
    return os.getloadavg()[0]
