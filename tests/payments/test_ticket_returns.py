"""Fans give tickets back under the terms of their booking: the money, the books, the mail."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection

from bookings.confirmation import confirm_free
from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event, Ticket
from payments.models import Refund
from payments.outside_witness import LiveMoney, _unexplained
from tests.factories import on_sale_event, tickets_of
from tests.payments.helpers import (
    admissions,
    attempt_of,
    give_back,
    pay,
    set_terms,
    tickets_on,
)
from tests.payments.sums import accounts_of, broken, parts
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core import outbox
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_the_terms_are_those_of_the_hold_whatever_staff_set_later(
    booking: Booking, event: Event
) -> None:
    Event.objects.update(refund_rule="none")
    pay(booking)

    assert give_back(booking).status == "refunded"


def test_a_postponed_event_has_no_deadline(booking: Booking) -> None:
    pay(booking)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET starts_at = now(), status = 'postponed'")

    assert give_back(booking).status == "refunded"


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


def test_free_tickets_come_back_without_money(fan: User) -> None:
    event = on_sale_event(prices={"Stalls": 0})
    held = hold_tickets(user=fan, ticket_ids=[ticket.pk for ticket in tickets_of(event)[:2]])
    confirm_free(user_id=fan.pk, reference=held.reference)

    assert give_back(held, tickets_on(held)[0]).status == "confirmed"
    assert give_back(held).status == "cancelled"
    assert not Refund.objects.exists()
    assert not Ticket.objects.exclude(status="available").exists()


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
