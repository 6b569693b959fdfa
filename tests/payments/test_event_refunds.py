"""F74: an event is cancelled, and every one of its bookings comes to its end exactly once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from bookings.confirmation import confirm_free
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.errors import WrongEventStatus
from events.models import Event, Ticket
from events.publishing import cancel_event
from payments import event_mail, event_refunds
from payments.errors import FiguresMoved, SamePerson
from payments.event_refunds import (
    Figures,
    approve,
    call_off,
    figures_of,
    progress_of,
    work_off_event_refunds,
)
from payments.models import EventRefund, Refund
from payments.reconciler import reconcile
from payments.refunds import try_again
from payments.stripe_calls import breaker
from payments.ticket_returns import refund_amount, return_by_fan
from tests.factories import UserFactory, on_sale_event, tickets_of
from tests.payments.conftest import Hold
from tests.payments.helpers import (
    THREE_D_SECURE,
    Killed,
    age,
    attempt_of,
    charges,
    finish_3ds,
    pay,
    status_of,
)
from tests.payments.sums import accounts_of, broken
from tests.races.interleaving import at_once, just_before
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core import outbox
from ticketmaster.core.errors import DomainError
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> int:
    """One run of the job, due now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_eventrefund SET due_at = clock_timestamp()")
    return work_off_event_refunds()


def returned(sandbox: Sandbox, booking: Booking) -> list[int]:
    """Each refund of it at Stripe."""
    found = sandbox.get(f"/v1/refunds?payment_intent={attempt_of(booking).intent_id}")["data"]
    return [refund["amount"] for refund in found]


def mails() -> list[Any]:
    mail.outbox.clear()
    while outbox.relay_due_messages():
        pass
    return [message for message in mail.outbox if "Your tickets for" not in message.subject]


@pytest.fixture
def sold(hold: Hold) -> list[Booking]:
    """Four paid bookings of four people, two of them with two tickets."""
    made = [hold(count, user=UserFactory.create()) for count in (2, 1, 2, 1)]
    for booking in made:
        pay(booking)
    mail.outbox.clear()
    while outbox.relay_due_messages():
        pass
    return made


def test_every_booking_is_refunded_in_full_whatever_its_terms(
    sold: list[Booking], event: Event, sandbox: Sandbox
) -> None:
    Booking.objects.update(refund_policy={"rule": "none", "hours": 0, "text": ""})

    cancel_event(event_id=event.pk, reason="ill")
    assert work() == 4

    assert [status_of(booking) for booking in sold] == ["refunded"] * 4
    assert [returned(sandbox, booking) for booking in sold] == [[9000], [4500], [9000], [4500]]
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
        work()
    die_at("refund_answered")  # Stripe has sent it, nobody wrote that down
    with pytest.raises(Killed):
        work()

    job = EventRefund.objects.get()
    half = progress_of(job)
    assert (half.bookings_left, half.refunds_waiting, half.refunds_sent) == (2, 2, 0)
    assert job.finished_at is None
    work()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_refund SET changed_at = now() - interval '1 minute'")
    reconcile()
    work()

    job.refresh_from_db()
    end = progress_of(job)
    assert (end.bookings_left, end.refunds_waiting, end.refunds_sent) == (0, 0, 4)
    assert end.sent_minor == 27000
    assert job.finished_at is not None
    assert [returned(sandbox, booking) for booking in sold] == [[9000], [4500], [9000], [4500]]
    assert broken() == {}


@pytest.mark.race
def test_three_workers_at_once_refund_each_booking_once(
    sold: list[Booking], event: Event, sandbox: Sandbox
) -> None:
    cancel_event(event_id=event.pk)

    done = at_once([work_off_event_refunds] * 3)

    assert sum(done) == 4
    assert [returned(sandbox, booking) for booking in sold] == [[9000], [4500], [9000], [4500]]
    assert broken() == {}


def test_open_payments_are_fenced_and_blocked_money_is_released(
    hold: Hold, event: Event, sandbox: Sandbox, die_at: Callable[[str], None]
) -> None:
    waiting, passed, blocked, unsent = (hold(1, user=UserFactory.create()) for _ in range(4))
    pay(waiting, THREE_D_SECURE)
    finish_3ds(sandbox, pay(passed, THREE_D_SECURE), "succeed")
    for booking, point in ((blocked, "before_E"), (unsent, "after_A")):
        die_at(point)
        with pytest.raises(Killed):
            pay(booking)
    assert (status_of(blocked), attempt_of(blocked).status) == ("confirmed", "authorised")

    cancel_event(event_id=event.pk)
    work()

    for booking in (waiting, passed, blocked, unsent):
        assert attempt_of(booking).status == "voided"
        assert [intent["status"] for intent in charges(sandbox, booking)] in (["canceled"], [])
    assert [status_of(one) for one in (waiting, passed, unsent)] == ["reserved"] * 3
    assert status_of(blocked) == "refunded"
    assert not Refund.objects.exists()
    assert EventRefund.objects.get().finished_at is not None
    assert broken() == {}


def test_a_payment_that_is_sent_at_this_moment_gets_time_and_then_buys_nothing(
    booking: Booking, event: Event, sandbox: Sandbox
) -> None:
    def cancel_and_work() -> None:
        cancel_event(event_id=event.pk)
        work()

    with (
        just_before("payments.settlement.sell_within", cancel_and_work),
        pytest.raises(Exception, match=r"cancelled|no longer"),
    ):
        pay(booking)

    assert status_of(booking) == "reserved"
    assert [intent["status"] for intent in charges(sandbox, booking)] == ["canceled"]
    assert not Admission.objects.exists()
    assert broken() == {}


@pytest.mark.race
def test_checkouts_in_flight_end_with_tickets_refunded_or_nothing_charged(
    event: Event, hold: Hold, sandbox: Sandbox
) -> None:
    """Twelve buyers pay while the event is cancelled: nobody keeps a ticket, no cent stays."""
    held = [hold(1, user=UserFactory.create()) for _ in range(12)]

    at_once([lambda one=one: pay(one) for one in held] + [lambda: cancel_event(event_id=event.pk)])
    for booking in held:
        age(booking, 100)
    work()
    reconcile()
    work()

    kept = 0
    for booking in held:
        for intent in charges(sandbox, booking):
            kept += intent["amount_received"] - sum(returned(sandbox, booking))
            assert intent["status"] in {"succeeded", "canceled"}
    assert kept == 0
    assert not Admission.objects.exclude(status="void").exists()
    assert not Booking.objects.filter(status__in=["confirmed", "paying"]).exists()
    assert broken() == {}


def test_while_stripe_is_away_the_tickets_are_void_and_the_money_follows(
    sold: list[Booking], event: Event, sandbox: Sandbox
) -> None:
    cancel_event(event_id=event.pk)
    sandbox.chaos(outage_seconds=3600)
    work()
    job = EventRefund.objects.get()
    assert (job.finished_at, progress_of(job).refunds_waiting) == (None, 4)

    sandbox.calm()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_refund SET changed_at = now() - interval '1 minute'")
    breaker.reset()
    reconcile()
    work()

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
    work()
    sent = mails()

    amounts = {message.to[0]: message.body for message in sent}
    assert len(sent) == 3
    assert "$135.00 goes back" in amounts[two.email]
    assert "$45.00 goes back" in amounts[some.email]
    assert "$40.00 goes back" in amounts[one.email]
    assert {message.subject for message in sent} == {f"{event.name} is cancelled"}
    work()
    assert mails() == []


def test_free_tickets_of_a_cancelled_event_end_with_a_mail_and_no_money(fan: User) -> None:
    free = on_sale_event(prices={"Stalls": 0})
    held = hold_tickets(user=fan, ticket_ids=[tickets_of(free)[0].pk])
    confirm_free(user_id=fan.pk, reference=held.reference)
    mails()

    cancel_event(event_id=free.pk)
    work()

    [message] = mails()
    assert "does not take place" in message.body
    assert "goes back" not in message.body
    assert status_of(held) == "cancelled"


def test_a_refund_that_failed_stays_in_sight_and_is_tried_again(
    sold: list[Booking], event: Event, staff: User, sandbox: Sandbox
) -> None:
    cancel_event(event_id=event.pk)
    sandbox.chaos(outage_seconds=3600)
    work()
    failed = Refund.objects.latest("pk")
    Refund.objects.filter(pk=failed.pk).update(status="failed")
    sandbox.calm()
    breaker.reset()
    assert progress_of(EventRefund.objects.get()).refunds_failed == 1

    again = try_again(refund_id=failed.pk, actor_id=staff.pk)

    assert (again.kind, again.status, again.retry_of_id) == ("event", "succeeded", failed.pk)
    assert progress_of(EventRefund.objects.get()).refunds_failed == 0


def test_staff_confirm_count_and_sum_and_the_job_begins(
    sold: list[Booking], event: Event, staff: User
) -> None:
    seen = figures_of(event.pk)
    assert seen == Figures(4, 27000)

    job = call_off(event_id=event.pk, actor_id=staff.pk, reason="ill", confirmed=seen)

    assert (job.requested_by_id, job.wants_approval) == (staff.pk, False)
    assert AuditRecord.objects.get(subject="event", after="cancelled").actor_id == staff.pk
    assert work() == 4
    with pytest.raises(WrongEventStatus):
        call_off(event_id=event.pk, actor_id=staff.pk, reason="", confirmed=seen)


def test_much_more_than_was_confirmed_is_not_refunded(
    sold: list[Booking], event: Event, staff: User
) -> None:
    with pytest.raises(FiguresMoved):
        call_off(event_id=event.pk, actor_id=staff.pk, reason="", confirmed=Figures(2, 9000))

    event.refresh_from_db()
    assert event.status == "on_sale"
    assert not EventRefund.objects.exists()


def test_a_large_refund_waits_for_a_second_person(
    sold: list[Booking], event: Event, staff: User, settings: Settings
) -> None:
    settings.MASS_REFUND_SECOND_PERSON_ABOVE = 3
    job = call_off(event_id=event.pk, actor_id=staff.pk, reason="", confirmed=figures_of(event.pk))

    assert work() == 0
    with pytest.raises(SamePerson):
        approve(job_id=job.pk, actor_id=staff.pk)
    assert work() == 0
    second = UserFactory.create(is_superuser=True)
    assert approve(job_id=job.pk, actor_id=second.pk).approved_by_id == second.pk

    assert work() == 4
    assert broken() == {}


@pytest.mark.race
def test_a_cancellation_waits_for_a_sale_and_then_counts_it(booking: Booking, event: Event) -> None:
    """The event's exclusive lock: the sale in progress is in the figures, none comes after."""
    with just_before(
        "payments.event_refunds.figures_of",
        lambda: _try_pay(booking),
    ) as late:
        cancel_event(event_id=event.pk)

    assert late == ["temporarily_unavailable"]
    assert EventRefund.objects.get().booking_count == 0
    assert status_of(booking) in {"reserved", "paying"}
    assert accounts_of(booking) == {}


def _try_pay(booking: Booking) -> str:
    try:
        return pay(booking).booking.status
    except DomainError as refusal:
        return refusal.code
