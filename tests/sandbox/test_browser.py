"""The Stripe.js stand-in and the hosted pages in a real browser, under a strict parent policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import running_chromium
from tests.sandbox.process import Sandbox
from tests.sandbox.shop import Shop

pytestmark = pytest.mark.browser

# Bounds a hang alone: a busy machine may let a page wait.
expect.set_options(timeout=60_000)
ELEMENT, CHALLENGE = 'iframe[name="stripe-payment-element"]', 'iframe[name="stripe-challenge"]'


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[Shop]:
    made = Shop(sandbox)
    yield made
    made.close()


@pytest.fixture
def page(chromium, shop: Shop) -> Iterator[Page]:
    """The shop's page with its card form ready; errors in the console fail the test."""
    opened = chromium.new_page()
    complaints: list[str] = []
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(shop.url)
    expect(opened.locator("body")).to_have_attribute("data-ready", "yes")
    yield opened
    opened.close()
    unexpected = [text for text in complaints if "favicon" not in text and "402" not in text]
    assert unexpected == []


def fill_card(page: Page, number: str, expiry: str = "1240", code: str = "123") -> None:
    form = page.frame_locator(ELEMENT)
    form.get_by_label("Card number").fill(number)
    form.get_by_label("Expiration date").fill(expiry)
    form.get_by_label("Security code").fill(code)


def result(page: Page) -> object:
    return page.get_by_role("status").first


def test_a_card_pays(page, shop, stripe_api):
    fill_card(page, "4242424242424242")
    expect(page.locator("body")).to_have_attribute("data-complete", "true")

    page.get_by_role("button", name="Pay $50.00").click()

    expect(page.locator("#result")).to_have_text("status: requires_capture")
    [intent] = shop.intents
    paid = stripe_api.v1.payment_intents.retrieve(intent, {"expand": ["payment_method"]})
    assert (paid.amount_capturable, paid.payment_method.card.last4) == (5000, "4242")
    assert paid.payment_method.card.exp_year == 2040


def test_the_form_writes_numbers_as_people_read_them(page):
    fill_card(page, "378282246310005", expiry="540")
    form = page.frame_locator(ELEMENT)

    expect(form.get_by_label("Card number")).to_have_value("3782 822463 10005")
    expect(form.get_by_label("Expiration date")).to_have_value("05 / 40")


def test_the_form_takes_the_shops_appearance(page):
    field = page.frame_locator(ELEMENT).get_by_label("Card number")

    expect(field).to_have_css("border-radius", "2px")
    expect(field).to_have_css("font-size", "18px")


@pytest.mark.parametrize(
    ("number", "expiry", "code", "sentence"),
    [
        ("", "1240", "123", "Your card number is incomplete."),
        ("4242424242424241", "1240", "123", "Your card number is invalid."),
        ("4242424242424242", "1220", "123", "Your card's expiration date is in the past."),
        ("4242424242424242", "1240", "12", "Your card's security code is incomplete."),
    ],
)
def test_mistakes_are_said_beside_the_field(number, expiry, code, sentence, page, shop):
    fill_card(page, number, expiry, code)

    page.get_by_role("button", name="Pay $50.00").click()

    expect(page.locator("#result")).to_have_text(f"invalid: {sentence}")
    expect(page.frame_locator(ELEMENT).get_by_text(sentence)).to_be_visible()
    assert shop.intents == []


def test_a_decline_is_told_and_another_card_pays(page):
    fill_card(page, "4000000000009995")
    page.get_by_role("button", name="Pay $50.00").click()
    expect(page.locator("#result")).to_have_text("declined: Your card has insufficient funds.")

    fill_card(page, "4242424242424242")
    page.get_by_role("button", name="Pay $50.00").click()
    expect(page.locator("#result")).to_have_text("status: requires_capture")


def test_a_card_that_is_none_of_stripes_is_refused(page, shop):
    fill_card(page, "4111111111111111")
    page.get_by_role("button", name="Pay $50.00").click()

    expect(page.locator("#result")).to_contain_text("used a non test card")
    assert shop.intents == []


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("Complete authentication", "status: requires_capture"),
        ("Fail authentication", "failed: The provided PaymentMethod has failed authentication."),
    ],
)
def test_three_d_secure_is_a_layer_over_the_page(button, said, page):
    fill_card(page, "4000002760003184")
    page.get_by_role("button", name="Pay $50.00").click()

    challenge = page.frame_locator(CHALLENGE)
    challenge.get_by_role("button", name=button).click()

    expect(page.locator("#result")).to_contain_text(said)
    expect(page.locator(CHALLENGE)).to_have_count(0)


def test_a_payment_can_be_confirmed_in_the_browser_alone(page, stripe_api):
    intent = stripe_api.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "capture_method": "manual"}
    )
    fill_card(page, "4242424242424242")

    outcome = page.evaluate(
        """async (clientSecret) => {
          const confirmParams = { return_url: location.href };
          const done = await stripe.confirmPayment(
            { elements, clientSecret, confirmParams, redirect: "if_required" });
          const again = await stripe.retrievePaymentIntent(clientSecret);
          return [done.paymentIntent.status, again.paymentIntent.id];
        }""",
        intent.client_secret,
    )

    assert outcome == ["requires_capture", intent.id]
    assert stripe_api.v1.payment_intents.retrieve(intent.id).amount_capturable == 900


def test_a_payment_method_is_made_in_the_browser_after_checking_the_form(page):
    fill_card(page, "5555555555554444")

    outcome = page.evaluate(
        """async () => {
          const early = await stripe.createPaymentMethod({ elements });
          await elements.submit();
          const made = await stripe.createPaymentMethod({ elements });
          return [early.error.code, made.paymentMethod.card.brand];
        }"""
    )

    assert outcome == ["integration_error", "mastercard"]


def test_the_hosted_page_takes_a_payment_without_javascript(chromium, stripe_api, shop):
    session = stripe_api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": 4500,
                        "product_data": {"name": "Seat B 12"},
                    },
                    "quantity": 2,
                }
            ],
            "success_url": shop.url + "?done={CHECKOUT_SESSION_ID}",
        }
    )
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(session.url)
    page.get_by_label("E-mail").fill("fan@example.com")
    page.get_by_label("Card number").fill("4000002760003184")
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay $90.00").click()
    page.get_by_role("button", name="Complete authentication").click()

    expect(page).to_have_url(f"{shop.url}?done={session.id}")
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    context.close()
