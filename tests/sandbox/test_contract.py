"""What both the sandbox and Stripe itself must do: the proof that the sandbox is honest.

Runs against the sandbox always, and against Stripe's test mode too where STRIPE_CONTRACT_KEY holds
a test key (never needed in CI; it makes objects in that account).
"""

import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import stripe

TARGETS = ["sandbox"]
if os.environ.get("STRIPE_CONTRACT_KEY", "").startswith("sk_test_"):
    TARGETS.append("stripe")
RETURN_URL = "https://example.com/back"


@pytest.fixture(params=TARGETS)
def api(request: pytest.FixtureRequest) -> stripe.StripeClient:
    if request.param == "sandbox":
        return request.getfixturevalue("sandbox").client()
    return stripe.StripeClient(os.environ["STRIPE_CONTRACT_KEY"], max_network_retries=1)


@pytest.fixture
def authorise(api: stripe.StripeClient) -> Callable[..., stripe.PaymentIntent]:
    def create(payment_method: str = "pm_card_visa", key: str = "", **more: Any) -> Any:
        wanted: Any = {
            "amount": 2000,
            "currency": "usd",
            "payment_method": payment_method,
            "allowed_payment_method_types": ["card"],
            "capture_method": "manual",
            "confirm": True,
            "return_url": RETURN_URL,
        }
        return api.v1.payment_intents.create(
            wanted | more, {"idempotency_key": key or str(uuid4())}
        )

    return create


def test_authorise_capture_refund(api, authorise):
    intent = authorise(expand=["latest_charge"])
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 2000)
    assert intent.latest_charge.captured is False

    captured = api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1500})
    assert (captured.status, captured.amount_received) == ("succeeded", 1500)

    with pytest.raises(stripe.InvalidRequestError):
        api.v1.refunds.create({"payment_intent": intent.id, "amount": 1501})
    assert api.v1.refunds.create({"payment_intent": intent.id}).amount == 1500
    with pytest.raises(stripe.InvalidRequestError) as again:
        api.v1.refunds.create({"payment_intent": intent.id})
    assert again.value.code == "charge_already_refunded"


def test_cancel_fences_capture_and_makes_no_refund(api, authorise):
    intent = authorise()
    assert api.v1.payment_intents.cancel(intent.id).status == "canceled"

    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.payment_intents.capture(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert api.v1.refunds.list({"payment_intent": intent.id}).data == []
    charge = api.v1.charges.retrieve(intent.latest_charge)
    assert (charge.captured, charge.refunded, charge.amount_refunded) == (False, False, 0)


@pytest.mark.parametrize(
    ("name", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ],
)
def test_declines(name, code, decline_code, authorise):
    with pytest.raises(stripe.CardError) as declined:
        authorise(name)

    error = declined.value.error
    assert (declined.value.http_status, error.code, error.decline_code) == (402, code, decline_code)
    assert error.payment_intent.status == "requires_payment_method"


def test_three_d_secure_asks_for_a_redirect(api, authorise):
    intent = authorise("pm_card_threeDSecure2Required")

    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    assert intent.next_action.redirect_to_url.return_url == RETURN_URL
    assert api.v1.payment_intents.cancel(intent.id).status == "canceled"


def test_idempotency_keys(authorise):
    key = str(uuid4())
    first = authorise(key=key)
    assert authorise(key=key).id == first.id

    with pytest.raises(stripe.IdempotencyError):
        authorise(key=key, amount=2100)


def test_a_decline_is_replayed_under_its_key(authorise):
    key, intents = str(uuid4()), []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            authorise("pm_card_visa_chargeDeclined", key=key)
        intents.append(declined.value.error.payment_intent.id)

    assert intents[0] == intents[1]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"colour": "red"}, "parameter_unknown"),
        ({"amount": 1}, "amount_too_small"),
        (
            {"allowed_payment_method_types": "", "payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
        ),
        ({"payment_method": "pm_missing"}, "resource_missing"),
    ],
)
def test_wrong_requests(wrong, code, authorise):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        authorise(**wrong)

    assert refused.value.code == code


def test_events_tell_what_happened(api, authorise):
    intent = authorise()
    events = api.v1.events.list({"type": "payment_intent.amount_capturable_updated", "limit": 20})

    assert intent.id in {event.data.object["id"] for event in events.data}


def test_a_payment_method_pays_once(api, authorise):
    method = api.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    authorise(method.id)

    with pytest.raises(stripe.InvalidRequestError):
        authorise(method.id)
