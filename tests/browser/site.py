"""The real thing for a browser: web server, worker with beat and Stripe sandbox as processes.

They have a database and a Redis database of their own beside the suite's, so that what a browser
buys is no row in anybody's test and no test's clean-up ends a session.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import requests
from django.conf import settings

from tests.factories import PASSWORD
from tests.sandbox.process import (
    PUBLISHABLE_KEY,
    ROOT,
    SECRET_KEY,
    WEBHOOK_SECRET,
    Sandbox,
    clean_environment,
    free_port,
)

START_S = 300
BUILD = """
import sys, django
django.setup()
from tests.browser.houses import build
build(sys.argv[1])
"""


@dataclass
class Site:
    """A running site. `events` has its events' ids by the names in houses.MAKERS."""

    folder: Path
    worker_id: str
    port: int = field(default_factory=free_port)
    events: dict[str, int] = field(default_factory=dict)
    fans: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = f"browser_{settings.DATABASES['default']['TEST']['NAME']}_{self.worker_id}"
        # New for each run: the locks of the last one are still there for minutes.
        self.cache_prefix = f"{self.database}_{secrets.token_hex(4)}"
        self.database_url = (
            urlsplit(settings.DATABASE_URL)._replace(path=f"/{self.database}").geturl()
        )
        store = self.folder / "sandbox.sqlite3"
        self.sandbox = Sandbox(store, "--webhook-url", f"{self.url}/payments/webhook")

    def start(self) -> "Site":
        """Make the data, then start all processes; returns once the site is ready."""
        self.sandbox.start()
        self._make_database()
        written = self.folder / "events.json"
        if self._run("build", "-c", BUILD, str(written)).wait(START_S):
            raise AssertionError(self.logs())
        self.events = json.loads(written.read_text())
        self._run("web", "-m", "granian", *self._web_flags())
        self._run("worker", "-m", "celery", *self._worker_flags())
        self._wait_until_ready()
        return self

    def stop(self) -> None:
        """End every process, then drop the database."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
        self.sandbox.stop()
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query finds in the site's database; changes are committed."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def new_fan(self) -> str:
        """The address of a fan who has done nothing yet; the password is PASSWORD."""
        self.fans += 1
        return f"buyer{self.fans}@example.org"

    def sign_in(self, email: str) -> requests.Session:
        """A session of that fan, without a browser."""
        session = requests.Session()
        page = session.get(f"{self.url}/accounts/login/", timeout=60)
        form = {
            "csrfmiddlewaretoken": page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0],
            "login": email,
            "password": PASSWORD,
        }
        answer = session.post(f"{self.url}/accounts/login/", form, timeout=60)
        answer.raise_for_status()
        assert "sessionid" in session.cookies
        return session

    def free_tickets(self, event: str, count: int) -> list[int]:
        """The first free tickets of that event, in drawing order."""
        found = self.rows(
            "SELECT id FROM events_ticket WHERE event_id = %s AND status = 'available'"
            " ORDER BY id LIMIT %s",
            self.events[event],
            count,
        )
        assert len(found) == count
        return [ticket for (ticket,) in found]

    def charges(self, reference: str) -> list[int]:
        """What the sandbox really took for this booking, in minor units."""
        ledger = self.sandbox.get("/_sandbox/ledger")
        intents = {one["id"] for one in ledger["payments"] if reference in one["metadata"].values()}
        return [one["amount"] for one in ledger["captures"] if one["payment_intent"] in intents]

    def mails_to(self, address: str) -> list[str]:
        """The raw text of each mail that landed for this address."""
        texts = [path.read_text() for path in (self.folder / "mail").glob("*.eml")]
        return [text for text in texts if f"To: {address}" in text]

    def _make_database(self) -> None:
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{self.database}"')

    def _environment(self) -> dict[str, str]:
        return clean_environment(
            DJANGO_SETTINGS_MODULE="tests.browser.site_settings",
            DATABASE_URL=self.database_url,
            REDIS_URL=self._redis_url(),
            REDIS_CACHE_URL=self._redis_url(),
            CACHE_PREFIX=self.cache_prefix,
            SITE_URL=self.url,
            EMBEDDED="1",
            RATE_LIMITS="off",
            MAIL_DIR=str(self.folder / "mail"),
            STATIC_ROOT=str(self.folder / "static"),
            STRIPE_SECRET_KEY=SECRET_KEY,
            STRIPE_PUBLISHABLE_KEY=PUBLISHABLE_KEY,
            STRIPE_WEBHOOK_SECRET=WEBHOOK_SECRET,
            STRIPE_API_BASE=self.sandbox.url,
            STRIPE_JS_URL=f"{self.sandbox.url}/v3/",
            STRIPE_PAGES_ORIGIN=self.sandbox.url,
        )

    def _redis_url(self) -> str:
        """Databases 1 to 15 by xdist worker; the suite's own is 0."""
        number = 1 + int(self.worker_id.removeprefix("gw") or 0) % 15
        parts = urlsplit(settings.REDIS_URL)
        if parts.scheme == "unix":
            return parts._replace(query=f"db={number}").geturl()
        return parts._replace(path=f"/{number}").geturl()

    def _web_flags(self) -> list[str]:
        return [
            *("--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", "1", "--blocking-threads", "8", "--log-level", "error"),
            "ticketmaster.wsgi:application",
        ]

    def _worker_flags(self) -> list[str]:
        return [
            *("--quiet", "--app", "ticketmaster.celery:app", "worker", "--loglevel", "WARNING"),
            *("--beat", "--schedule", str(self.folder / "schedule"), "--pool", "solo"),
            *("--queues", "critical,default,bulk"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]

    def _run(self, name: str, *flags: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *flags],
            cwd=ROOT,
            env=self._environment(),
            stdout=log,
            stderr=log,
        )
        self.processes.append(process)
        return process

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                if requests.get(f"{self.url}/readyz", timeout=5).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError(self.logs())

    def logs(self) -> str:
        """What the processes said."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text()}" for path in self.folder.glob("*.log")
        )


def worker_id() -> str:
    """This xdist worker's name, or gw0 without xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")
