"""The sandbox as a process, one for the whole run, and calm between tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.chromium import IS_LEFT_OUT
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver

RETURN_URL = "http://127.0.0.1:1/back"

if IS_LEFT_OUT:
    collect_ignore = ["test_browser.py"]


@pytest.fixture(autouse=True)
def clean_redis_keys() -> None:
    """These tests touch nothing of the site, so they need no Redis."""


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(scope="session")
def _process(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Sandbox]:
    store = tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite3"
    flags = ("--webhook-url", receiver.url, "--webhook-first-pause", "0.2")
    running = Sandbox(store, *flags).start()
    yield running
    running.stop()


@pytest.fixture
def sandbox(_process: Sandbox) -> Iterator[Sandbox]:
    """The shared sandbox; faults that a test asked for end with it."""
    yield _process
    _process.calm()


@pytest.fixture
def stripe_api(sandbox: Sandbox) -> stripe.StripeClient:
    return sandbox.client()


@pytest.fixture
def pay(stripe_api: stripe.StripeClient) -> Callable[..., stripe.PaymentIntent]:
    """Creates and confirms an intent with manual capture, by default 50.00 USD by Visa."""

    def create(payment_method: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
        options = {"idempotency_key": more.pop("key")} if "key" in more else {}
        wanted = {
            "amount": 5000,
            "currency": "usd",
            "payment_method": payment_method,
            "allowed_payment_method_types": ["card"],
            "capture_method": "manual",
            "confirm": True,
            "return_url": RETURN_URL,
        }
        return stripe_api.v1.payment_intents.create(wanted | more, options)

    return create
