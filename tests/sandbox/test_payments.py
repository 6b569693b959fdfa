"""Intents: authorise, capture, cancel, decline, and what each state forbids."""

import pytest
import requests
import stripe

from tests.sandbox.conftest import RETURN_URL

DECLINES = [
    ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    (
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
        "card_declined",
        "card_velocity_exceeded",
    ),
    ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
]


def test_an_authorised_payment_is_captured_once(pay, stripe_api):
    intent = pay(metadata={"booking": "B1"})
    assert (intent.status, intent.amount_capturable, intent.amount_received) == (
        "requires_capture",
        5000,
        0,
    )

    captured = stripe_api.v1.payment_intents.capture(intent.id, {"expand": ["latest_charge"]})
    assert (captured.status, captured.amount_capturable, captured.amount_received) == (
        "succeeded",
        0,
        5000,
    )
    assert captured.latest_charge.captured is True
    assert captured.latest_charge.metadata["booking"] == "B1"

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.capture(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.http_status == 400


def test_a_payment_with_automatic_capture_succeeds_at_once(pay):
    intent = pay(capture_method="automatic", expand=["latest_charge.balance_transaction"])

    assert (intent.status, intent.amount_received) == ("succeeded", 5000)
    assert intent.latest_charge.balance_transaction.amount == 5000


def test_less_than_the_authorised_amount_can_be_captured_but_never_more(pay, stripe_api):
    intent = pay()

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 5001})
    assert refused.value.code == "amount_too_large"
    assert stripe_api.v1.payment_intents.retrieve(intent.id).status == "requires_capture"

    captured = stripe_api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1200})
    assert (captured.status, captured.amount_received) == ("succeeded", 1200)


def test_a_cancelled_authorisation_can_never_be_captured(pay, stripe_api):
    intent = pay()

    cancelled = stripe_api.v1.payment_intents.cancel(
        intent.id, {"cancellation_reason": "abandoned", "expand": ["latest_charge"]}
    )
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    assert cancelled.canceled_at >= cancelled.created
    assert (cancelled.amount_capturable, cancelled.latest_charge.captured) == (0, False)

    for act in (stripe_api.v1.payment_intents.capture, stripe_api.v1.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert stripe_api.v1.refunds.list({"payment_intent": intent.id}).data == []


def test_a_captured_payment_cannot_be_cancelled(pay, stripe_api):
    intent = pay(capture_method="automatic")

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.cancel(intent.id)

    assert refused.value.code == "payment_intent_unexpected_state"
    assert stripe_api.v1.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize(("name", "code", "decline_code"), DECLINES)
def test_a_declined_card_says_why_and_leaves_the_intent_payable(
    name, code, decline_code, pay, stripe_api
):
    with pytest.raises(stripe.CardError) as declined:
        pay(name)

    error = declined.value.error
    assert (declined.value.http_status, error.type) == (402, "card_error")
    assert (error.code, error.decline_code) == (code, decline_code)
    assert error.payment_intent.status == "requires_payment_method"
    assert error.payment_intent.last_payment_error.decline_code == decline_code
    failed = stripe_api.v1.charges.retrieve(error.charge)
    assert (failed.status, failed.failure_code, failed.captured) == ("failed", code, False)

    paid = stripe_api.v1.payment_intents.confirm(
        error.payment_intent.id, {"payment_method": "pm_card_visa"}
    )
    assert (paid.status, paid.last_payment_error) == ("requires_capture", None)


@pytest.mark.parametrize(
    ("name", "brand", "last4"),
    [
        ("pm_card_visa", "visa", "4242"),
        ("pm_card_visa_debit", "visa", "5556"),
        ("pm_card_mastercard", "mastercard", "4444"),
        ("pm_card_amex", "amex", "0005"),
        ("pm_card_discover", "discover", "1117"),
        ("pm_card_diners", "diners", "0004"),
        ("pm_card_jcb", "jcb", "0505"),
        ("pm_card_unionpay", "unionpay", "0005"),
        ("pm_card_threeDSecureOptional", "visa", "3055"),
        ("pm_card_de", "visa", "0016"),
    ],
)
def test_cards_of_every_brand_pay(name, brand, last4, pay):
    intent = pay(name, expand=["latest_charge", "payment_method"])

    card = intent.latest_charge.payment_method_details.card
    assert (intent.status, card.brand, card.last4) == ("requires_capture", brand, last4)
    assert card.fingerprint == intent.payment_method.card.fingerprint


def test_each_use_of_a_name_makes_a_payment_method_with_a_fingerprint_of_its_own(pay):
    first, second = (pay(expand=["payment_method"]).payment_method for _ in range(2))

    assert first.id != second.id
    assert first.card.fingerprint != second.card.fingerprint


def test_a_test_can_fix_the_fingerprint(pay, stripe_api, sandbox):
    wanted = {"type": "card", "card": {"token": "tok_visa"}}
    wanted["metadata"] = {"sandbox_fingerprint": "the-same"}
    method = stripe_api.v1.payment_methods.create(wanted)
    assert method.card.fingerprint == "the-same"

    sandbox.chaos(card_fingerprint="everybody")
    assert pay(expand=["payment_method"]).payment_method.card.fingerprint == "everybody"


def test_a_payment_method_pays_only_once_without_a_customer(pay, stripe_api):
    method = stripe_api.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    pay(method.id)

    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        pay(method.id)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4242424242424241", "incorrect_number"),
        ("4111111111111111", "card_declined"),
        ("42424242", "incorrect_number"),
    ],
)
def test_numbers_that_are_no_test_cards_are_refused(number, code, stripe_api):
    card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}

    with pytest.raises(stripe.CardError) as refused:
        stripe_api.v1.payment_methods.create({"type": "card", "card": card})

    assert (refused.value.http_status, refused.value.code) == (402, code)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"exp_year": 2020}, "invalid_expiry_year"),
        ({"exp_month": 13}, "invalid_expiry_month"),
        ({"cvc": "12"}, "invalid_cvc"),
    ],
)
def test_details_that_no_card_has_are_refused(changed, code, stripe_api):
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}

    with pytest.raises(stripe.CardError) as refused:
        stripe_api.v1.payment_methods.create({"type": "card", "card": card | changed})

    assert refused.value.code == code


def test_a_confirmation_token_pays_one_intent(pay, stripe_api, sandbox):
    made = sandbox.post(
        "/v1/test_helpers/confirmation_tokens",
        {"payment_method": "pm_card_visa", "return_url": RETURN_URL},
    ).json()
    assert made["payment_method_preview"]["card"]["last4"] == "4242"

    intent = stripe_api.v1.payment_intents.create(
        {
            "amount": 700,
            "currency": "eur",
            "confirmation_token": made["id"],
            "confirm": True,
            "capture_method": "manual",
            "automatic_payment_methods": {"enabled": True},
        }
    )
    assert intent.status == "requires_capture"
    spent = stripe_api.v1.confirmation_tokens.retrieve(made["id"])
    assert spent.payment_intent == intent.id

    with pytest.raises(stripe.InvalidRequestError, match="already been used"):
        stripe_api.v1.payment_intents.create(
            {
                "amount": 700,
                "currency": "eur",
                "confirmation_token": made["id"],
                "confirm": True,
                "return_url": RETURN_URL,
            }
        )


def test_an_intent_can_be_changed_until_it_is_authorised(pay, stripe_api):
    intent = stripe_api.v1.payment_intents.create({"amount": 1000, "currency": "usd"})
    changed = stripe_api.v1.payment_intents.update(intent.id, {"amount": 1500})
    assert changed.amount == 1500

    paid = pay()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.update(paid.id, {"amount": 1})
    assert refused.value.code == "payment_intent_unexpected_state"
    assert stripe_api.v1.payment_intents.retrieve(paid.id).amount == 5000


def test_a_browser_sees_only_its_own_intent_by_client_secret(pay, sandbox):
    intent = pay(metadata={"secret": "staff only"})
    address = f"{sandbox.url}/v1/payment_intents/{intent.id}"
    key = {"Authorization": "Bearer pk_test_sandbox"}

    seen = requests.get(address, {"client_secret": intent.client_secret}, headers=key, timeout=60)
    assert seen.json()["status"] == "requires_capture"
    assert "metadata" not in seen.json()

    wrong = requests.get(address, {"client_secret": "pi_x_secret_y"}, headers=key, timeout=60)
    assert wrong.status_code == 404
    assert requests.get(address, headers=key, timeout=60).status_code == 400
    captured = requests.post(f"{address}/capture", headers=key, timeout=60)
    assert captured.status_code == 403
