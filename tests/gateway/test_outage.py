"""With Postgres away everything that needs it answers 503; with Redis away nothing does."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from tests.gateway.silence import connections_made_to
from ticketmaster.gateway import health

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody listens, nor can: it is taken."""
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        yield owner.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield listener.getsockname()[1]


def ask_without(**environment: str) -> dict[str, Any]:
    """The site's answers in a process that has this environment instead of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.gateway.outage"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
        timeout=600,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_without_postgres_pages_and_api_answer_503_and_say_when_to_come_back(
    closed_port: int,
) -> None:
    found = ask_without(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{closed_port}/nothing")

    for name in ["page", "form", "private page", "api", "api lost", "token"]:
        assert found[name]["status"] == 503, (name, found[name])
        assert found[name]["retry_after"] == "2"
    for name in ["page", "form", "private page"]:
        assert found[name]["kind"] == "text/html"
    for name in ["api", "api lost", "token"]:
        assert found[name]["code"] == "temporarily_unavailable"
    assert found["live"]["status"] == 200
    assert found["ready"]["status"] == 503


def own_database() -> str:
    """The test's own: the dev database of the environment may be empty."""
    settings = connection.settings_dict
    return (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}"
        f"?host={settings['HOST']}&port={settings['PORT'] or 5432}"
    )


@pytest.mark.django_db(transaction=True)
def test_a_frozen_redis_is_asked_now_and_then_and_costs_no_answer() -> None:
    with socket.socket() as listener:  # takes connections and never answers
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        frozen = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"

        found = ask_without(DATABASE_URL=own_database(), REDIS_URL=frozen, REDIS_CACHE_URL=frozen)

        asked = connections_made_to(listener)
    assert {name: answer["status"] for name, answer in found.items()} == GOES_ON
    # Two breakers, each once; readiness asks once itself. Sessions, limits, copies and standings
    # have some twenty questions between them.
    assert asked == 3


GOES_ON = {
    "page": 200,
    "form": 200,
    "private page": 200,
    "api": 200,
    "api lost": 503,
    "token": 401,
    "live": 200,
    "ready": 200,
}


@pytest.mark.django_db(transaction=True)
def test_without_redis_everything_goes_on(closed_port: int) -> None:
    address = own_database()
    closed = f"redis://127.0.0.1:{closed_port}/0"

    found = ask_without(DATABASE_URL=address, REDIS_URL=closed, REDIS_CACHE_URL=closed)

    statuses = {name: answer["status"] for name, answer in found.items()}
    assert statuses == GOES_ON


@pytest.mark.django_db
def test_readyz_names_its_parts() -> None:
    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "parts": {"postgres": True, "redis": True}},
    )


@pytest.mark.django_db
def test_readyz_does_not_wait_for_a_postgres_that_hangs(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(health, "CONNECT_SECONDS", 600)  # the question is still open afterwards
    nowhere = {"host": "127.0.0.1", "port": silent_port, "dbname": "x", "user": "x"}
    monkeypatch.setattr(
        type(connections["default"]), "get_connection_params", lambda self: dict(nowhere)
    )
    threads = threading.active_count()

    answers = [Client().get("/readyz") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert answers[0].json()["parts"]["postgres"] is False
    assert not health.PROBES["postgres"].begin().done()
    assert threading.active_count() <= threads + 2


@pytest.mark.django_db
def test_readyz_stays_ready_while_redis_hangs(silent_port: int, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    settings.REDIS_TIMEOUT_SECONDS = 0.2

    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["parts"] == {"postgres": True, "redis": False}
