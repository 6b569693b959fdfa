"""Events: for every change, signed, delivered several at a time, again until 2xx."""

import threading
import time
from itertools import pairwise

import pytest
import stripe

from tests.sandbox.process import WEBHOOK_SECRET
from tests.sandbox.receiver import wait_for


@pytest.fixture(autouse=True)
def quiet(receiver, sandbox) -> None:
    wait_for(lambda: sandbox.get("/_sandbox/health")["webhooks_waiting"] == 0)
    receiver.clear()


def types_about(stripe_api, *ids: str) -> list[str]:
    """The types of the events about these objects, oldest first."""
    events = stripe_api.v1.events.list({"limit": 100}).data
    return [event.type for event in reversed(events) if event.data.object["id"] in ids]


def test_every_change_of_a_payment_is_an_event(pay, stripe_api):
    intent = pay("pm_card_visa")
    stripe_api.v1.payment_intents.capture(intent.id)
    refund = stripe_api.v1.refunds.create({"payment_intent": intent.id})
    assert types_about(stripe_api, intent.id, intent.latest_charge, refund.id) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
        "charge.refunded",
        "refund.created",
    ]

    stripe_api.v1.refunds.update(refund.id, {"metadata": {"a": "b"}})
    assert types_about(stripe_api, refund.id)[1:] == ["refund.updated", "charge.refund.updated"]


def test_cancels_declines_and_challenges_are_events_too(pay, stripe_api):
    cancelled = pay("pm_card_threeDSecure2Required")
    stripe_api.v1.payment_intents.cancel(cancelled.id)
    assert types_about(stripe_api, cancelled.id) == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.canceled",
    ]

    with pytest.raises(stripe.CardError) as declined:
        pay("pm_card_visa_chargeDeclined")
    error = declined.value.error
    assert types_about(stripe_api, error.payment_intent.id, error.charge) == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]


def test_a_delivery_is_signed_and_carries_the_object_as_it_was(pay, receiver):
    intent = pay(metadata={"booking": "W1"}, key="webhook-key-1")

    told = wait_for(lambda: receiver.events(intent.id)[1:] and receiver.events(intent.id))

    by_type = {event.type: event for event in told}
    created = by_type["payment_intent.created"]
    assert created.data.object["status"] == "requires_payment_method"
    assert created.data.object["metadata"]["booking"] == "W1"
    assert created.request.idempotency_key == "webhook-key-1"
    assert created.api_version == stripe.api_version
    authorised = by_type["payment_intent.amount_capturable_updated"]
    assert authorised.data.object["amount_capturable"] == 5000


def test_a_tampered_delivery_does_not_verify(pay, receiver):
    pay()
    body, signature, _ = wait_for(lambda: receiver.deliveries[:1])[0]

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.replace("5000", "1"), signature, WEBHOOK_SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other")


def test_a_refused_delivery_is_tried_again_with_a_new_signature(pay, receiver, sandbox):
    receiver.statuses = [500, 302, 500]
    pay(capture_method="automatic")

    wait_for(lambda: sandbox.get("/_sandbox/health")["webhooks_waiting"] == 0)

    assert len(receiver.deliveries) == 6  # three events, three refusals
    assert len({event.id for event in receiver.events()}) == 3
    times = sorted(moment for _, _, moment in receiver.deliveries)
    assert times[-1] - times[0] >= 0.2


def test_the_pause_between_tries_grows(pay, receiver, sandbox):
    sandbox.chaos(webhooks={"hold": True})
    intent = pay(confirm=False, return_url="")
    receiver.statuses = [500, 500, 500]
    sandbox.chaos(webhooks={"hold": False})

    wait_for(lambda: len(receiver.events(intent.id)) == 4)

    moments = [moment for _, _, moment in receiver.deliveries]
    pauses = [after - before for before, after in pairwise(moments)]
    assert pauses[0] >= 0.2
    assert pauses[1] >= 0.4
    assert pauses[2] >= 0.8


def test_deliveries_run_side_by_side_within_a_bound(pay, receiver, sandbox):
    sandbox.chaos(webhooks={"hold": True})
    for _ in range(8):
        pay()
    receiver.meeting = threading.Barrier(4)
    sandbox.chaos(webhooks={"hold": False})

    wait_for(lambda: sandbox.get("/_sandbox/health")["webhooks_waiting"] == 0)
    assert len(receiver.deliveries) == 24

    assert receiver.busiest == 4


def test_an_event_says_how_many_deliveries_are_pending(pay, receiver, sandbox, stripe_api):
    sandbox.chaos(webhooks={"hold": True})
    intent = pay(confirm=False, return_url="")
    [event] = stripe_api.v1.events.list({"limit": 1}).data
    assert (event.data.object["id"], event.pending_webhooks) == (intent.id, 1)

    sandbox.chaos(webhooks={"hold": False})
    wait_for(lambda: stripe_api.v1.events.retrieve(event.id).pending_webhooks == 0)


def test_signature_times_are_real_even_when_the_clock_is_not(pay, receiver, sandbox):
    sandbox.chaos(clock_offset_seconds=3 * 24 * 3600)

    intent = pay()

    told = wait_for(lambda: receiver.events(intent.id))  # verified, so not too old or new
    assert told[0].created > time.time() + 2 * 24 * 3600
