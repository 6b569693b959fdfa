"""Money that comes after the booking has ended: the same seat if it is free, else back at once."""

import pytest
from django.core import mail
from django.db import connection

from bookings.errors import BookingNotPayable
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.models import Ticket
from payments.invariants import check_invariants
from payments.models import PaymentAttempt
from payments.refunds import refund_booking
from payments.settlement import settle
from payments.stripe_gateway import look_up
from tests.conftest import forget_redis_keys
from tests.factories import UserFactory
from tests.payments.helpers import Killed, attempt_of, lapse, pay, status_of
from tests.payments.sums import accounts_of
from tests.races.interleaving import just_before
from tests.sandbox.process import Sandbox
from ticketmaster.core import chaos, outbox

pytestmark = pytest.mark.django_db(transaction=True)


def authorise_and_lapse(booking: Booking) -> PaymentAttempt:
    """Money is blocked at Stripe; here the attempt was given up and the booking expired.

    No path of ours leads here (a seat is fenced before it is freed), so rows are set by hand.
    """

    def die(point: str) -> None:
        if point == "after_B":
            raise Killed

    chaos.handler = die
    with pytest.raises(Killed):
        pay(booking)
    chaos.handler = None
    lapse(booking)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_paymentattempt SET status = 'voided'")
        cursor.execute(
            "UPDATE events_ticket SET status = 'available', booking_id = NULL,"
            " reserved_until = NULL WHERE booking_id = %s",
            [booking.pk],
        )
        cursor.execute("UPDATE bookings_booking SET status = 'expired' WHERE id = %s", [booking.pk])
    forget_redis_keys()
    return attempt_of(booking)


def intent_of(sandbox: Sandbox, booking: Booking) -> str:
    found = sandbox.get("/v1/payment_intents?limit=100")["data"]
    [intent] = [one["id"] for one in found if one["metadata"].get("booking") == booking.reference]
    return str(intent)


def broken() -> dict[str, int | None]:
    found = {finding.name: finding.count for finding in check_invariants()}
    return {name: count for name, count in found.items() if count and name != "I6"}


def test_the_same_seats_if_they_are_free(booking: Booking, sandbox: Sandbox) -> None:
    attempt = authorise_and_lapse(booking)

    settle(attempt.pk, look_up(intent_of(sandbox, booking)))

    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")
    assert Ticket.objects.filter(booking=booking, status="sold").count() == 2
    assert broken() == {}


def test_the_money_goes_back_if_a_rival_has_one_of_them(booking: Booking, sandbox: Sandbox) -> None:
    seats = list(Ticket.objects.filter(booking=booking).values_list("pk", flat=True))
    attempt = authorise_and_lapse(booking)
    rival = hold_tickets(user=UserFactory.create(), ticket_ids=seats[:1])
    pay(rival)

    settle(attempt.pk, look_up(intent_of(sandbox, booking)))

    intent = sandbox.get(f"/v1/payment_intents/{intent_of(sandbox, booking)}")
    assert (intent["status"], intent["amount_received"]) == ("canceled", 0)
    assert (status_of(booking), attempt_of(booking).status) == ("expired", "voided")
    assert not Admission.objects.filter(line__booking=booking).exists()
    outbox.relay_due_messages()
    told = [message for message in mail.outbox if "money is yours" in message.subject]
    assert [message.to for message in told] == [["fan@example.org"]]
    assert broken() == {}


def test_money_that_was_even_taken_goes_back_through_the_ledger(
    booking: Booking, sandbox: Sandbox
) -> None:
    seats = list(Ticket.objects.filter(booking=booking).values_list("pk", flat=True))
    attempt = authorise_and_lapse(booking)
    intent_id = intent_of(sandbox, booking)
    sandbox.client().v1.payment_intents.capture(intent_id)
    hold_tickets(user=UserFactory.create(), ticket_ids=seats[:1])

    for _ in range(2):  # the second time nothing more happens
        settle(attempt.pk, look_up(intent_id))

    [refund] = sandbox.get(f"/v1/refunds?payment_intent={intent_id}")["data"]
    assert (refund["amount"], status_of(booking)) == (9000, "expired")
    assert sum(entry.amount_minor for entry in booking.ledger.all()) == 0
    assert booking.ledger.count() == 8
    assert broken() == {}


def test_late_money_that_two_workers_find_is_booked_and_sent_back_once(
    booking: Booking, sandbox: Sandbox
) -> None:
    """The webhook's worker comes in between, when the reconciler has read the attempt."""
    seats = list(Ticket.objects.filter(booking=booking).values_list("pk", flat=True))
    attempt = authorise_and_lapse(booking)
    pay(hold_tickets(user=UserFactory.create(), ticket_ids=seats[:1]))
    intent = intent_of(sandbox, booking)
    sandbox.client().v1.payment_intents.capture(intent)

    def follow() -> None:
        settle(attempt.pk, look_up(intent))

    with just_before("payments.settlement.lock_attempt", follow) as rival:
        follow()

    assert rival == [None]
    assert [one.amount_minor for one in attempt_of(booking).refunds.all()] == [9000]
    assert accounts_of(booking) == {}
    assert broken() == {}


def test_late_money_never_buys_twice(booking: Booking, sandbox: Sandbox) -> None:
    """The fan paid again meanwhile: the late payment is released, the tickets are sold once."""
    attempt = authorise_and_lapse(booking)
    late = intent_of(sandbox, booking)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_booking SET status = 'reserved', expires_at = clock_timestamp()"
            " + interval '1 minute', extended_at = NULL WHERE id = %s",
            [booking.pk],
        )
        cursor.execute(
            "UPDATE events_ticket SET status = 'reserved', booking_id = %s, reserved_until ="
            " clock_timestamp() + interval '1 minute' WHERE id IN"
            " (SELECT ticket_id FROM bookings_bookingline WHERE booking_id = %s)",
            [booking.pk, booking.pk],
        )
    pay(booking)

    settle(attempt.pk, look_up(late))

    assert sandbox.get(f"/v1/payment_intents/{late}")["status"] == "canceled"
    assert sorted(booking.attempts.values_list("status", flat=True)) == ["captured", "voided"]
    assert Admission.objects.filter(line__booking=booking).count() == 2


def test_staff_cancelling_before_capture_releases_the_money(
    booking: Booking, sandbox: Sandbox
) -> None:
    def cancel(point: str) -> None:
        if point == "before_E":
            chaos.handler = None
            assert refund_booking(booking_id=booking.pk) is None

    chaos.handler = cancel
    with pytest.raises(BookingNotPayable):
        pay(booking)

    attempt = attempt_of(booking)
    assert (status_of(booking), attempt.status) == ("refunded", "refunded")
    intent = sandbox.get(f"/v1/payment_intents/{attempt.intent_id}?expand[]=latest_charge")
    assert intent["latest_charge"]["amount_refunded"] == 9000
    assert broken() == {}
