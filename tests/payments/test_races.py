"""Real threads against real Postgres and the sandbox: one booking, one charge."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

import pytest
from django.db import connection, connections

from bookings import confirmation
from bookings.errors import BookingNotPayable
from bookings.models import Admission, Booking
from events.models import Ticket
from payments import settlement, stripe_gateway
from payments.inquiry import pursue
from payments.models import LedgerEntry, PaymentAttempt
from payments.reconciler import reconcile
from payments.refunds import refund_booking
from payments.stripe_states import IntentState
from tests.payments.helpers import (
    THREE_D_SECURE,
    age,
    attempt_of,
    charges,
    finish_3ds,
    pay,
    status_of,
)
from tests.payments.witness import broken
from tests.races.interleaving import just_before, patient_locks
from tests.sandbox.process import Sandbox
from ticketmaster.core.errors import DomainError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What each of `count` threads got that began together; refusals by their code."""
    barrier = Barrier(count)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return act(number)
        except DomainError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with patient_locks(), ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_ten_confirms_at_once_are_one_charge(booking: Booking, sandbox: Sandbox) -> None:
    said = at_once(10, lambda _: pay(booking).booking.status)

    assert set(said) <= {"confirmed", "payment_in_progress"}
    assert "confirmed" in said
    assert (status_of(booking), PaymentAttempt.objects.count()) == ("confirmed", 1)
    assert [intent["amount_received"] for intent in charges(sandbox, booking)] == [9000]
    assert LedgerEntry.objects.count() == 4
    assert Admission.objects.count() == 2


def test_two_cards_at_once_are_one_charge(booking: Booking, sandbox: Sandbox) -> None:
    cards = ["pm_card_visa", "pm_card_mastercard"]

    said = at_once(2, lambda number: pay(booking, cards[number]).booking.status)

    assert "confirmed" in said
    assert sum(intent["amount_received"] for intent in charges(sandbox, booking)) == 9000


def test_everybody_settling_at_once_sells_and_captures_once(
    booking: Booking, sandbox: Sandbox
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")
    attempt_id = attempt_of(booking).pk
    age(booking, 100)

    at_once(6, lambda number: reconcile() if number % 3 == 0 else pursue(attempt_id))

    reconcile()
    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")
    assert LedgerEntry.objects.count() == 4
    assert Admission.objects.count() == 2


def test_everybody_declining_at_once_returns_the_booking_once(
    booking: Booking, sandbox: Sandbox
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "fail")
    attempt_id = attempt_of(booking).pk

    at_once(5, lambda _: pursue(attempt_id).status)

    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "declined")


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No booking lock, no ticket locks, no compare-and-set, no unique live attempt.

    Both payments meet after they have tested the booking and before either has written.
    """
    meeting = Barrier(2)
    tested = confirmation._refuse_unpayable

    def meet_once_tested(*arguments: Any) -> None:
        tested(*arguments)
        meeting.wait(60)

    def set_blindly(booking: Booking, *, to: str, **fields: Any) -> None:
        kept = {name: value for name, value in fields.items() if name == "confirmed_at"}
        Booking.objects.filter(pk=booking.pk).update(status=to, **kept)

    turn, sell = Lock(), settlement._sell

    def sell_in_turn(*arguments: Any) -> None:
        with turn:  # the second sale finds the booking confirmed, as it always may
            sell(*arguments)

    monkeypatch.setattr(settlement, "_sell", sell_in_turn)
    monkeypatch.setattr(confirmation, "_refuse_unpayable", meet_once_tested)
    monkeypatch.setattr(confirmation, "move", set_blindly)
    monkeypatch.setattr(confirmation, "_locked", lambda pk: Booking.objects.get(pk=pk))
    monkeypatch.setattr(
        confirmation, "lock_tickets_of", lambda pks: list(Ticket.objects.filter(booking__in=pks))
    )
    index = "one_live_attempt_per_booking"
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        restore = cursor.fetchone()[0]
        cursor.execute(f"DROP INDEX {index}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE payments_paymentattempt CASCADE")
        cursor.execute(restore)


def test_without_its_guards_a_booking_is_charged_twice(
    booking: Booking, sandbox: Sandbox, unguarded: None
) -> None:
    """The negative control of all of the above."""
    said = at_once(2, lambda _: pay(booking).booking.status)

    assert said == ["confirmed", "confirmed"]
    taken = [intent["amount_received"] for intent in charges(sandbox, booking)]
    assert taken == [9000, 9000]


def test_a_worker_that_wrote_the_authorisation_first_does_not_fail_the_buyer(
    booking: Booking, sandbox: Sandbox
) -> None:
    """Found with `./run`: the webhook was faster between B and C, and the buyer was told 503."""

    def authorise_and_die() -> None:
        [intent] = charges(sandbox, booking)
        PaymentAttempt.objects.filter(booking=booking).update(
            status="authorised", intent_id=intent["id"]
        )

    with just_before("payments.settlement.move", authorise_and_die) as worker:
        result = pay(booking)

    assert worker == [None]
    assert result.booking.status == "confirmed"
    assert attempt_of(booking).status == "captured"
    assert [intent["amount_received"] for intent in charges(sandbox, booking)] == [9000]


@pytest.fixture
def captures(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The attempts for which the money was asked for, in order."""
    asked: list[int] = []

    def capture(**order: Any) -> IntentState:
        asked.append(order["attempt_id"])
        return taken(**order)

    taken = stripe_gateway.capture
    monkeypatch.setattr("payments.settlement.stripe_gateway.capture", capture)
    return asked


def settle_it(booking: Booking) -> str:
    """What the webhook's worker does with word that the money is blocked."""
    attempt = attempt_of(booking)
    assert attempt.intent_id is not None
    return settlement.settle(attempt.pk, stripe_gateway.look_up(attempt.intent_id)).status


BEFORE_THE_SALE = "payments.settlement.refuse_card_above_limit"


def test_a_payment_that_a_worker_has_ended_meanwhile_is_not_taken_again(
    booking: Booking, sandbox: Sandbox, captures: list[int]
) -> None:
    """The attempt is read again under its lock: it is captured by then, not authorised."""
    with just_before(BEFORE_THE_SALE, lambda: settle_it(booking)) as rival:
        said = pay(booking).booking.status

    assert (rival, said) == (["captured"], "confirmed")
    assert captures == [attempt_of(booking).pk]
    assert broken() == {}


def test_control_with_the_attempt_as_it_was_read_the_money_is_asked_for_again(
    booking: Booking, captures: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the key at Stripe and the compare-and-set of the last phase hold then."""
    with just_before(BEFORE_THE_SALE, lambda: settle_it(booking)):
        monkeypatch.setattr("payments.settlement.lock_attempt", as_it_was_read)
        pay(booking)

    assert captures == [attempt_of(booking).pk] * 2


def as_it_was_read(attempt_id: int) -> PaymentAttempt:
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    attempt.status = PaymentAttempt.Status.AUTHORISED
    return attempt


def test_a_payment_that_was_sold_and_refunded_meanwhile_stays_refunded(
    booking: Booking, sandbox: Sandbox, captures: list[int]
) -> None:
    def sell_and_refund() -> int:
        settle_it(booking)
        refund = refund_booking(booking_id=booking.pk)
        return refund.amount_minor if refund else 0

    with (
        just_before(BEFORE_THE_SALE, sell_and_refund) as rival,
        pytest.raises(BookingNotPayable),
    ):
        pay(booking)

    assert rival == [9000]
    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert captures == [attempt_of(booking).pk]
    assert [refund.amount_minor for refund in attempt_of(booking).refunds.all()] == [9000]
    assert broken() == {}
