"""Faults on demand: each control does what it says, and no more."""

import time
from uuid import uuid4

import pytest
import requests
import stripe

from tests.sandbox.receiver import wait_for

FORM = {"amount": "5000", "currency": "usd"}


@pytest.fixture(autouse=True)
def quiet(receiver, sandbox) -> None:
    wait_for(lambda: sandbox.get("/_sandbox/health")["webhooks_waiting"] == 0)
    receiver.clear()


def test_webhooks_are_held_and_released(sandbox, receiver, pay):
    sandbox.chaos(webhooks={"hold": True})
    intent = pay()
    time.sleep(0.6)
    assert receiver.events() == []

    sandbox.chaos(webhooks={"hold": False})
    assert wait_for(lambda: receiver.events(intent.id))


def test_webhooks_are_dropped_for_good_but_stay_in_the_list(sandbox, receiver, pay, stripe_api):
    sandbox.chaos(webhooks={"drop": True})
    intent = pay()
    sandbox.chaos(webhooks={"drop": 0})
    other = pay()

    wait_for(lambda: len(receiver.events(other.id)) == 2)
    assert receiver.events(intent.id) == []
    undelivered = stripe_api.v1.events.list({"delivery_success": False, "limit": 100}).data
    assert intent.id in {event.data.object["id"] for event in undelivered}


def test_a_fraction_of_webhooks_is_dropped(sandbox, receiver, pay):
    sandbox.chaos(webhooks={"drop": 0.5})
    for _ in range(40):
        pay(confirm=False, return_url="")
    sandbox.chaos(webhooks={"drop": 0})
    last = pay(confirm=False, return_url="")

    wait_for(lambda: receiver.events(last.id))
    wait_for(lambda: sandbox.get("/_sandbox/health")["webhooks_waiting"] == 0)
    assert 1 <= len(receiver.events()) - 1 <= 39  # all or none: twice in a million million runs


def test_webhooks_are_duplicated(sandbox, receiver, pay):
    sandbox.chaos(webhooks={"duplicate": 3})
    intent = pay(confirm=False, return_url="")

    told = wait_for(lambda: receiver.events(intent.id)[2:] and receiver.events(intent.id))

    assert len({event.id for event in told}) == 1


def test_webhooks_come_late_and_out_of_order(sandbox, receiver, pay):
    sandbox.chaos(webhooks={"delay_ms": 400, "reorder": True})
    began = time.time()
    made = [pay(confirm=False, return_url="").id for _ in range(12)]

    wait_for(lambda: len(receiver.deliveries) == 12)

    assert min(moment for _, _, moment in receiver.deliveries) - began >= 0.4
    assert [event.data.object["id"] for event in receiver.events()] != made


def test_an_event_is_sent_again_on_demand(sandbox, receiver, pay, stripe_api):
    intent = pay(confirm=False, return_url="")
    wait_for(lambda: receiver.events(intent.id))
    [event] = stripe_api.v1.events.list({"limit": 1}).data

    requests.post(f"{sandbox.url}/_chaos/resend", json={"event": event.id}, timeout=60)

    assert wait_for(lambda: len(receiver.events(intent.id)) == 2)


def test_an_answer_comes_late(sandbox):
    sandbox.chaos(answer_late_ms=400)
    began = time.monotonic()

    assert sandbox.post("/v1/payment_intents", FORM).status_code == 200
    assert time.monotonic() - began >= 0.4


def test_the_act_is_done_and_the_connection_cut(sandbox, stripe_api):
    sandbox.chaos(act_then_cut=1)
    key = str(uuid4())

    with pytest.raises(requests.ConnectionError):
        sandbox.post("/v1/payment_intents", FORM, Idempotency_Key=key)
    replayed = sandbox.post("/v1/payment_intents", FORM, Idempotency_Key=key)

    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert replayed.json()["id"] == stripe_api.v1.payment_intents.list({"limit": 1}).data[0].id


def test_the_client_library_gets_over_a_cut_by_its_own_retry(sandbox):
    sandbox.chaos(act_then_cut=1)
    before = sandbox.get("/v1/payment_intents")["data"][0]["id"]

    made = sandbox.client(retries=2).v1.payment_intents.create({"amount": 900, "currency": "usd"})

    newest, older = sandbox.get("/v1/payment_intents?limit=2")["data"]
    assert (newest["id"], older["id"]) == (made.id, before)


def test_a_failure_before_the_act_does_nothing_and_is_not_remembered(sandbox, stripe_api):
    newest = stripe_api.v1.payment_intents.list({"limit": 1}).data[0].id
    sandbox.chaos(fail_before=1)
    key = str(uuid4())

    failed = sandbox.post("/v1/payment_intents", FORM, Idempotency_Key=key)
    assert (failed.status_code, failed.json()["error"]["type"]) == (500, "api_error")
    assert stripe_api.v1.payment_intents.list({"limit": 1}).data[0].id == newest

    assert sandbox.post("/v1/payment_intents", FORM, Idempotency_Key=key).status_code == 200


def test_a_failure_after_the_act_can_be_one_that_stripe_does_not_remember(sandbox):
    sandbox.chaos(fail_after={"n": 1, "remembered": False})
    key = str(uuid4())

    assert sandbox.post("/v1/payment_intents", FORM, Idempotency_Key=key).status_code == 500
    assert sandbox.post("/v1/payment_intents", FORM, Idempotency_Key=key).status_code == 200


def test_a_fault_hits_only_the_paths_it_is_meant_for(sandbox, pay, stripe_api):
    intent = pay()
    sandbox.chaos(fail_before={"n": 1, "path": "/capture$", "method": "POST"})

    assert sandbox.post("/v1/payment_intents", FORM).status_code == 200
    assert sandbox.post(f"/v1/payment_intents/{intent.id}/capture").status_code == 500
    assert stripe_api.v1.payment_intents.capture(intent.id).status == "succeeded"


def test_the_next_capture_is_declined(sandbox, pay, stripe_api):
    intent = pay()
    sandbox.chaos(decline_next_capture=1)

    with pytest.raises(stripe.CardError) as declined:
        stripe_api.v1.payment_intents.capture(intent.id)
    assert declined.value.error.payment_intent.status == "requires_payment_method"
    after = stripe_api.v1.payment_intents.retrieve(intent.id)
    assert (after.amount_capturable, after.amount_received) == (0, 0)

    assert stripe_api.v1.payment_intents.capture(pay().id).status == "succeeded"


def test_an_outage_answers_nobody_and_ends(sandbox, pay, receiver):
    sandbox.chaos(outage_seconds=3600)
    with pytest.raises(requests.ConnectionError):
        sandbox.post("/v1/payment_intents", FORM)
    with pytest.raises(stripe.APIConnectionError):
        pay()

    sandbox.chaos(outage_seconds=0)
    assert sandbox.post("/v1/payment_intents", FORM).status_code == 200


def test_an_authorisation_lapses_after_seven_days_of_fake_time(sandbox, pay, stripe_api):
    intent = pay()
    sandbox.chaos(clock_offset_seconds=7 * 24 * 3600 + 60)

    after = stripe_api.v1.payment_intents.retrieve(intent.id)

    assert (after.status, after.cancellation_reason) == ("canceled", "expired")
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.payment_intents.capture(intent.id)


def test_controls_are_shown_reset_and_checked(sandbox):
    assert sandbox.chaos(act_then_cut=2)["act_then_cut"] == 2
    assert sandbox.get("/_chaos")["act_then_cut"] == 2
    sandbox.calm()
    assert sandbox.get("/_chaos")["act_then_cut"] == 0

    for wrong in ({"nonsense": 1}, {"act_then_cut": "two"}, {"webhooks": {"drop": -1}}, [1]):
        refused = requests.post(f"{sandbox.url}/_chaos", json=wrong, timeout=60)
        assert refused.status_code == 400
    assert sandbox.get("/_chaos")["act_then_cut"] == 0
