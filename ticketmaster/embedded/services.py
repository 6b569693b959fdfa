"""The services below the site: Postgres, Redis, the Stripe sandbox. Each is embedded unless the
environment names a real one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ticketmaster.embedded import postgres, redis_server, sandbox
from ticketmaster.embedded.area import Area
from ticketmaster.embedded.ports import site_url
from ticketmaster.embedded.postgres import Postgres
from ticketmaster.embedded.redis_server import Redis
from ticketmaster.embedded.sandbox import Sandbox
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Program, Supervisor

START_S = 60.0
NO_OTHERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Services:
    """The embedded parts of one area; None for each that the environment replaces."""

    area: Area
    state: State
    postgres: Postgres | None
    redis: Redis | None
    sandbox: Sandbox | None

    def start(self, supervisor: Supervisor) -> None:
        """Start all at once, then wait for each; afterwards the database and its roles exist."""
        self._launch(supervisor)
        if self.postgres:
            supervisor.wait_until("postgres", self.postgres.is_ready, within_s=START_S)
            self._make_database(self.postgres)
        if self.redis:
            supervisor.wait_until("redis", self.redis.is_ready, within_s=START_S)
        if self.sandbox:
            supervisor.wait_until("stripe", self.sandbox.is_ready, within_s=START_S)

    def _launch(self, supervisor: Supervisor) -> None:
        if self.sandbox:  # Python takes longest to come up, so first
            supervisor.start(self.sandbox.program())
        if self.redis:
            self.redis.prepare()
            supervisor.start(_with_fresh_log(self.redis.program()))
        if self.postgres:
            self.postgres.make_cluster()
            self.postgres.make_socket_folder()
            supervisor.start(_with_fresh_log(self.postgres.program()))

    def _make_database(self, server: Postgres) -> None:
        """Only for a new cluster or a changed roles file: connecting costs start-up time."""
        stamp = hashlib.sha256(postgres.ROLES_FILE.read_bytes()).hexdigest()
        made_in = f"{stamp} {self.database_identity()}"
        if self.state.get("database_made") != made_in:
            server.make_database()
            self.state.set("database_made", made_in)

    def database_identity(self) -> str:
        """Different for every database that is made or named: what was done in one says nothing
        of another."""
        if self.postgres:
            return str((self.postgres.data / "initialised").stat().st_mtime_ns)
        return hashlib.sha256(os.environ["DATABASE_URL"].encode()).hexdigest()

    def environment(self) -> dict[str, str]:
        """The variables by which the site finds these services; those given from outside stay."""
        found: dict[str, str] = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url(postgres.OWNER)
        if self.redis:
            found["REDIS_URL"] = self.redis.url
        if self.sandbox:
            found.update(self.sandbox.environment())
        return found


def choose(
    area: Area,
    state: State,
    *,
    web_port: int,
    sandbox_log: Path | None,
    database_settings: Mapping[str, str] = NO_OTHERS,
) -> Services:
    """Embedded parts for whatever DATABASE_URL, REDIS_URL and STRIPE_SECRET_KEY do not name.

    The sandbox sends its webhooks to `web_port`; without a log its lines are shown.
    `database_settings` are Postgres', beside those that it always has.
    """
    return Services(
        area=area,
        state=state,
        postgres=None
        if os.environ.get("DATABASE_URL")
        else postgres.locate(area, state, settings=database_settings),
        redis=None if os.environ.get("REDIS_URL") else redis_server.locate(area, state),
        sandbox=None
        if os.environ.get("STRIPE_SECRET_KEY")
        else sandbox.locate(area, state, site_url=site_url(web_port), log=sandbox_log),
    )


def _with_fresh_log(program: Program) -> Program:
    """Keep the log of the run before as `.1`, so that logs stay small."""
    if program.log and program.log.exists():
        program.log.replace(program.log.with_suffix(".log.1"))
    return program
