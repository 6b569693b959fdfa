"""Clients of Postgres that die, freeze or are too many, under the roles that the site runs as."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection
from django.test import Client

from bookings.holds import hold_tickets
from events.models import Event, Ticket
from tests.conftest import forget_redis_keys
from tests.factories import tickets_of
from tests.races.interleaving import in_thread
from tests.races.roles import OWNER, WEB, address
from tests.sandbox.process import ROOT
from ticketmaster.accounts.models import User
from ticketmaster.core.errors import DomainError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

LOCKER = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1])
connection.execute("SET statement_timeout = 0")
connection.execute("SELECT 1 FROM events_ticket WHERE id = %s FOR NO KEY UPDATE", [sys.argv[2]])
print("locked", flush=True)
connection.execute("SELECT pg_sleep(%s)", [sys.argv[3]])
sys.stdin.read()
"""


Locker = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def locker() -> Iterator[Locker]:
    """Starts a process that locks a ticket and then queries for so long, or sits there."""
    started: list[subprocess.Popen[str]] = []

    def start(ticket: int, *, busy_s: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", LOCKER, address(WEB), str(ticket), str(busy_s)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        return process

    yield start
    for process in started:
        os.kill(process.pid, signal.SIGCONT)
        process.kill()
        process.communicate()


LONGEST_S = 120  # bounds a hang alone: nobody lets go of these locks before


def hold_in_the_end(fan: User, ticket: int) -> None:
    """A rival asks until the ticket is held for them."""
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_S:
        forget_redis_keys()
        try:
            hold_tickets(user=fan, ticket_ids=[ticket])
        except DomainError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the lock was never let go")


def holder_of(ticket: int) -> User | None:
    booking = Ticket.objects.get(pk=ticket).booking
    return booking.user if booking is not None else None


def test_f10_a_claimer_killed_in_the_middle_of_a_query_lets_go(
    event: Event, fan: User, locker: Locker
) -> None:
    seat = tickets_of(event)[0].pk
    process = locker(seat, busy_s=LONGEST_S + 600)
    with pytest.raises(DomainError):
        hold_tickets(user=fan, ticket_ids=[seat])

    process.kill()
    hold_in_the_end(fan, seat)

    assert holder_of(seat) == fan


def test_f10_f62_a_frozen_claimer_is_thrown_out_by_postgres(
    event: Event, fan: User, locker: Locker
) -> None:
    """idle_in_transaction_session_timeout is 5 s; without it the seat stays locked for ever."""
    seat = tickets_of(event)[0].pk
    process = locker(seat, busy_s=0)

    os.kill(process.pid, signal.SIGSTOP)
    hold_in_the_end(fan, seat)

    assert holder_of(seat) == fan


def test_f65_a_migration_waits_two_seconds_for_a_lock_and_not_longer(event: Event) -> None:
    """Behind a migration that waits, everybody waits; it is run again instead."""
    with psycopg.connect(address(WEB)) as reader, psycopg.connect(address(OWNER)) as migration:
        reader.execute("SELECT 1 FROM events_ticket LIMIT 1")
        assert migration.execute("SHOW lock_timeout").fetchone() == ("2s",)

        with pytest.raises(psycopg.errors.LockNotAvailable):
            migration.execute("ALTER TABLE events_ticket ADD COLUMN later integer")


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pool of one, which waits a second."""
    connection.close()
    connection.close_pool()
    small = {"min_size": 0, "max_size": 1, "timeout": 1}
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict["OPTIONS"], "pool", small)
        yield
        connection.close()
        connection.close_pool()


def test_f61_without_a_free_connection_the_answer_is_503_soon(
    event: Event, one_connection: None
) -> None:
    """The only connection is busy: no hang and no 500, and all is well once it is back."""

    def ask() -> tuple[int, bool]:
        answer = Client(raise_request_exception=False).get(f"/api/v1/venue/{event.venue_id}")
        return answer.status_code, "Retry-After" in answer

    connection.ensure_connection()
    assert in_thread(ask) == (503, True)

    connection.close()
    assert in_thread(ask) == (200, False)
