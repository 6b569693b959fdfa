"""F74: an event is cancelled while people pay: no sale comes after, and no cent stays."""

from collections.abc import Callable

import pytest

from bookings.models import Admission, Booking
from events.models import Event
from events.publishing import cancel_event
from payments.models import EventRefund, Refund
from payments.reconciler import reconcile
from tests.factories import UserFactory
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
    work_off_now,
)
from tests.payments.sums import accounts_of, broken, returned_each
from tests.races.interleaving import at_once, just_before
from tests.sandbox.process import Sandbox
from ticketmaster.core.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)


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
    work_off_now()

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
        work_off_now()

    with (
        just_before("payments.settlement.refuse_card_above_limit", cancel_and_work),
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
    work_off_now()
    reconcile()
    work_off_now()

    kept = 0
    for booking in held:
        for intent in charges(sandbox, booking):
            kept += intent["amount_received"] - sum(returned_each(sandbox, booking))
            assert intent["status"] in {"succeeded", "canceled"}
    assert kept == 0
    assert not Admission.objects.exclude(status="void").exists()
    assert not Booking.objects.filter(status__in=["confirmed", "paying"]).exists()
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
