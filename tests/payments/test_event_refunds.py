"""F74: an event is cancelled, and every one of its bookings comes to its end exactly once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from bookings.confirmation import confirm_free
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.models import Event, Ticket
from events.publishing import cancel_event
from payments import event_mail, event_refunds
from payments.event_refunds import progress_of, work_off_event_refunds
from payments.models import EventRefund, Refund
from payments.reconciler import reconcile
from payments.refunds import try_again
from payments.stripe_calls import breaker
from payments.ticket_returns import refund_amount, return_by_fan
from tests.factories import UserFactory, on_sale_event, tickets_of
from tests.payments.conftest import Hold
from tests.payments.helpers import Killed, pay, status_of, work_off_now
from tests.payments.sums import broken, returned_each
from tests.races.interleaving import at_once
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core import outbox

pytestmark = pytest.mark.django_db(transaction=True)


def mails() -> list[Any]:
    mail.outbox.clear()
    while outbox.relay_due_messages():
        pass
    return [message for message in mail.outbox if "Your tickets for" not in message.subject]


def test_every_booking_is_refunded_in_full_whatever_its_terms(
    sold: list[Booking], event: Event, sandbox: Sandbox
) -> None:
    Booking.objects.update(refund_policy={"rule": "none", "hours": 0, "text": ""})

    cancel_event(event_id=event.pk, reason="ill")
    assert work_off_now() == 4

    assert [status_of(booking) for booking in sold] == ["refunded"] * 4
    assert [returned_each(sandbox, booking) for booking in sold] == [[9000], [4500], [9000], [4500]]
    assert set(Refund.objects.values_list("kind", "status", "kept_minor")) == {
        ("event", "succeeded", 0)
    }
    assert set(Admission.objects.values_list("status", flat=True)) == {"void"}
    assert not Ticket.objects.exclude(status="available").exists()
    job = EventRefund.objects.get()
    assert (job.booking_count, job.amount_minor, job.currency) == (4, 27000, "USD")
    assert job.finished_at is not None
    assert broken() == {}


def test_a_job_that_is_killed_half_way_goes_on_and_refunds_nobody_twice(
    sold: list[Booking],
    event: Event,
    sandbox: Sandbox,
    die_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cancel_event(event_id=event.pk)
    monkeypatch.setattr(event_refunds, "AT_ONCE", 3)
    die_at("refund_planned")  # tickets taken, Stripe not asked
    with pytest.raises(Killed):
        work_off_now()
    die_at("refund_answered")  # Stripe has sent it, nobody wrote that down
    with pytest.raises(Killed):
        work_off_now()

    job = EventRefund.objects.get()
    half = progress_of(job)
    assert (half.bookings_left, half.refunds_waiting, half.refunds_sent) == (2, 2, 0)
    assert job.finished_at is None
    work_off_now()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_refund SET changed_at = now() - interval '1 minute'")
    reconcile()
    work_off_now()

    job.refresh_from_db()
    end = progress_of(job)
    assert (end.bookings_left, end.refunds_waiting, end.refunds_sent) == (0, 0, 4)
    assert end.sent_minor == 27000
    assert job.finished_at is not None
    assert [returned_each(sandbox, booking) for booking in sold] == [[9000], [4500], [9000], [4500]]
    assert broken() == {}


@pytest.mark.race
def test_three_workers_at_once_refund_each_booking_once(
    sold: list[Booking], event: Event, sandbox: Sandbox
) -> None:
    cancel_event(event_id=event.pk)

    done = at_once([work_off_event_refunds] * 3)

    assert sum(done) == 4
    assert [returned_each(sandbox, booking) for booking in sold] == [[9000], [4500], [9000], [4500]]
    assert broken() == {}


def test_while_stripe_is_away_the_tickets_are_void_and_the_money_follows(
    sold: list[Booking], event: Event, sandbox: Sandbox
) -> None:
    cancel_event(event_id=event.pk)
    sandbox.chaos(outage_seconds=3600)
    work_off_now()
    job = EventRefund.objects.get()
    assert (job.finished_at, progress_of(job).refunds_waiting) == (None, 4)

    sandbox.calm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_refund SET changed_at = now() - interval '1 minute'")
    breaker.reset()
    reconcile()
    work_off_now()

    job.refresh_from_db()
    assert (job.finished_at is None, progress_of(job).sent_minor) == (False, 27000)
    assert broken() == {}


def test_each_buyer_gets_one_mail_with_what_comes_back(
    event: Event, hold: Hold, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_mail, "FAN_OUT", 2)
    two, some, one = (UserFactory.create() for _ in range(3))
    bookings = [hold(2, user=two), hold(1, user=two), hold(2, user=some), hold(1, user=one)]
    for booking in bookings:
        pay(booking)
    return_by_fan(
        user_id=some.pk,
        reference=bookings[2].reference,
        ticket_ids=[bookings[2].lines.first().ticket_id],
    )
    refund_amount(booking_id=bookings[3].pk, amount_minor=500, actor_id=staff.pk, reason="sorry")
    hold(1, user=UserFactory.create())
    mails()

    cancel_event(event_id=event.pk)
    work_off_now()
    sent = mails()

    amounts = {message.to[0]: message.body for message in sent}
    assert len(sent) == 3
    assert "$135.00 goes back" in amounts[two.email]
    assert "$45.00 goes back" in amounts[some.email]
    assert "$40.00 goes back" in amounts[one.email]
    assert {message.subject for message in sent} == {f"{event.name} is cancelled"}
    work_off_now()
    assert mails() == []


def test_free_tickets_of_a_cancelled_event_end_with_a_mail_and_no_money(fan: User) -> None:
    free = on_sale_event(prices={"Stalls": 0})
    held = hold_tickets(user=fan, ticket_ids=[tickets_of(free)[0].pk])
    confirm_free(user_id=fan.pk, reference=held.reference)
    mails()

    cancel_event(event_id=free.pk)
    work_off_now()

    [message] = mails()
    assert "does not take place" in message.body
    assert "goes back" not in message.body
    assert status_of(held) == "cancelled"


def test_a_refund_that_failed_stays_in_sight_and_is_tried_again(
    sold: list[Booking], event: Event, staff: User, sandbox: Sandbox
) -> None:
    cancel_event(event_id=event.pk)
    sandbox.chaos(outage_seconds=3600)
    work_off_now()
    failed = Refund.objects.latest("pk")
    Refund.objects.filter(pk=failed.pk).update(status="failed")
    sandbox.calm()
    breaker.reset()
    assert progress_of(EventRefund.objects.get()).refunds_failed == 1

    again = try_again(refund_id=failed.pk, actor_id=staff.pk)

    assert (again.kind, again.status, again.retry_of_id) == ("event", "succeeded", failed.pk)
    assert progress_of(EventRefund.objects.get()).refunds_failed == 0
