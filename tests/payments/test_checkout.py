"""Paying by card, from the hold to the ledger."""

import pytest

from bookings.models import Admission, Booking
from events.models import Ticket
from payments.checkout import confirm_booking
from payments.models import LedgerEntry, PaymentAttempt
from tests.sandbox.process import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def pay(booking: Booking, method: str = "pm_card_visa"):
    assert booking.user_id is not None
    return confirm_booking(
        user_id=booking.user_id, reference=booking.reference, payment_method=method
    )


def test_a_good_card_confirms_captures_and_is_in_the_ledger(
    booking: Booking, sandbox: Sandbox
) -> None:
    result = pay(booking)

    assert result.booking.status == Booking.Status.CONFIRMED
    assert result.attempt is None
    attempt = PaymentAttempt.objects.get()
    assert (attempt.status, attempt.amount_minor) == ("captured", 9000)
    intent = sandbox.get(f"/v1/payment_intents/{attempt.intent_id}")
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 9000)
    assert intent["metadata"]["booking"] == booking.reference
    assert Ticket.objects.filter(booking=booking, status="sold").count() == 2
    assert Admission.objects.filter(line__booking=booking, status="valid").count() == 2
    entries = LedgerEntry.objects.filter(booking=booking).values_list("account", "amount_minor")
    assert dict(entries) == {"stripe": 9000, "face": -8000, "fee": -800, "tax": -200}
