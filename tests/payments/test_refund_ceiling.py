"""F73: however many refunds there are at once, what was captured is the most that goes back.

The last test takes every guard away and shows the money going twice.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bookings import cancellation
from bookings.models import Booking
from events.models import Ticket
from payments import refund_planning, ticket_returns
from payments.models import PaymentAttempt, Refund
from payments.refunds import refund_booking, try_again
from payments.ticket_returns import refund_amount
from tests.payments.helpers import attempt_of, pay, trigger_off
from tests.payments.sums import accounts_of, broken, returned
from tests.races.interleaving import at_once, codes
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_amounts_and_tickets_at_once_never_exceed_what_was_paid(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)

    def give_amount() -> Refund:
        return refund_amount(booking_id=booking.pk, amount_minor=5000, actor_id=staff.pk, reason="")

    outcomes = at_once([give_amount, give_amount, give_amount])

    assert codes(outcomes) == ["done", "refund_not_allowed", "refund_not_allowed"]
    assert returned(sandbox, booking) == 5000
    assert broken() == {}


def test_a_failed_refund_is_tried_again_once(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)
    sandbox.chaos(outage_seconds=3600)
    refund = refund_booking(booking_id=booking.pk)
    assert refund is not None
    Refund.objects.update(status="failed")
    sandbox.calm()

    outcomes = at_once([lambda: try_again(refund_id=refund.pk, actor_id=staff.pk)] * 3)

    assert codes(outcomes) == ["done", "refund_not_allowed", "refund_not_allowed"]
    assert returned(sandbox, booking) == 9000
    assert (attempt_of(booking).status, accounts_of(booking)) == ("refunded", {})
    assert broken() == {}


def test_the_database_itself_refuses_more_than_was_captured(booking: Booking) -> None:
    pay(booking)
    refund_booking(booking_id=booking.pk)

    with pytest.raises(IntegrityError, match="exceed what was captured"), transaction.atomic():
        Refund.objects.create(
            attempt=attempt_of(booking), amount_minor=1, face_minor=1, currency="USD"
        )


def insert_half(booking: Booking) -> Callable[[], Any]:
    """A refund row of 60.00 without any lock of ours, its transaction kept open for a moment."""

    def act() -> bool:
        with transaction.atomic():
            Refund.objects.create(
                attempt=attempt_of(booking), amount_minor=6000, face_minor=6000, currency="USD"
            )
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.2)")
        return True

    return act


def test_the_database_counts_refunds_that_are_written_at_the_same_moment(
    booking: Booking,
) -> None:
    pay(booking)

    outcomes = at_once([insert_half(booking)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "bool"]
    assert Refund.objects.get().amount_minor == 6000


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No event, booking, ticket and attempt locks, no compare-and-set, no trigger.

    Both refunds meet after they have read what is left and before either has written.
    """
    meeting = Barrier(2)

    def unlocked(booking_id: int) -> cancellation.Locked:
        booking = Booking.objects.get(pk=booking_id)
        lines = cancellation.live_lines(booking_id)
        return cancellation.Locked(
            booking, list(Ticket.objects.filter(booking=booking)), lines, booking.created_at
        )

    def meet_and_plan(attempt_id: int, **wanted: Any) -> Refund:
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        left = refund_planning.ledger.parts_left(attempt)
        parts = refund_planning.split(wanted["amount_minor"], left)
        meeting.wait(60)
        return refund_planning._write(
            attempt, parts, kind="goodwill", reason="", actor_id=wanted["actor_id"]
        )

    monkeypatch.setattr(ticket_returns, "lock_for_return", unlocked)
    monkeypatch.setattr(ticket_returns, "waiting_at_most", nullcontext)
    monkeypatch.setattr(ticket_returns, "plan_goodwill", meet_and_plan)
    with trigger_off():
        yield


def test_without_its_guards_more_goes_back_than_was_paid(
    booking: Booking, staff: User, unguarded: None
) -> None:
    """The negative control: Stripe alone would stand between us and the second refund."""
    pay(booking)

    at_once(
        [
            lambda: refund_amount(
                booking_id=booking.pk, amount_minor=6000, actor_id=staff.pk, reason=""
            )
        ]
        * 2
    )

    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 12000
    assert sorted(Refund.objects.values_list("status", flat=True)) == ["failed", "succeeded"]
