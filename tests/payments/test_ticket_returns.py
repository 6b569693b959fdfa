"""Fans give tickets back under their booking's terms; staff take them back at will."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from bookings.confirmation import confirm_free
from bookings.errors import BookingNotReleasable
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.models import Event, Ticket
from payments.errors import CaptureUnderWay, NothingToRefund, RefundNotAllowed
from payments.models import Refund
from payments.outside_witness import LiveMoney, _unexplained
from payments.refunds import refund_booking
from payments.ticket_returns import refund_amount, refund_tickets, return_by_fan
from tests.factories import on_sale_event, tickets_of
from tests.payments.conftest import Hold
from tests.payments.helpers import attempt_of, pay, status_of
from tests.payments.sums import accounts_of, broken
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core import outbox
from ticketmaster.core.errors import NotFound
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = ("amount_minor", "face_minor", "fee_minor", "tax_minor", "kept_minor")


def tickets_on(booking: Booking) -> list[int]:
    return list(booking.lines.order_by("pk").values_list("ticket_id", flat=True))


def parts(refund: Refund) -> tuple[int, ...]:
    return tuple(getattr(refund, name) for name in PARTS)


def admissions(booking: Booking) -> list[str]:
    found = Admission.objects.filter(line__booking=booking).order_by("line_id")
    return list(found.values_list("status", flat=True))


def give_back(booking: Booking, *ticket_ids: int) -> Booking:
    return return_by_fan(
        user_id=booking.user_id, reference=booking.reference, ticket_ids=ticket_ids or None
    )


def set_terms(booking: Booking, **terms: Any) -> None:
    Booking.objects.filter(pk=booking.pk).update(refund_policy=terms)


def state(booking: Booking) -> tuple[Any, ...]:
    """Everything that a refusal must leave as it is."""
    return (
        status_of(booking),
        admissions(booking),
        list(Refund.objects.values_list("pk", "status")),
        list(Ticket.objects.order_by("pk").values_list("status", "booking")),
        accounts_of(booking),
    )


def test_a_whole_booking_comes_back_in_full(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking)

    ended = give_back(booking)

    [refund] = Refund.objects.all()
    assert (ended.status, refund.status, refund.kind) == ("refunded", "succeeded", "tickets")
    assert parts(refund) == (9000, 8000, 800, 200, 0)
    assert set(refund.lines.all()) == set(booking.lines.all())
    assert attempt_of(booking).status == "refunded"
    assert admissions(booking) == ["void", "void"]
    assert not Ticket.objects.exclude(status="available").exists()
    assert accounts_of(booking) == {}
    assert sandbox.get(f"/v1/refunds/{refund.stripe_id}")["amount"] == 9000
    assert broken() == {}


def test_one_ticket_of_two_comes_back_and_the_other_stays(
    booking: Booking, other_fan: User
) -> None:
    pay(booking)
    first, second = tickets_on(booking)

    kept = give_back(booking, first)

    [refund] = Refund.objects.all()
    assert (kept.status, attempt_of(booking).status) == ("confirmed", "captured")
    assert parts(refund) == (4500, 4000, 400, 100, 0)
    assert [line.ticket_id for line in refund.lines.all()] == [first]
    assert admissions(booking) == ["void", "valid"]
    assert Ticket.objects.get(pk=first).status == "available"
    assert Ticket.objects.get(pk=second).booking_id == booking.pk
    assert accounts_of(booking) == {"stripe": 4500, "face": -4000, "fee": -400, "tax": -100}
    record = AuditRecord.objects.get(action="take tickets back")
    assert (record.details, record.actor_id) == ({"tickets": [first]}, booking.user_id)
    assert broken() == {}

    assert hold_tickets(user=other_fan, ticket_ids=[first]).status == "reserved"

    assert give_back(booking, second).status == "refunded"
    assert attempt_of(booking).status == "refunded"
    assert accounts_of(booking) == {}
    assert broken() == {}


def test_terms_that_keep_the_fee_return_face_and_tax_alone(booking: Booking) -> None:
    set_terms(booking, rule="less_fees", hours=24, text="")
    pay(booking)

    ended = give_back(booking)

    [refund] = Refund.objects.all()
    assert parts(refund) == (8200, 8000, 0, 200, 800)
    assert (ended.status, attempt_of(booking).status) == ("refunded", "refunded")
    assert accounts_of(booking) == {"stripe": 800, "fee": -800}
    assert broken() == {}
    attempt = attempt_of(booking)
    explained = [LiveMoney(attempt.pk, booking.reference, left) for left in (800, 799, 9000)]
    assert [_unexplained([money]) for money in explained] == [0, 1, 1]


def test_a_kept_fee_stays_when_staff_return_the_rest(booking: Booking, staff: User) -> None:
    set_terms(booking, rule="less_fees", hours=24, text="")
    pay(booking)
    give_back(booking, tickets_on(booking)[0])

    refund = refund_booking(booking_id=booking.pk, actor_id=staff.pk)

    assert refund is not None
    assert parts(refund) == (4500, 4000, 400, 100, 0)
    assert attempt_of(booking).status == "refunded"
    assert accounts_of(booking) == {"stripe": 400, "fee": -400}
    assert broken() == {}


def test_the_terms_are_those_of_the_hold_whatever_staff_set_later(
    booking: Booking, event: Event
) -> None:
    Event.objects.update(refund_rule="none")
    pay(booking)

    assert give_back(booking).status == "refunded"


@pytest.mark.parametrize(
    ("terms", "starts_in", "said"),
    [
        ({"rule": "none", "hours": 0, "text": ""}, "30 days", "without refunds"),
        ({"text": "Until a week before."}, "30 days", "without refunds"),
        ({"rule": "full", "hours": 24, "text": ""}, "86399 seconds", "is over"),
    ],
)
def test_the_terms_refuse_and_nothing_changes(
    booking: Booking, terms: dict[str, Any], starts_in: str, said: str
) -> None:
    pay(booking)
    set_terms(booking, **terms)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET starts_at = now() + %s::interval", [starts_in])
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match=said):
        give_back(booking)

    assert state(booking) == before


def test_a_postponed_event_has_no_deadline(booking: Booking) -> None:
    pay(booking)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET starts_at = now(), status = 'postponed'")

    assert give_back(booking).status == "refunded"


def test_a_ticket_comes_back_once(booking: Booking) -> None:
    pay(booking)
    first, second = tickets_on(booking)
    give_back(booking, first)
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match="given back already"):
        give_back(booking, first)
    with pytest.raises(RefundNotAllowed, match="given back already"):
        give_back(booking, first, second)

    assert state(booking) == before


def test_a_refunded_booking_is_not_refunded_again(booking: Booking) -> None:
    pay(booking)
    give_back(booking)
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match="refunded already"):
        give_back(booking)

    assert state(booking) == before


def test_a_hold_is_not_refunded(booking: Booking) -> None:
    with pytest.raises(RefundNotAllowed, match="held, not paid"):
        give_back(booking)

    assert status_of(booking) == "reserved"


def test_a_used_ticket_stays_used_for_its_fan(booking: Booking) -> None:
    pay(booking)
    Admission.objects.filter(line=booking.lines.first()).update(status="used")
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match="used at the door"):
        give_back(booking)

    assert state(booking) == before


def test_somebody_elses_ticket_is_not_on_the_booking(
    booking: Booking, hold: Hold, other_fan: User
) -> None:
    theirs = hold(1, user=other_fan)
    pay(booking)
    pay(theirs)
    before = state(booking)

    with pytest.raises(NotFound):
        give_back(booking, tickets_on(theirs)[0])
    with pytest.raises(NotFound):
        return_by_fan(user_id=other_fan.pk, reference=booking.reference)

    assert state(booking) == before


def test_money_that_is_only_blocked_is_taken_first_and_then_returned(
    booking: Booking, die_at: Callable[[str], None]
) -> None:
    die_at("before_E")
    with pytest.raises(BaseException, match="before_E"):
        pay(booking)
    assert attempt_of(booking).status == "authorised"

    give_back(booking, tickets_on(booking)[0])

    assert attempt_of(booking).status == "captured"
    assert Refund.objects.get().amount_minor == 4500
    assert broken() == {}


def test_while_stripe_is_away_a_pending_capture_refuses_the_refund(
    booking: Booking, die_at: Callable[[str], None], sandbox: Sandbox
) -> None:
    die_at("before_E")
    with pytest.raises(BaseException, match="before_E"):
        pay(booking)
    sandbox.chaos(outage_seconds=3600)
    before = state(booking)

    with pytest.raises(CaptureUnderWay):
        give_back(booking)

    assert state(booking) == before


def test_free_tickets_come_back_without_money(fan: User) -> None:
    event = on_sale_event(prices={"Stalls": 0})
    held = hold_tickets(user=fan, ticket_ids=[ticket.pk for ticket in tickets_of(event)[:2]])
    confirm_free(user_id=fan.pk, reference=held.reference)

    assert give_back(held, tickets_on(held)[0]).status == "confirmed"
    assert give_back(held).status == "cancelled"
    assert not Refund.objects.exists()
    assert not Ticket.objects.exclude(status="available").exists()


def test_staff_take_a_used_ticket_back_and_keep_the_fee(booking: Booking, staff: User) -> None:
    pay(booking)
    first, _ = tickets_on(booking)
    Admission.objects.filter(ticket=first).update(status="used")

    refund = refund_tickets(
        booking_id=booking.pk,
        ticket_ids=[first],
        actor_id=staff.pk,
        reason="fainted",
        keeps_fees=True,
    )

    assert refund is not None
    assert parts(refund) == (4100, 4000, 0, 100, 400)
    assert (admissions(booking), status_of(booking)) == (["void", "valid"], "confirmed")
    assert accounts_of(booking) == {"stripe": 4900, "face": -4000, "fee": -800, "tax": -100}
    created = AuditRecord.objects.get(subject="refund", action="refund created")
    assert (created.actor_id, created.details["reason"]) == (staff.pk, "fainted")
    assert broken() == {}


def test_staff_give_an_amount_and_the_tickets_stay(booking: Booking, staff: User) -> None:
    pay(booking)

    refund = refund_amount(
        booking_id=booking.pk, amount_minor=8500, actor_id=staff.pk, reason="no sound"
    )

    assert (refund.kind, refund.status) == ("goodwill", "succeeded")
    assert parts(refund) == (8500, 8000, 300, 200, 0)
    assert (admissions(booking), status_of(booking)) == (["valid", "valid"], "confirmed")
    assert accounts_of(booking) == {"stripe": 500, "fee": -500}
    assert broken() == {}


def test_tickets_bring_back_no_more_than_goodwill_has_left(booking: Booking, staff: User) -> None:
    pay(booking)
    refund_amount(booking_id=booking.pk, amount_minor=1000, actor_id=staff.pk, reason="")

    give_back(booking)

    last = Refund.objects.latest("pk")
    assert parts(last) == (8000, 7000, 800, 200, 1000)
    assert attempt_of(booking).status == "refunded"
    assert accounts_of(booking) == {}
    assert broken() == {}


@pytest.mark.parametrize("amount", [0, -1, 9001, 10**15])
def test_more_than_was_paid_cannot_go_back(booking: Booking, staff: User, amount: int) -> None:
    pay(booking)
    before = state(booking)

    with pytest.raises(RefundNotAllowed):
        refund_amount(booking_id=booking.pk, amount_minor=amount, actor_id=staff.pk, reason="")

    assert state(booking) == before


def test_a_ticket_whose_money_is_all_back_is_not_taken_for_nothing(
    booking: Booking, staff: User
) -> None:
    pay(booking)
    refund_amount(booking_id=booking.pk, amount_minor=9000, actor_id=staff.pk, reason="")
    before = state(booking)

    with pytest.raises(NothingToRefund):
        give_back(booking)

    assert state(booking) == before


def test_staff_cannot_take_tickets_of_a_hold(booking: Booking, staff: User) -> None:
    with pytest.raises(BookingNotReleasable):
        refund_tickets(booking_id=booking.pk, ticket_ids=tickets_on(booking), actor_id=staff.pk)

    assert status_of(booking) == "reserved"


def test_the_mail_says_the_parts_and_the_places(booking: Booking) -> None:
    set_terms(booking, rule="less_fees", hours=24, text="")
    pay(booking)
    give_back(booking, tickets_on(booking)[0])

    outbox.relay_due_messages()

    [message] = [sent for sent in mail.outbox if "refund" in sent.subject]
    html = message.alternatives[0][0]
    for body in (message.body, html):
        for said in ("$41.00", "$40.00", "$1.00", "$4.00", "Stalls, row A, seat 1"):
            assert said in body, said
        assert "seat 2" not in body
