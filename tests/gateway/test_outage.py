"""With Postgres away everything that needs it answers 503; with Redis away nothing does."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


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
        timeout=120,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_without_postgres_pages_and_api_answer_503_and_say_when_to_come_back() -> None:
    found = ask_without(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{closed_port()}/nothing")

    for name in ["page", "form", "private page", "api", "api lost", "token"]:
        assert found[name]["status"] == 503, (name, found[name])
        assert found[name]["retry_after"] == "2"
    for name in ["page", "form", "private page"]:
        assert found[name]["kind"] == "text/html"
    for name in ["api", "api lost", "token"]:
        assert found[name]["code"] == "temporarily_unavailable"
    assert found["live"]["status"] == 200
    assert found["ready"]["status"] == 503
    assert found["ready"]["seconds"] < 2


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
    # Two breakers, each after rests of one, two and four seconds again; readiness asks once itself.
    # Sessions, limits, copies and standings have some twenty questions between them.
    assert 1 < asked <= 8


def connections_made_to(listener: socket.socket) -> int:
    """How often somebody connected."""
    listener.setblocking(False)
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


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
def test_without_redis_everything_goes_on() -> None:
    address = own_database()
    closed = f"redis://127.0.0.1:{closed_port()}/0"

    found = ask_without(DATABASE_URL=address, REDIS_URL=closed, REDIS_CACHE_URL=closed)

    statuses = {name: answer["status"] for name, answer in found.items()}
    assert statuses == GOES_ON
    assert max(answer["seconds"] for answer in found.values()) < 3


@pytest.mark.django_db
def test_readyz_names_its_parts() -> None:
    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "parts": {"postgres": True, "redis": True}},
    )


@pytest.mark.django_db
def test_readyz_is_quick_while_postgres_hangs(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"host": "127.0.0.1", "port": silent_port, "dbname": "x", "user": "x"}
    monkeypatch.setattr(
        type(connections["default"]), "get_connection_params", lambda self: dict(nowhere)
    )
    threads = threading.active_count()
    began = time.monotonic()

    answers = [Client().get("/readyz") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert answers[0].json()["parts"] == {"postgres": False, "redis": True}
    assert time.monotonic() - began < 3 * 1.5
    assert threading.active_count() <= threads + 2


@pytest.mark.django_db
def test_readyz_stays_ready_while_redis_hangs(silent_port: int, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    Client().get("/livez")  # the site's first request imports all addresses
    began = time.monotonic()

    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["parts"] == {"postgres": True, "redis": False}
    assert time.monotonic() - began < 1.5
