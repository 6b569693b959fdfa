"""Connections of the pool: handed out without a word to the server, unless it has hung up."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from ticketmaster.core.postgres.base import refuse_hung_up


def end_all_others(conn: psycopg.Connection[Any]) -> None:
    """As a server that restarts; returns once they have ended."""
    conn.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    ).fetchall()


def directly() -> psycopg.Connection[Any]:
    """A connection beside the pool, to the test's database."""
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname=settings["NAME"],
        autocommit=True,
    )


class Statements:
    """Counts what is sent through a connection."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[Any] = []
        execute = psycopg.Connection.execute

        def counting(conn: psycopg.Connection[Any], query: Any, *args: Any, **more: Any) -> Any:
            self.sent.append(query)
            return execute(conn, query, *args, **more)

        monkeypatch.setattr(psycopg.Connection, "execute", counting)


@pytest.mark.django_db(transaction=True)
def test_a_connection_in_order_is_handed_out_without_a_round_trip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.close()
    statements = Statements(monkeypatch)

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        found = cursor.fetchone()

    assert found == (1,)
    assert statements.sent == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_told_apart() -> None:
    with directly() as ended, directly() as other:
        refuse_hung_up(ended)

        end_all_others(other)

        with pytest.raises(psycopg.OperationalError):
            refuse_hung_up(ended)


@pytest.mark.django_db(transaction=True)
def test_a_restarted_server_costs_no_request() -> None:
    connection.close()  # into the pool, beside those that it opened on its own
    with directly() as other:
        end_all_others(other)

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

        assert cursor.fetchone() == (1,)
