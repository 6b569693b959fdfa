"""Checkout sessions: the hosted page, driven as a browser without JavaScript would."""

import re
import time
from html import unescape

import pytest
import requests
import stripe

HTML = {"Accept": "text/html"}
SUCCESS = "http://127.0.0.1:1/done?session={CHECKOUT_SESSION_ID}"


@pytest.fixture
def session(stripe_api) -> stripe.checkout.Session:
    return stripe_api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 4500,
                        "product_data": {"name": "Row B, seat 12 <left>"},
                    },
                    "quantity": 2,
                },
                {
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 250,
                        "product_data": {"name": "Fee"},
                    },
                    "quantity": 1,
                },
            ],
            "customer_email": "fan@example.com",
            "client_reference_id": "B-77",
            "metadata": {"booking": "B-77"},
            "payment_intent_data": {
                "capture_method": "manual",
                "metadata": {"booking": "B-77"},
                "description": "Two seats",
            },
            "success_url": SUCCESS,
            "cancel_url": "http://127.0.0.1:1/back",
        }
    )


def submit(session, card: str, **changed: str) -> requests.Response:
    form = {"email": "fan@example.com", "number": card, "expiry": "12 / 40", "cvc": "123"}
    return requests.post(
        session.url, form | changed, headers=HTML, allow_redirects=False, timeout=60
    )


def test_a_buyer_pays_on_the_page_and_returns_to_the_shop(session, stripe_api):
    assert (session.status, session.payment_status, session.payment_intent) == (
        "open",
        "unpaid",
        None,
    )
    page = requests.get(session.url, headers=HTML, timeout=60).text
    assert "no real money" in page
    assert "Row B, seat 12 &lt;left&gt;" in page
    assert "€92.50" in page
    assert 'value="fan@example.com"' in page
    assert 'href="http://127.0.0.1:1/back"' in page

    answer = submit(session, "4242 4242 4242 4242")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:1/done?session={session.id}"
    after = stripe_api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (after.status, after.payment_status, after.url) == ("complete", "unpaid", None)
    intent = after.payment_intent
    assert (intent.status, intent.amount, intent.currency) == ("requires_capture", 9250, "eur")
    assert (intent.metadata["booking"], intent.description) == ("B-77", "Two seats")
    [event] = stripe_api.v1.events.list({"type": "checkout.session.completed", "limit": 1}).data
    assert event.data.object["id"] == session.id

    stripe_api.v1.payment_intents.capture(intent.id)
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_declined_card_is_said_on_the_page_and_another_card_pays(session, stripe_api):
    declined = submit(session, "4000000000009995")
    assert declined.status_code == 402
    assert "Your card has insufficient funds." in unescape(declined.text)
    assert 'value="4000000000009995"' in declined.text
    first = stripe_api.v1.checkout.sessions.retrieve(session.id)
    assert first.status == "open"

    assert submit(session, "4242424242424242").status_code == 303
    after = stripe_api.v1.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_intent) == ("complete", first.payment_intent)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"expiry": "soon"}, "Your card's expiration date is incomplete."),
        ({"expiry": "12/20"}, "Your card's expiration year is invalid."),
        ({"cvc": "1"}, "Your card's security code is invalid."),
        ({"number": "4242424242424241"}, "Your card number is incorrect."),
        ({"email": "nobody"}, "Give the e-mail address for your receipt."),
    ],
)
def test_mistakes_are_said_on_the_page_and_make_no_payment(changed, sentence, session, stripe_api):
    answer = submit(session, "4242424242424242", **changed)

    assert answer.status_code == 402
    assert sentence in unescape(answer.text)
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).payment_intent is None


@pytest.mark.parametrize(
    ("outcome", "status"), [("succeed", "requires_capture"), ("fail", "requires_payment_method")]
)
def test_three_d_secure_comes_between(outcome, status, session, stripe_api):
    to_bank = submit(session, "4000002760003184")
    assert to_bank.status_code == 303
    bank = to_bank.headers["Location"]
    assert "Complete authentication" in requests.get(bank, headers=HTML, timeout=60).text

    back = requests.post(
        bank, {"outcome": outcome}, headers=HTML, allow_redirects=False, timeout=60
    )
    landed = requests.get(back.headers["Location"], headers=HTML, allow_redirects=False, timeout=60)

    after = stripe_api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert after.payment_intent.status == status
    if outcome == "succeed":
        assert landed.headers["Location"].endswith(session.id)
    else:
        assert "failed authentication" in landed.text
        assert after.status == "open"


def test_an_expired_session_takes_no_payment(session, stripe_api):
    to_bank = submit(session, "4000002760003184").headers["Location"]
    expired = stripe_api.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)

    assert submit(session, "4242424242424242").status_code == 410
    late = requests.post(to_bank, {"outcome": "succeed"}, timeout=60)
    assert late.json()["status"] == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.checkout.sessions.expire(session.id)
    [event] = stripe_api.v1.events.list({"type": "checkout.session.expired", "limit": 1}).data
    assert event.data.object["id"] == session.id


def test_its_intent_is_cancelled_by_expiring_the_session_unless_authorised(session, stripe_api):
    submit(session, "4000002760003184")
    intent = stripe_api.v1.checkout.sessions.retrieve(session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="Checkout Session"):
        stripe_api.v1.payment_intents.cancel(intent)


def test_a_session_expires_by_itself(session, sandbox, stripe_api):
    sandbox.chaos(clock_offset_seconds=25 * 3600)

    assert stripe_api.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_a_session_needs_line_items_addresses_and_a_near_end(stripe_api):
    item = {
        "price_data": {"currency": "usd", "unit_amount": 900, "product_data": {"name": "A"}},
        "quantity": 1,
    }
    good = {"mode": "payment", "line_items": [item], "success_url": SUCCESS}
    for wrong, param in [
        ({"line_items": []}, "line_items"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"cancel_url": "/relative"}, "cancel_url"),
        ({"expires_at": int(time.time()) + 60}, "expires_at"),
        ({"mode": "subscription"}, "mode"),
    ]:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            stripe_api.v1.checkout.sessions.create(good | wrong)
        assert refused.value.param == param


def test_line_items_and_sessions_are_listed(session, stripe_api):
    items = stripe_api.v1.checkout.sessions.line_items.list(session.id).data
    assert [(item.description, item.amount_total) for item in items] == [
        ("Row B, seat 12 <left>", 9000),
        ("Fee", 250),
    ]
    assert stripe_api.v1.checkout.sessions.list({"limit": 1}).data[0].id == session.id
    assert re.fullmatch(r"cs_test_\w{40}", session.id)
