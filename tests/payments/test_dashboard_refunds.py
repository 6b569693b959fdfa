"""F47: refunds that come or fail at Stripe, without us, show here and in the books."""

from collections.abc import Callable

import pytest

from bookings.models import Admission, Booking
from payments.attention import keep_tickets, open_questions, take_tickets_refunded_outside
from payments.errors import RefundNotAllowed
from payments.models import Refund
from payments.reconciler import reconcile
from payments.refunds import refund_booking, try_again
from payments.stripe_calls import breaker
from payments.ticket_returns import return_by_fan
from tests.payments.helpers import (
    Killed,
    admissions,
    age,
    at_stripe,
    attempt_of,
    mirror,
    pay,
    set_terms,
    status_of,
    tickets_on,
)
from tests.payments.sums import accounts_of, broken
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.mark.parametrize(("amount", "ends"), [(9000, "refunded"), (2000, "needs_attention")])
def test_a_dashboard_refund_before_we_wrote_the_capture_down(
    booking: Booking,
    sandbox: Sandbox,
    die_at: Callable[[str], None],
    amount: int,
    ends: str,
) -> None:
    """Killed with the money taken; staff at Stripe were faster than our reconciler."""
    die_at("after_E")
    with pytest.raises(Killed):
        pay(booking)
    at_stripe(sandbox, "refunds", payment_intent=attempt_of(booking).intent_id, amount=amount)
    age(booking, 30)

    reconcile()
    mirror(booking)

    assert attempt_of(booking).captured_at is not None
    assert (status_of(booking), Refund.objects.get().amount_minor) == (ends, amount)
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
