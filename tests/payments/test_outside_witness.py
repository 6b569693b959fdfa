"""I6 against Stripe itself, which has no ledger to read: its list of intents and their charges."""

from collections.abc import Iterator

import pytest

from bookings.models import Booking
from payments.outside_witness import _sandbox_money, _stripe_money
from payments.refunds import refund_booking
from payments.ticket_returns import refund_tickets
from tests.payments.helpers import attempt_of, pay
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def an_hour_ago(booking: Booking, sandbox: Sandbox) -> Iterator[Booking]:
    """Paid an hour ago by Stripe's clock; all given back after the test, as others count, too."""
    sandbox.chaos(clock_offset_seconds=-3600)
    pay(booking)
    sandbox.calm()
    yield booking
    sandbox.client().v1.refunds.create({"payment_intent": attempt_of(booking).intent_id or ""})


def left_at_stripe(booking: Booking) -> list[int]:
    """What it has of this booking; the sandbox's own ledger must say the same."""
    by_list = [money.left_minor for money in _stripe_money() if money.booking == booking.reference]
    by_ledger = [one.left_minor for one in _sandbox_money() if one.booking == booking.reference]
    assert by_list == by_ledger
    return by_list


def test_what_was_refunded_is_taken_off(an_hour_ago: Booking, staff: User) -> None:
    assert left_at_stripe(an_hour_ago) == [9000]

    first = an_hour_ago.lines.order_by("pk")[0].ticket_id
    refund_tickets(
        booking_id=an_hour_ago.pk, ticket_ids=[first], keeps_fees=True, actor_id=staff.pk
    )
    assert left_at_stripe(an_hour_ago) == [4900]

    refund_booking(booking_id=an_hour_ago.pk)
    assert left_at_stripe(an_hour_ago) == [400]
