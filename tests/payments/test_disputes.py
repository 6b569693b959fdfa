"""F47: what a bank or a person at Stripe does with a payment shows here and in the books."""

from typing import Any

import pytest
import requests
from django.utils import timezone

from bookings.models import Admission, Booking
from events.models import Event, Ticket
from events.publishing import cancel_event
from payments import stripe_gateway
from payments.attention import keep_tickets, open_questions, take_tickets_refunded_outside
from payments.errors import RefundNotAllowed
from payments.event_refunds import work_off_event_refunds
from payments.inbox import process_due_events
from payments.mirror import mirror_refunds
from payments.models import Dispute, Refund, StripeEvent
from payments.refunds import refund_booking, try_again
from payments.stripe_calls import breaker
from payments.ticket_returns import refund_amount, return_by_fan
from tests.payments.helpers import (
    admissions,
    attempt_of,
    deliver,
    pay,
    set_terms,
    status_of,
    tickets_on,
)
from tests.payments.sums import accounts_of, broken
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


def at_stripe(sandbox: Sandbox, path: str, **wanted: Any) -> dict[str, Any]:
    """Something that a person or a bank does there."""
    answer = requests.post(f"{sandbox.url}/_chaos/{path}", json=wanted, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def mirror(booking: Booking) -> None:
    """What the worker does when an event names the payment."""
    attempt = attempt_of(booking)
    mirror_refunds(attempt.pk, stripe_gateway.look_up(attempt.intent_id))


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


def test_a_dashboard_refund_of_everything_takes_the_tickets(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    at_stripe(sandbox, "refunds", payment_intent=attempt_of(booking).intent_id)

    mirror(booking)
    mirror(booking)

    [refund] = Refund.objects.all()
    assert (refund.kind, refund.amount_minor, refund.kept_minor) == ("tickets", 9000, 0)
    assert refund.reason == "made at Stripe"
    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert (admissions(booking), accounts_of(booking)) == (["void", "void"], {})
    assert broken() == {}


@pytest.fixture
def part(booking: Booking, sandbox: Sandbox) -> Booking:
    """A paid booking of 90.00 of which somebody gave 20.00 back in the dashboard."""
    pay(booking)
    intent = attempt_of(booking).intent_id
    at_stripe(sandbox, "refunds", payment_intent=intent, amount=2000)
    mirror(booking)
    return booking


def test_a_dashboard_refund_of_a_part_waits_for_staff(part: Booking) -> None:
    refund = Refund.objects.get()
    assert (refund.kind, refund.status, refund.face_minor) == ("outside", "succeeded", 2000)
    assert (status_of(part), admissions(part)) == ("needs_attention", ["valid", "valid"])
    assert open_questions(part.pk) == [
        "Money went back at Stripe: say for which tickets, or that it was for none."
    ]
    assert broken() == {}


def test_staff_say_that_it_was_for_no_ticket(part: Booking, staff: User) -> None:
    assert keep_tickets(booking_id=part.pk, actor_id=staff.pk).status == "confirmed"

    assert (Refund.objects.get().kind, admissions(part)) == ("goodwill", ["valid", "valid"])
    settled = AuditRecord.objects.filter(actor=staff).values_list("subject", "action")
    assert set(settled) == {("refund", "sort refund"), ("booking", "settle")}
    assert broken() == {}


def test_staff_say_which_ticket_it_was_for(part: Booking, staff: User) -> None:
    ended = take_tickets_refunded_outside(
        booking_id=part.pk, ticket_ids=tickets_on(part)[:1], actor_id=staff.pk
    )

    refund = Refund.objects.get()
    assert (refund.kind, refund.kept_minor, ended.status) == ("tickets", 2500, "confirmed")
    assert admissions(part) == ["void", "valid"]
    assert accounts_of(part)["stripe"] == 7000
    assert {name for name in broken() if name != "I4"} == set()


def test_more_than_the_chosen_tickets_cost_is_not_sorted(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)
    intent = attempt_of(booking).intent_id
    at_stripe(sandbox, "refunds", payment_intent=intent, amount=5000)
    mirror(booking)

    with pytest.raises(RefundNotAllowed, match="More money went back"):
        take_tickets_refunded_outside(
            booking_id=booking.pk, ticket_ids=tickets_on(booking)[:1], actor_id=staff.pk
        )

    assert (status_of(booking), admissions(booking)) == ("needs_attention", ["valid", "valid"])


def test_our_refund_that_the_dashboard_has_overtaken_fails_and_theirs_is_kept(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    intent = attempt_of(booking).intent_id
    sandbox.chaos(outage_seconds=3600)
    refund_booking(booking_id=booking.pk)
    sandbox.calm()
    breaker.reset()
    at_stripe(sandbox, "refunds", payment_intent=intent)

    mirror(booking)

    assert sorted(Refund.objects.values_list("status", "amount_minor")) == [
        ("failed", 9000),
        ("succeeded", 9000),
    ]
    assert accounts_of(booking) == {}
    assert broken() == {}


def test_what_the_dashboard_has_left_of_a_failed_refund_is_sent_again(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)
    at_stripe(sandbox, "refunds", payment_intent=attempt_of(booking).intent_id, amount=4500)
    failed = refund_booking(booking_id=booking.pk)
    assert failed is not None
    mirror(booking)

    again = try_again(refund_id=failed.pk, actor_id=staff.pk)

    assert (failed.status, again.status) == ("failed", "succeeded")
    assert (again.amount_minor, again.kept_minor) == (4500, 4500)
    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert accounts_of(booking) == {}
    assert broken() == {}


def test_a_refund_that_the_buyers_bank_sends_back_is_ours_again(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking, "pm_card_refundFail")
    refund_booking(booking_id=booking.pk)
    assert Refund.objects.get().status == "succeeded"

    sandbox.chaos(clock_offset_seconds=10)
    mirror(booking)

    refund = Refund.objects.get()
    assert (refund.status, attempt_of(booking).status) == ("failed", "captured")
    assert accounts_of(booking) == {"stripe": 9000, "face": -8000, "fee": -800, "tax": -200}
    assert broken() == {"I4": 1}  # money without tickets: staff have to send it


def test_kept_fees_that_the_dashboard_gives_back_are_accounted_for(
    booking: Booking, sandbox: Sandbox
) -> None:
    set_terms(booking, rule="less_fees", hours=24, text="")
    pay(booking)
    return_by_fan(user_id=booking.user_id, reference=booking.reference)
    at_stripe(sandbox, "refunds", payment_intent=attempt_of(booking).intent_id)

    mirror(booking)

    assert sorted(Refund.objects.values_list("amount_minor", "kept_minor")) == [
        (800, -800),
        (8200, 800),
    ]
    assert accounts_of(booking) == {}
    assert set(Admission.objects.values_list("status", flat=True)) == {"void"}
    assert broken() == {}
