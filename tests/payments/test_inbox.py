"""What the worker makes of stored events: kept, tried again, parked, mirrored."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bookings.models import Booking
from payments import inbox
from payments.inbox import process_due_events
from payments.models import PaymentAttempt, StripeEvent
from tests.payments.helpers import (
    attempt_of,
    deliver,
    pay,
    status_of,
)
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


def event_body(**fields: Any) -> str:
    event = {
        "id": "evt_test",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "data": {"object": {"id": "pi_test", "object": "payment_intent"}},
    }
    return json.dumps(event | fields)


def stored(**fields: Any) -> StripeEvent:
    body = json.loads(event_body())
    return StripeEvent.objects.create(
        event_id="evt_kept", kind=body["type"], object_id="pi_test", payload=body, **fields
    )


def ours_without_attempt(sandbox: Sandbox) -> StripeEvent:
    metadata = {"attempt": "999999999", "booking": "lost", "site": "http://127.0.0.1:8000"}
    intent = sandbox.client().v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "metadata": metadata}
    )
    event = stored()
    event.payload["data"]["object"]["id"] = intent.id
    event.save()
    return event


def test_an_event_about_an_unknown_attempt_is_kept_and_tried_again(sandbox: Sandbox) -> None:
    event = ours_without_attempt(sandbox)

    due_at = event.due_at

    assert process_due_events() == 0

    event.refresh_from_db()
    assert (event.processed_at, event.parked_at, event.tries) == (None, None, 0)
    assert event.due_at - due_at >= inbox.SHORTEST_PAUSE


def test_an_unknown_attempt_is_given_up_after_a_day(sandbox: Sandbox) -> None:
    event = ours_without_attempt(sandbox)
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(hours=25))

    process_due_events()

    event.refresh_from_db()
    assert event.parked_at is not None


def test_a_poison_event_is_parked_after_five_crashes_and_others_go_on(
    monkeypatch: pytest.MonkeyPatch, booking: Booking, sandbox: Sandbox
) -> None:
    poison = stored()

    def crash(event: StripeEvent) -> str:
        raise ValueError("poison")

    monkeypatch.setattr(inbox, "_follow", crash)
    for _ in range(6):
        StripeEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        process_due_events()

    poison.refresh_from_db()
    assert (poison.tries, poison.processed_at) == (5, None)
    assert poison.parked_at is not None


def test_a_worker_that_dies_leaves_the_event_to_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = stored()

    class Killed(BaseException):
        """The process is gone."""

    def die(event: StripeEvent) -> str:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "_follow", die)
        with pytest.raises(Killed):
            process_due_events()
    assert process_due_events() == 0  # leased still
    StripeEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    assert process_due_events() == 1
    event.refresh_from_db()
    assert event.outcome == "not ours"


def test_while_stripe_is_away_events_wait(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking)
    event = stored()
    sandbox.chaos(outage_seconds=3600)

    assert process_due_events() == 0

    event.refresh_from_db()
    assert (event.processed_at, event.tries) == (None, 0)


def test_a_refund_made_in_the_dashboard_takes_the_booking_back(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    """F47."""
    pay(booking)
    intent_id = attempt_of(booking).intent_id or ""
    sandbox.client().v1.refunds.create({"payment_intent": intent_id})

    charge = sandbox.get(f"/v1/payment_intents/{intent_id}")["latest_charge"]
    assert deliver(webhooks, charge, "charge.refunded") == 200

    attempt = PaymentAttempt.objects.get()
    assert (status_of(booking), attempt.status) == ("refunded", "refunded")
    refund = attempt.refunds.get()
    assert (refund.amount_minor, refund.face_minor, refund.reason) == (9000, 8000, "made at Stripe")


def test_a_part_refund_made_in_the_dashboard_is_for_staff(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    pay(booking)
    intent_id = attempt_of(booking).intent_id or ""
    sandbox.client().v1.refunds.create({"payment_intent": intent_id, "amount": 1000})

    charge = sandbox.get(f"/v1/payment_intents/{intent_id}")["latest_charge"]
    assert deliver(webhooks, charge, "charge.refunded") == 200

    assert (status_of(booking), attempt_of(booking).status) == ("needs_attention", "captured")
    assert attempt_of(booking).refunds.get().amount_minor == 1000
