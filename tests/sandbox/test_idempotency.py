"""Idempotency keys: the first answer is the answer, whatever it was."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import stripe

from tests.sandbox.receiver import wait_for

PAYMENT = {
    "amount": "5000",
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "payment_method_types[]": "card",
    "capture_method": "manual",
    "confirm": "true",
}


@pytest.fixture
def key() -> str:
    return str(uuid4())


def intents_of(stripe_api, key: str) -> list[stripe.PaymentIntent]:
    listed = stripe_api.v1.payment_intents.list({"limit": 100}).data
    return [intent for intent in listed if intent.metadata.to_dict().get("key") == key]


def test_the_same_request_is_done_once_and_answered_alike(sandbox, stripe_api, key):
    form = PAYMENT | {"metadata[key]": key}
    first = sandbox.post("/v1/payment_intents", form, Idempotency_Key=key)
    second = sandbox.post("/v1/payment_intents", form, Idempotency_Key=key)

    assert first.text == second.text
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(intents_of(stripe_api, key)) == 1


def test_parameters_in_another_order_are_the_same_request(sandbox, key):
    first = sandbox.post("/v1/payment_intents", PAYMENT, Idempotency_Key=key)
    turned = dict(reversed(PAYMENT.items()))

    assert sandbox.post("/v1/payment_intents", turned, Idempotency_Key=key).text == first.text


def test_another_request_with_the_same_key_is_refused(sandbox, stripe_api, key):
    form = PAYMENT | {"metadata[key]": key}
    first = sandbox.post("/v1/payment_intents", form, Idempotency_Key=key).json()

    changed = sandbox.post("/v1/payment_intents", form | {"amount": "5100"}, Idempotency_Key=key)
    elsewhere = sandbox.post(f"/v1/payment_intents/{first['id']}/capture", Idempotency_Key=key)

    for refused in (changed, elsewhere):
        assert refused.status_code == 400
        assert refused.json()["error"]["type"] == "idempotency_error"
    [intent] = intents_of(stripe_api, key)
    assert (intent.id, intent.amount, intent.status) == (first["id"], 5000, "requires_capture")


def test_the_client_library_sees_its_own_error_class(pay, key):
    pay(key=key)

    with pytest.raises(stripe.IdempotencyError):
        pay(key=key, amount=5100)


def test_fifty_at_once_make_one_payment(sandbox, stripe_api, key):
    sandbox.chaos(answer_late_ms=300)
    form = PAYMENT | {"metadata[key]": key}

    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(
                lambda _: sandbox.post("/v1/payment_intents", form, Idempotency_Key=key), range(50)
            )
        )

    statuses = {answer.status_code for answer in answers}
    assert 200 in statuses
    assert statuses <= {200, 409}
    assert len({answer.text for answer in answers if answer.status_code == 200}) == 1
    assert len(intents_of(stripe_api, key)) == 1


def test_a_request_that_is_still_running_makes_its_key_busy(sandbox, stripe_api, key):
    late = {"ms": 2000, "path": "payment_intents$", "method": "POST"}
    sandbox.chaos(answer_late_ms=late)
    form = PAYMENT | {"metadata[key]": key}

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(sandbox.post, "/v1/payment_intents", form, Idempotency_Key=key)
        wait_for(lambda: intents_of(stripe_api, key))  # done, and not answered yet
        refused = sandbox.post("/v1/payment_intents", form, Idempotency_Key=key)

    assert (first.result().status_code, refused.status_code) == (200, 409)
    assert refused.json()["error"]["code"] == "idempotency_key_in_use"


def test_a_decline_is_replayed(pay, key):
    errors = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            pay("pm_card_visa_chargeDeclined", key=key)
        errors.append(declined.value.error)

    assert errors[0].charge == errors[1].charge
    assert errors[0].payment_intent.id == errors[1].payment_intent.id


def test_a_failure_after_the_act_is_replayed_and_the_act_happened_once(sandbox, stripe_api, key):
    sandbox.chaos(fail_after=1)
    form = PAYMENT | {"metadata[key]": key}

    answers = [sandbox.post("/v1/payment_intents", form, Idempotency_Key=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(intents_of(stripe_api, key)) == 1


def test_a_refused_state_is_replayed_but_a_wrong_parameter_is_not(pay, sandbox, key):
    intent = pay(capture_method="automatic")
    address = f"/v1/payment_intents/{intent.id}/capture"
    refusals = [sandbox.post(address, Idempotency_Key=key) for _ in range(2)]
    assert refusals[0].json()["error"]["code"] == "payment_intent_unexpected_state"
    assert refusals[1].headers["Idempotent-Replayed"] == "true"

    other = key + "-b"
    wrong = sandbox.post("/v1/payment_intents", PAYMENT | {"colour": "red"}, Idempotency_Key=other)
    assert wrong.json()["error"]["code"] == "parameter_unknown"
    right = sandbox.post("/v1/payment_intents", PAYMENT, Idempotency_Key=other)
    assert right.status_code == 200

    nowhere = PAYMENT | {"payment_method": "pm_missing"}
    missing = [
        sandbox.post("/v1/payment_intents", nowhere, Idempotency_Key=key + "-c") for _ in range(2)
    ]
    assert missing[1].json()["error"]["code"] == "resource_missing"
    assert "Idempotent-Replayed" not in missing[1].headers


def test_a_key_is_forgotten_after_a_day_of_fake_time(sandbox, key):
    first = sandbox.post("/v1/payment_intents", PAYMENT, Idempotency_Key=key).json()
    sandbox.chaos(clock_offset_seconds=23 * 3600)
    within = sandbox.post("/v1/payment_intents", PAYMENT, Idempotency_Key=key).json()
    assert within["id"] == first["id"]

    sandbox.chaos(clock_offset_seconds=25 * 3600)
    later = sandbox.post("/v1/payment_intents", PAYMENT, Idempotency_Key=key).json()
    assert later["id"] != first["id"]


@pytest.mark.parametrize("wrong", ["k" * 256, "kl\u00e9".encode().decode("latin-1")])
def test_keys_that_are_too_long_or_not_plain_are_refused(wrong, sandbox):
    refused = sandbox.post("/v1/payment_intents", PAYMENT, Idempotency_Key=wrong)

    assert refused.status_code == 400
