"""Taking a confirmed booking back, money and all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone

from bookings.errors import BookingNotReleasable
from bookings.models import Admission, Booking
from events.models import Ticket
from payments.models import LedgerEntry, Refund
from payments.reconciler import reconcile
from payments.refunds import refund_booking
from payments.ticket_returns import refund_amount, refund_tickets
from tests.payments.helpers import Killed, attempt_of, pay, status_of
from tests.payments.sums import accounts_of, broken
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core import outbox
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_refund_returns_all_money_voids_admissions_and_frees_tickets(
    booking: Booking, staff: User, sandbox: Sandbox
) -> None:
    pay(booking)

    refund = refund_booking(booking_id=booking.pk, actor_id=staff.pk, reason="asked for")

    assert refund is not None
    assert (refund.status, refund.amount_minor) == ("succeeded", 9000)
    assert (refund.face_minor, refund.fee_minor, refund.tax_minor) == (8000, 800, 200)
    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert set(Admission.objects.values_list("status", flat=True)) == {"void"}
    assert not Ticket.objects.exclude(status="available").exists()
    assert sum(LedgerEntry.objects.values_list("amount_minor", flat=True)) == 0
    assert sandbox.get(f"/v1/refunds/{refund.stripe_id}")["status"] == "succeeded"
    trail = AuditRecord.objects.filter(subject="refund", after="created")
    assert [record.actor_id for record in trail] == [staff.pk]
    outbox.relay_due_messages()
    assert "Your refund for" in " ".join(message.subject for message in mail.outbox)


def test_a_second_refund_sends_nothing(booking: Booking) -> None:
    pay(booking)
    refund_booking(booking_id=booking.pk)

    assert refund_booking(booking_id=booking.pk) is None
    assert Refund.objects.count() == 1


def test_a_held_booking_cannot_be_refunded(booking: Booking) -> None:
    with pytest.raises(BookingNotReleasable):
        refund_booking(booking_id=booking.pk)

    assert status_of(booking) == "reserved"


def test_f28_a_refund_whose_key_is_forgotten_is_looked_for_and_never_repeated(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None]
) -> None:
    pay(booking)
    die_at("refund_planned")
    with pytest.raises(Killed):
        refund_booking(booking_id=booking.pk)
    long_ago = timezone.now() - timedelta(hours=24)
    Refund.objects.update(status="unknown", created_at=long_ago, changed_at=long_ago)

    reconcile()

    intent = attempt_of(booking).intent_id
    assert Refund.objects.get().status == "failed"
    assert sandbox.get(f"/v1/refunds?payment_intent={intent}")["data"] == []


@pytest.mark.parametrize("goodwill", [9000, 8900])
def test_a_booking_whose_money_is_back_already_ends_without_more(
    booking: Booking, staff: User, goodwill: int
) -> None:
    pay(booking)
    refund_amount(booking_id=booking.pk, amount_minor=goodwill, actor_id=staff.pk, reason="")
    if goodwill < 9000:
        first = booking.lines.order_by("pk")[0].ticket_id
        refund_tickets(booking_id=booking.pk, ticket_ids=[first], actor_id=staff.pk)
    assert broken() == {}

    assert refund_booking(booking_id=booking.pk, actor_id=staff.pk) is None

    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert accounts_of(booking) == {}
    assert broken() == {}


def test_two_refunds_at_once_send_the_money_once(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking)

    def refund(_: int) -> bool:
        try:
            return refund_booking(booking_id=booking.pk) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(refund, range(4)))

    assert made.count(True) == 1
    intent = attempt_of(booking).intent_id
    assert len(sandbox.get(f"/v1/refunds?payment_intent={intent}")["data"]) == 1


def test_a_refund_that_stripe_sends_later_is_followed_to_its_end(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    sandbox.chaos(outage_seconds=3600)
    refund = refund_booking(booking_id=booking.pk)
    assert refund is not None
    assert refund.status == "sent"

    sandbox.calm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_refund SET changed_at = now() - interval '1 minute'")
    reconcile()

    refund.refresh_from_db()
    assert (refund.status, attempt_of(booking).status) == ("succeeded", "refunded")
