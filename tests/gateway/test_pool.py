"""Connections of the pool: handed out without a word to the server, unless it has hung up."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from ticketmaster.core.postgres.base import refuse_hung_up


def end(conns: list[psycopg.Connection[Any]], other: psycopg.Connection[Any]) -> None:
    """As a server that stops: it hangs up on these; returns once it has."""
    for conn in conns:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", [conn.info.backend_pid])


def address() -> str:
    """Of the test's database."""
    settings = connection.settings_dict
    return make_conninfo(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname=settings["NAME"],
    )


def directly() -> psycopg.Connection[Any]:
    """A connection beside the pool."""
    return psycopg.connect(address(), autocommit=True)


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


@pytest.mark.django_db
def test_a_connection_that_the_server_ended_is_told_apart() -> None:
    with directly() as ended, directly() as other:
        refuse_hung_up(ended)

        end([ended], other)

        with pytest.raises(psycopg.OperationalError):
            refuse_hung_up(ended)


@pytest.mark.django_db
def test_a_restarted_server_costs_no_request() -> None:
    with (
        directly() as other,
        ConnectionPool(address(), min_size=2, max_size=2, check=refuse_hung_up) as pool,
    ):
        with pool.connection() as one, pool.connection() as two:
            known = [one, two]
        end(known, other)

        with pool.connection() as conn:
            assert conn.execute("SELECT 1").fetchone() == (1,)
            assert conn not in known


@pytest.mark.django_db
def test_the_sites_own_pool_looks_this_way() -> None:
    assert connection.pool._check is refuse_hung_up
