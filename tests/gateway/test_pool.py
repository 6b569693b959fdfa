"""Connections of the pool: handed out without a word to the server, unless it has hung up."""

import threading
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool
from psycopg_pool.base import AttemptWithBackoff

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


class Looks:
    """`refuse_hung_up`, and how often it has refused."""

    def __init__(self) -> None:
        self.refused = 0

    def __call__(self, conn: psycopg.Connection[Any]) -> None:
        try:
            refuse_hung_up(conn)
        except psycopg.OperationalError:
            self.refused += 1
            raise


@pytest.mark.django_db
def test_a_request_meets_one_dead_connection_however_many_lie_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pool sleeps 0, 1, 2 … s after each one that a request meets: three cost it its answer."""
    looks, pauses = Looks(), list[float]()
    monkeypatch.setattr("psycopg_pool.pool.sleep", pauses.append)
    with (
        directly() as other,
        ConnectionPool(address(), min_size=5, max_size=5, check=looks, timeout=60) as pool,
    ):
        known = [pool.getconn() for _ in range(5)]
        for conn in known:
            pool.putconn(conn)
        end(known, other)

        with pool.connection() as conn:
            assert conn.execute("SELECT 1").fetchone() == (1,)

    assert looks.refused == 1
    assert pauses == [0]


@pytest.mark.django_db
def test_a_pool_that_has_given_up_tries_again_for_the_next_request() -> None:
    gave_up, address_now = threading.Event(), ["host=/nowhere connect_timeout=2"]
    with ConnectionPool(
        lambda: address_now[0],
        min_size=1,
        max_size=1,
        timeout=60,
        reconnect_timeout=0,
        reconnect_failed=lambda _: gave_up.set(),
    ) as pool:
        assert gave_up.wait(60)

        address_now[0] = address()

        with pool.connection() as conn:
            assert conn.execute("SELECT 1").fetchone() == (1,)


def longest_pause(attempt: AttemptWithBackoff) -> float:
    """Seconds between two tries of the pool to reach a server that is away."""
    longest = now = 0.0
    while not attempt.time_to_give_up(now):
        attempt.update_delay(now)
        longest = max(longest, attempt.delay)
        now += attempt.delay
    return longest


@pytest.mark.django_db
def test_the_sites_own_pool_looks_this_way() -> None:
    assert connection.pool._check is refuse_hung_up


def test_the_site_never_waits_longer_than_a_request_for_its_next_try() -> None:
    """Left to itself the pool would sit out two minutes more after an outage of two minutes."""
    site = settings.DATABASE_POOL

    pause = longest_pause(AttemptWithBackoff(timeout=site["reconnect_timeout"]))

    assert pause < site["timeout"]
    assert longest_pause(AttemptWithBackoff(timeout=300)) > 100
