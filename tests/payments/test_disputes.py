"""F47: a payment that the buyer's bank disputes, from the opening to the decision."""

import pytest
from django.utils import timezone

from bookings.models import Booking
from events.models import Event, Ticket
from events.publishing import cancel_event
from payments.attention import keep_tickets, open_questions
from payments.errors import RefundNotAllowed
from payments.event_refunds import work_off_event_refunds
from payments.inbox import process_due_events
from payments.models import Dispute, Refund, StripeEvent
from payments.refunds import refund_booking
from payments.ticket_returns import refund_amount, return_by_fan
from tests.payments.helpers import (
    admissions,
    at_stripe,
    attempt_of,
    deliver,
    mirror,
    pay,
    status_of,
    tickets_on,
)
from tests.payments.sums import accounts_of, broken
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


def disputed(sandbox: Sandbox, booking: Booking) -> str:
    intent = attempt_of(booking).intent_id
    dispute_id = at_stripe(sandbox, "disputes", payment_intent=intent, reason="fraudulent")["id"]
    mirror(booking)
    return dispute_id


def test_an_open_dispute_flags_the_booking_and_counts_the_money_as_the_banks(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)

    disputed(sandbox, booking)

    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.amount_minor, dispute.reason) == ("open", 9000, "fraudulent")
    assert dispute.answer_by is not None
    assert dispute.answer_by > timezone.now()
    assert (status_of(booking), admissions(booking)) == ("needs_attention", ["valid", "valid"])
    assert accounts_of(booking) == {"disputed": 9000, "face": -8000, "fee": -800, "tax": -200}
    assert open_questions(booking.pk) == ["A bank disputes the payment: wait for its decision."]
    assert AuditRecord.objects.get(subject="dispute").after == "open"
    assert broken() == {}
    mirror(booking)
    assert Dispute.objects.count() == 1


def test_while_a_bank_has_the_money_nobody_refunds_it(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)
    disputed(sandbox, booking)
    before = accounts_of(booking)

    with pytest.raises(RefundNotAllowed, match="A bank disputes"):
        refund_booking(booking_id=booking.pk, actor_id=staff.pk)
    with pytest.raises(RefundNotAllowed, match="A bank disputes"):
        refund_amount(booking_id=booking.pk, amount_minor=1, actor_id=staff.pk, reason="")
    with pytest.raises(RefundNotAllowed, match="looking into"):
        return_by_fan(user_id=booking.user_id, reference=booking.reference)
    with pytest.raises(RefundNotAllowed, match="wait for its decision"):
        keep_tickets(booking_id=booking.pk, actor_id=staff.pk)

    assert (admissions(booking), accounts_of(booking)) == (["valid", "valid"], before)
    assert not Refund.objects.exists()


def test_a_dispute_that_is_won_leaves_all_as_it_was(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking)
    before = accounts_of(booking)
    dispute_id = disputed(sandbox, booking)

    at_stripe(sandbox, f"disputes/{dispute_id}", outcome="won")
    mirror(booking)

    assert (status_of(booking), admissions(booking)) == ("confirmed", ["valid", "valid"])
    assert accounts_of(booking) == before
    assert broken() == {}
    ended = return_by_fan(user_id=booking.user_id, reference=booking.reference)
    assert (ended.status, accounts_of(booking)) == ("refunded", {})


def test_a_dispute_that_is_lost_undoes_the_sale(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking)
    dispute_id = disputed(sandbox, booking)

    at_stripe(sandbox, f"disputes/{dispute_id}", outcome="lost")
    mirror(booking)
    mirror(booking)

    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert admissions(booking) == ["void", "void"]
    assert not Ticket.objects.exclude(status="available").exists()
    assert accounts_of(booking) == {}
    assert not Refund.objects.exists()
    assert broken() == {}


@pytest.mark.parametrize(
    ("outcome", "status", "accounts"),
    [("won", "confirmed", {"stripe": 9000, "face": -8000, "fee": -800, "tax": -200}),
     ("lost", "refunded", {})],
)  # fmt: skip
def test_a_dispute_whose_opening_nobody_heard_of_ends_the_same(
    booking: Booking, sandbox: Sandbox, outcome: str, status: str, accounts: dict[str, int]
) -> None:
    pay(booking)
    intent = attempt_of(booking).intent_id
    made = at_stripe(sandbox, "disputes", payment_intent=intent)
    at_stripe(sandbox, f"disputes/{made['id']}", outcome=outcome)

    mirror(booking)

    assert (status_of(booking), accounts_of(booking)) == (status, accounts)
    assert Dispute.objects.get().status == outcome
    assert broken() == {}


def test_the_webhook_brings_a_dispute(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    pay(booking)
    intent = attempt_of(booking).intent_id
    made = at_stripe(sandbox, "disputes", payment_intent=intent)

    assert deliver(webhooks, made["id"], "charge.dispute.created") == 200
    process_due_events()

    assert StripeEvent.objects.get(kind="charge.dispute.created").outcome == "followed"
    assert (Dispute.objects.get().status, status_of(booking)) == ("open", "needs_attention")


def test_a_lost_dispute_after_a_part_refund_takes_the_rest(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    return_by_fan(
        user_id=booking.user_id, reference=booking.reference, ticket_ids=tickets_on(booking)[:1]
    )
    dispute_id = disputed(sandbox, booking)
    assert Dispute.objects.get().amount_minor == 4500

    at_stripe(sandbox, f"disputes/{dispute_id}", outcome="lost")
    mirror(booking)

    assert (status_of(booking), accounts_of(booking)) == ("refunded", {})
    assert broken() == {}


def test_a_cancelled_events_disputed_booking_is_refunded_once_the_dispute_is_won(
    booking: Booking, event: Event, sandbox: Sandbox
) -> None:
    pay(booking)
    dispute_id = disputed(sandbox, booking)
    cancel_event(event_id=event.pk)
    work_off_event_refunds()
    assert (status_of(booking), Refund.objects.count()) == ("refunded", 0)
    assert broken() == {}

    at_stripe(sandbox, f"disputes/{dispute_id}", outcome="won")
    mirror(booking)

    assert Refund.objects.get().status == "succeeded"
    assert (accounts_of(booking), attempt_of(booking).status) == ({}, "refunded")
    assert broken() == {}
