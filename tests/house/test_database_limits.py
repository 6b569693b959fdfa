"""What a connection may do to others, and for how long, by the role that it comes as."""

import psycopg
import pytest

from tests.races.roles import OWNER, WEB, address
from ticketmaster.embedded.area import ROOT
from ticketmaster.embedded.postgres import SETTINGS

WORKER = "frontrow_worker"
NAMES = (
    "lock_timeout",
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
    "client_connection_check_interval",
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "limits"),
    [
        (WEB, ("2s", "5s", "5s", "10s", "1s")),
        (WORKER, ("2s", "30s", "5s", "1min", "1s")),
    ],
)
def test_web_and_workers_have_limits_of_their_own(role: str, limits: tuple[str, ...]) -> None:
    with psycopg.connect(address(role)) as connected:
        found = [connected.execute(f"SHOW {name}").fetchone() for name in NAMES]

    assert found == [(limit,) for limit in limits]


@pytest.mark.django_db
def test_a_migration_waits_two_seconds_for_a_lock_and_works_as_long_as_it_must() -> None:
    with psycopg.connect(address(OWNER)) as connected:
        found = [connected.execute(f"SHOW {name}").fetchone() for name in NAMES[:2]]

    assert found == [("2s",), ("0",)]


def test_whoever_has_no_limit_of_their_own_hangs_a_minute_at_most() -> None:
    """Here as in production: a command that stops between two statements lets go of its rows."""
    lines = (ROOT / "deploy" / "postgres" / "postgresql.conf").read_text().splitlines()
    named = [line.split("#")[0].split("=") for line in lines if line.startswith("idle_in_transac")]

    assert [(name.strip(), value.strip()) for name, value in named] == [
        ("idle_in_transaction_session_timeout", SETTINGS["idle_in_transaction_session_timeout"])
    ]
    assert SETTINGS["idle_in_transaction_session_timeout"] == "60s"
