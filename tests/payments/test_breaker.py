"""The circuit breaker: what one process learns of Stripe, all know; without Redis, each for itself.

R11 and R12 of reliability.md as far as one machine's tests can tell them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.db import connection
from psycopg.pq import TransactionStatus

from bookings.models import Booking
from payments import breaker as breakers
from payments import stripe_calls, stripe_gateway
from payments.breaker import SharedBreaker
from payments.reconciler import reconcile
from payments.refunds import refund_booking
from payments.stripe_calls import StripeUnreachable, breaker
from tests.payments.helpers import THREE_D_SECURE, age, finish_3ds, go_on, pay, status_of
from tests.sandbox.process import Sandbox
from ticketmaster.core import redis as shared_redis

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def processes() -> Iterator[list[SharedBreaker]]:
    """Two processes' views of one breaker, whose pause ends when a test says so."""
    pair = [SharedBreaker("test", pause_seconds=3600) for _ in range(2)]
    yield pair
    pair[0].reset()


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise shared_redis.RedisResting

    monkeypatch.setattr(shared_redis, "client", away)


def fail(switch: SharedBreaker, times: int) -> None:
    for _ in range(times):
        switch.failed()


def test_what_one_process_learns_all_know(processes: list[SharedBreaker]) -> None:
    one, other = processes

    fail(one, 4)
    assert (other.is_open, other.admits()) == (False, True)
    fail(one, 1)

    assert (one.is_open, other.is_open) == (True, True)
    assert (one.admits(), other.admits()) == (False, False)


def test_failures_of_different_processes_add_up(processes: list[SharedBreaker]) -> None:
    one, other = processes

    fail(one, 3)
    fail(other, 2)

    assert (one.admits(), other.admits()) == (False, False)


def test_after_a_pause_one_call_of_all_processes_asks_again(
    processes: list[SharedBreaker],
) -> None:
    one, other = processes
    fail(one, 5)
    end_the_pause("test")

    assert sorted([one.admits(), other.admits()]) == [False, True]


def end_the_pause(name: str) -> None:
    assert shared_redis.client().delete(shared_redis.key(f"breaker:{name}:pause")) == 1


def test_an_answer_to_the_one_call_closes_it_for_all(processes: list[SharedBreaker]) -> None:
    one, other = processes
    fail(one, 5)
    end_the_pause("test")
    assert other.admits()

    other.succeeded()

    assert [one.admits(), one.admits(), other.admits()] == [True, True, True]


def test_another_failure_opens_it_for_another_pause(processes: list[SharedBreaker]) -> None:
    one, other = processes
    fail(one, 5)
    end_the_pause("test")
    assert one.admits()

    one.failed()

    assert (one.is_open, other.admits()) == (True, False)


def test_an_answer_forgets_the_failures_of_others(processes: list[SharedBreaker]) -> None:
    one, other = processes
    fail(one, 4)
    other.admits()

    other.succeeded()
    fail(one, 4)

    assert one.admits()


def test_without_redis_each_process_learns_for_itself(
    processes: list[SharedBreaker], no_redis: None
) -> None:
    one, other = processes

    fail(one, 5)

    assert (one.is_open, one.admits()) == (True, False)
    assert (other.is_open, other.admits()) == (False, True)


def test_while_all_is_well_redis_is_asked_once_in_a_while(
    processes: list[SharedBreaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = processes
    monkeypatch.setattr(breakers, "TRUST_SECONDS", 3600.0)
    asked: list[str] = []
    run = one._run
    monkeypatch.setattr(one, "_run", lambda script: asked.append(script) or run(script))

    for _ in range(50):
        assert one.admits()
        one.succeeded()

    assert asked == [breakers.ADMIT]


def test_back_to_normal_within_a_minute_of_stripes_return(
    booking: Booking, sandbox: Sandbox
) -> None:
    """R12: the pause is far shorter than a minute, and one good answer closes the breaker."""
    sandbox.chaos(outage_seconds=3600)
    for _ in range(5):
        with pytest.raises(StripeUnreachable):
            stripe_gateway.look_up("pi_1")
    assert breaker.is_open
    sandbox.calm()

    end_the_pause("stripe")

    assert pay(booking).booking.status == "confirmed"
    assert not breaker.is_open
    assert breakers.PAUSE_SECONDS <= 60


def test_r11_a_call_waits_twenty_seconds_at_most() -> None:
    stripe = stripe_calls.client()._requestor

    assert stripe._client._timeout == (2, 7)
    assert stripe_calls.RETRIES == 1
    longest_pause = 2  # stripe-python waits 0.5 to 2 s before a first retry
    assert 2 * (2 + 7) + longest_pause <= 20


def test_r11_no_transaction_is_open_while_stripe_is_asked(
    booking: Booking, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Watched at the socket's side: what Postgres' connection is doing as each request leaves."""
    seen: list[TransactionStatus] = []
    send = requests.Session.send

    def watched(session: requests.Session, request: Any, **options: Any) -> Any:
        raw = connection.connection
        seen.append(raw.info.transaction_status if raw else TransactionStatus.IDLE)
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", watched)
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")
    go_on(booking)
    refund_booking(booking_id=booking.pk)
    age(booking, 100)
    reconcile()

    assert status_of(booking) == "refunded"
    assert len(seen) >= 5
    assert set(seen) == {TransactionStatus.IDLE}
