"""3-D Secure: asked for, passed, failed, abandoned; without a browser and by plain forms."""

import pytest
import requests
import stripe

REQUIRED = [
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredOnSetup",
    "pm_card_threeDSecure2Required",
    "pm_card_threeDSecureRequired",
]


def challenge_of(intent: stripe.PaymentIntent) -> str:
    assert intent.status == "requires_action"
    assert intent.next_action.type == "redirect_to_url"
    return intent.next_action.redirect_to_url.url


@pytest.mark.parametrize("name", REQUIRED)
def test_passing_the_challenge_authorises(name, pay, stripe_api):
    intent = pay(name)

    answer = requests.post(challenge_of(intent), {"outcome": "succeed"}, timeout=60)

    assert (answer.status_code, answer.json()["status"]) == (200, "requires_capture")
    after = stripe_api.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (after.status, after.next_action) == ("requires_capture", None)
    details = after.latest_charge.payment_method_details.card.three_d_secure
    assert (details.result, details.authentication_flow) == ("authenticated", "challenge")


def test_failing_the_challenge_wants_another_card(pay, stripe_api):
    intent = pay("pm_card_threeDSecure2Required")

    answer = requests.post(challenge_of(intent), {"outcome": "fail"}, timeout=60)

    assert answer.json()["status"] == "requires_payment_method"
    after = stripe_api.v1.payment_intents.retrieve(intent.id)
    assert after.last_payment_error.code == "payment_intent_authentication_failure"
    assert (after.latest_charge, after.amount_capturable) == (None, 0)
    again = stripe_api.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": "http://127.0.0.1:1/back"}
    )
    assert again.status == "requires_capture"


@pytest.mark.parametrize(
    ("name", "decline_code"),
    [
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_threeDSecureRequiredChargeDeclined", "generic_decline"),
    ],
)
def test_a_card_may_be_declined_after_the_challenge(name, decline_code, pay, stripe_api):
    intent = pay(name)

    requests.post(challenge_of(intent), {"outcome": "succeed"}, timeout=60)

    after = stripe_api.v1.payment_intents.retrieve(intent.id)
    assert after.status == "requires_payment_method"
    assert after.last_payment_error.decline_code == decline_code


def test_the_challenge_is_a_page_with_two_buttons_that_lead_back_to_the_shop(pay):
    intent = pay("pm_card_threeDSecure2Required", return_url="http://127.0.0.1:1/back?b=7#top")
    browser = {"Accept": "text/html,application/xhtml+xml"}

    page = requests.get(challenge_of(intent), headers=browser, timeout=60).text
    assert "Complete authentication" in page
    assert "Fail authentication" in page
    assert "$50.00" in page

    answer = requests.post(
        challenge_of(intent),
        {"outcome": "succeed"},
        headers=browser,
        allow_redirects=False,
        timeout=60,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == (
        f"http://127.0.0.1:1/back?b=7&payment_intent={intent.id}"
        f"&payment_intent_client_secret={intent.client_secret}&redirect_status=succeeded#top"
    )


def test_finishing_twice_or_after_a_cancel_changes_nothing(pay, stripe_api):
    intent = pay("pm_card_threeDSecure2Required")
    address = challenge_of(intent)
    requests.post(address, {"outcome": "fail"}, timeout=60)
    twice = requests.post(address, {"outcome": "succeed"}, timeout=60)
    assert twice.json()["status"] == "requires_payment_method"

    other = pay("pm_card_threeDSecure2Required")
    stripe_api.v1.payment_intents.cancel(other.id)
    late = requests.post(other.next_action.redirect_to_url.url, {"outcome": "succeed"}, timeout=60)
    assert late.json()["status"] == "canceled"
    assert stripe_api.v1.payment_intents.retrieve(other.id).amount_capturable == 0


def test_a_guessed_challenge_or_outcome_is_refused(pay):
    intent = pay("pm_card_threeDSecure2Required")
    address = challenge_of(intent)

    assert requests.post(address + "x", {"outcome": "succeed"}, timeout=60).status_code == 404
    assert requests.post(address, {"outcome": "maybe"}, timeout=60).status_code == 400
    assert requests.post(address, {}, timeout=60).status_code == 400


def test_stripe_js_is_asked_when_the_shop_uses_it(pay):
    intent = pay("pm_card_threeDSecure2Required", use_stripe_sdk=True)

    assert intent.next_action.type == "use_stripe_sdk"


def test_off_session_or_refusing_action_is_a_decline(pay):
    for refusal in ({"off_session": True}, {"error_on_requires_action": True}):
        with pytest.raises(stripe.CardError) as declined:
            pay("pm_card_authenticationRequired", **refusal)
        assert declined.value.code == "authentication_required"
