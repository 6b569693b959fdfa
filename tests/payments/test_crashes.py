"""The process dies at each border between the phases; the reconciler ends what it left."""

from collections.abc import Callable

import pytest

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Ticket
from payments.hosted import start_hosted_payment
from payments.invariants import check_invariants
from payments.models import LedgerEntry, PaymentAttempt
from payments.reconciler import reconcile
from payments.refunds import refund_booking
from payments.stripe_calls import breaker
from tests.conftest import forget_redis_keys
from tests.factories import UserFactory
from tests.payments.helpers import (
    THREE_D_SECURE,
    Killed,
    age,
    attempt_of,
    charges,
    finish_3ds,
    go_on,
    lapse,
    pay,
    status_of,
)
from tests.sandbox.process import Sandbox
from ticketmaster.core import chaos
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


def broken() -> dict[str, int | None]:
    """Invariants that do not hold; I6 looks at the store of all tests and is left out."""
    found = {finding.name: finding.count for finding in check_invariants()}
    return {name: count for name, count in found.items() if count and name != "I6"}


def taken(sandbox: Sandbox, booking: Booking) -> int:
    return sum(intent["amount_received"] for intent in charges(sandbox, booking))


def blocked(sandbox: Sandbox, booking: Booking) -> int:
    return sum(intent["amount_capturable"] for intent in charges(sandbox, booking))


BEFORE_THE_CALL = ["after_A"]
MAYBE_SENT = ["before_B", "after_B", "before_C", "after_C", "before_D", "after_D"]
LATER = ["before_E", "after_E", "before_F", "after_F"]


@pytest.mark.parametrize("point", [*MAYBE_SENT, *LATER])
def test_killed_once_the_request_may_be_out_the_sale_is_finished(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None], point: str
) -> None:
    die_at(point)
    with pytest.raises(Killed):
        pay(booking)

    age(booking, 100)
    reconcile()

    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")
    assert (taken(sandbox, booking), len(charges(sandbox, booking))) == (9000, 1)
    assert LedgerEntry.objects.filter(booking=booking).count() == 4
    assert broken() == {}


def test_killed_before_anything_is_stored_nothing_happened(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None]
) -> None:
    die_at("before_A")
    with pytest.raises(Killed):
        pay(booking)

    assert (status_of(booking), charges(sandbox, booking)) == ("reserved", [])
    assert not PaymentAttempt.objects.exists()


def test_killed_before_the_call_the_booking_is_reserved_again(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None]
) -> None:
    die_at("after_A")
    with pytest.raises(Killed):
        pay(booking)
    assert status_of(booking) == "paying"

    age(booking, 100)
    reconcile()

    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "voided")
    assert charges(sandbox, booking) == []
    assert pay(booking).booking.status == "confirmed"


def test_a_sender_that_slept_too_long_sends_nothing(booking: Booking, sandbox: Sandbox) -> None:
    def sleep(point: str) -> None:
        if point == "after_A":
            chaos.handler = None
            age(booking, 100)
            reconcile()

    chaos.handler = sleep
    with pytest.raises(Exception, match="does not answer"):
        pay(booking)

    assert (status_of(booking), charges(sandbox, booking)) == ("reserved", [])


@pytest.mark.parametrize("point", [*BEFORE_THE_CALL, *MAYBE_SENT, *LATER])
def test_the_fan_can_go_on_by_asking_again(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None], point: str
) -> None:
    die_at(point)
    with pytest.raises(Killed):
        pay(booking)
    age(booking, 100)

    if point in BEFORE_THE_CALL:
        reconcile()
    assert pay(booking).booking.status == "confirmed"

    reconcile()  # takes what is sold and not taken yet
    assert taken(sandbox, booking) == 9000


def test_killed_after_a_decline_the_booking_is_reserved_again(
    booking: Booking, die_at: Callable[[str], None]
) -> None:
    die_at("after_B")
    with pytest.raises(Killed):
        pay(booking, "pm_card_visa_chargeDeclined")

    age(booking, 100)
    reconcile()

    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "declined")
    assert broken() == {}


def test_3ds_that_nobody_finishes_ends_with_the_hold(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking, THREE_D_SECURE)
    reconcile()
    assert status_of(booking) == "paying"

    lapse(booking)
    reconcile()

    assert (status_of(booking), attempt_of(booking).status) == ("expired", "voided")
    assert [intent["status"] for intent in charges(sandbox, booking)] == ["canceled"]
    assert not Ticket.objects.filter(booking=booking).exists()


def test_3ds_that_was_finished_while_nobody_listened_is_sold_after_the_hold(
    booking: Booking, sandbox: Sandbox
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")
    lapse(booking)

    reconcile()

    assert (status_of(booking), taken(sandbox, booking)) == ("confirmed", 9000)
    assert broken() == {}


def test_while_stripe_is_away_the_seats_wait_in_quarantine(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking, THREE_D_SECURE)
    lapse(booking)
    sandbox.chaos(outage_seconds=3600)

    report = reconcile()

    assert report.waiting >= 1
    assert status_of(booking) == "paying"
    rival = UserFactory.create()
    seats = list(Ticket.objects.filter(booking=booking).values_list("pk", flat=True))
    with pytest.raises(Exception, match="have just gone"):
        hold_tickets(user=rival, ticket_ids=seats)

    sandbox.calm()
    breaker.reset()
    reconcile()
    assert status_of(booking) == "expired"
    forget_redis_keys()  # the ticket lock ends with the hold, whose end this test has moved
    assert hold_tickets(user=rival, ticket_ids=seats).status == "reserved"


def test_an_answer_that_never_comes_is_one_charge(
    booking: Booking, sandbox: Sandbox, no_retries: None
) -> None:
    sandbox.chaos(act_then_cut={"n": 1, "path": "payment_intents$", "method": "POST"})
    with pytest.raises(Exception, match="will not be charged twice"):
        pay(booking)
    assert (status_of(booking), attempt_of(booking).status) == ("paying", "unknown")

    assert pay(booking).booking.status == "confirmed"

    assert (len(charges(sandbox, booking)), taken(sandbox, booking)) == (1, 9000)


def test_a_failure_that_stripe_remembers_is_looked_behind(
    booking: Booking, sandbox: Sandbox
) -> None:
    sandbox.chaos(fail_after={"n": 1, "path": "payment_intents$", "method": "POST"})
    with pytest.raises(Exception, match="will not be charged twice"):
        pay(booking)

    assert go_on(booking).booking.status == "confirmed"

    assert (len(charges(sandbox, booking)), taken(sandbox, booking)) == (1, 9000)


def test_a_capture_that_is_not_answered_is_taken_up_later(
    booking: Booking, sandbox: Sandbox, no_retries: None
) -> None:
    sandbox.chaos(act_then_cut={"n": 1, "path": "/capture$", "method": "POST"})

    assert pay(booking).booking.status == "confirmed"
    assert attempt_of(booking).status == "authorised"

    age(booking, 100)
    reconcile()
    assert (attempt_of(booking).status, taken(sandbox, booking)) == ("captured", 9000)
    assert broken() == {}


def test_a_capture_that_is_refused_is_for_staff(booking: Booking, sandbox: Sandbox) -> None:
    sandbox.chaos(decline_next_capture=1)

    with pytest.raises(Exception, match="staff"):
        pay(booking)

    assert status_of(booking) == "needs_attention"
    assert Ticket.objects.filter(booking=booking, status="sold").count() == 2
    assert taken(sandbox, booking) == 0
    trail = AuditRecord.objects.filter(subject="booking", after="needs_attention")
    assert [record.action for record in trail] == ["needs attention: capture refused"]
    assert broken() == {}


@pytest.mark.parametrize("point", ["refund_planned", "refund_answered"])
def test_a_refund_survives_its_process(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None], point: str
) -> None:
    pay(booking)
    die_at(point)
    with pytest.raises(Killed):
        refund_booking(booking_id=booking.pk)

    booking_refunds = attempt_of(booking).refunds
    booking_refunds.update(changed_at="2020-01-01T00:00Z")
    reconcile()

    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert [refund.status for refund in booking_refunds.all()] == ["succeeded"]
    intent = attempt_of(booking).intent_id
    sent = sandbox.get(f"/v1/refunds?payment_intent={intent}")["data"]
    assert [refund["amount"] for refund in sent] == [9000]
    assert broken() == {}


@pytest.mark.parametrize("point", ["after_A", "before_B", "after_B", "after_C"])
def test_a_hosted_payment_that_nobody_reached_ends_with_the_hold(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None], point: str
) -> None:
    assert booking.user_id is not None
    die_at(point)
    with pytest.raises(Killed):
        start_hosted_payment(user_id=booking.user_id, reference=booking.reference)

    lapse(booking)
    age(booking, 100)
    reconcile()

    assert (status_of(booking), attempt_of(booking).status) == ("expired", "voided")
    sessions = sandbox.get("/v1/checkout/sessions?limit=100&status=open")["data"]
    assert booking.reference not in [one["metadata"]["booking"] for one in sessions]
    assert broken() == {}
