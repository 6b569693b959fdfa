"""Every request that we make has the shape that Stripe's own checker accepts.

stripe-mock answers 400 to an unknown parameter or a wrong value, and keeps no state: what it
answers means nothing here. It is there in CI (STRIPE_MOCK_URL); elsewhere the sandbox alone, which
keeps the same table of parameters, is asked.
"""

import inspect
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from payments import stripe_calls, stripe_gateway
from payments.news import FOLLOWED
from payments.stripe_calls import StripeRefused, ask
from payments.stripe_gateway import Order, OrderLine

CHECKERS = ["sandbox", *(["stripe-mock"] if os.environ.get("STRIPE_MOCK_URL") else [])]


@pytest.fixture(params=CHECKERS)
def checker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "stripe-mock":
        monkeypatch.setattr(settings, "STRIPE_API_BASE", os.environ["STRIPE_MOCK_URL"])
        monkeypatch.setattr(settings, "STRIPE_SECRET_KEY", "sk_test_123")
    return str(request.param)


def order(**fields: str) -> Order:
    return Order(
        attempt_id=time.time_ns(),
        reference="a-reference-of-this-test",
        amount_minor=9000,
        currency="USD",
        return_url="https://example.org/return",
        **fields,
    )


CALLS: dict[str, Callable[[], object]] = {
    "authorise by method": lambda: stripe_gateway.authorise(order(payment_method="pm_card_visa")),
    "authorise by token": lambda: stripe_gateway.authorise(order(confirmation_token="ctoken_1")),
    "look up": lambda: stripe_gateway.look_up("pi_123"),
    "list events": lambda: list(
        stripe_gateway.events_between(int(time.time()) - 60, int(time.time()), types=FOLLOWED)
    ),
    "cancel": lambda: stripe_gateway.cancel(attempt_id=1, intent_id="pi_123"),
    "release a stray": lambda: stripe_gateway.release_stray("pi_123"),
    "capture": lambda: stripe_gateway.capture(
        attempt_id=1, intent_id="pi_123", amount_minor=9000, currency="USD"
    ),
    "open a session": lambda: stripe_gateway.open_session(
        order(),
        lines=[OrderLine(name="An evening", note="Stalls, row A, seat 1", amount_minor=9000)],
        success_url="https://example.org/back",
        cancel_url="https://example.org/booking",
        email="fan@example.org",
        expires_at=int(time.time()) + 3600,
    ),
    "look up a session": lambda: stripe_gateway.look_up_session("cs_test_123"),
    "expire a session": lambda: stripe_gateway.expire_session(
        attempt_id=1, session_id="cs_test_123"
    ),
    "list a payment's refunds": lambda: stripe_gateway.refunds_of("pi_123"),
    "list a payment's disputes": lambda: stripe_gateway.disputes_of("pi_123"),
    "list intents": lambda: list(stripe_gateway.intents_between(1_700_000_000, 1_700_000_001)),
    "list charged intents": lambda: list(
        stripe_gateway.charged_intents_between(1_700_000_000, 1_700_000_001)
    ),
    "find a session": lambda: stripe_gateway.find_session(
        attempt_id=1, reference="none", start=1_700_000_000, end=1_700_000_001
    ),
    "find an intent": lambda: stripe_gateway.find_intent(
        attempt_id=1, reference="none", start=1_700_000_000, end=1_700_000_001
    ),
    "refund": lambda: stripe_gateway.refund(
        refund_id=1, intent_id="pi_123", amount_minor=9000, currency="USD"
    ),
    "look up a refund": lambda: stripe_gateway.look_up_refund("re_123"),
}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[StripeRefused | None]:
    """How each request ended, whichever way it was made: refused, or None where it was answered.

    Some callers go on after a refusal: it counts all the same.
    """
    heard: list[StripeRefused | None] = []
    inner = stripe_calls._answer

    def listening(call: Callable[[], Any]) -> dict[str, Any]:
        try:
            answer = inner(call)
        except StripeRefused as error:
            heard.append(error)
            raise
        heard.append(None)
        return answer

    monkeypatch.setattr(stripe_calls, "_answer", listening)
    return heard


def objections(answers: list[StripeRefused | None]) -> list[StripeRefused]:
    """The ids are made up: that there is no such object is a fair answer, all else is not."""
    return [error for error in answers if error and error.code != "resource_missing"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", CALLS)
def test_the_checker_knows_every_parameter(
    name: str, checker: str, sandbox: object, answers: list[StripeRefused | None]
) -> None:
    with suppress(StripeRefused):
        CALLS[name]()

    assert answers
    assert objections(answers) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["authorise by method", "capture", "cancel", "look up"])
def test_a_parameter_that_stripe_does_not_know_is_noticed(
    name: str,
    checker: str,
    sandbox: object,
    answers: list[StripeRefused | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: these go out in two ways, and both are listened to."""
    monkeypatch.setattr(stripe_gateway, "CHARGE", {"hue": "red"})

    with suppress(StripeRefused):
        CALLS[name]()

    assert len(objections(answers)) == 1


def test_no_call_of_the_gateway_is_left_out() -> None:
    """A new function of the gateway must be tried here too."""
    source = Path(__file__).read_text()
    public = {
        name
        for name, value in vars(stripe_gateway).items()
        if inspect.isfunction(value)
        and value.__module__ == stripe_gateway.__name__
        and not name.startswith("_")
    }

    assert public == {name for name in public if f"stripe_gateway.{name}(" in source}


@pytest.mark.django_db(transaction=True)
def test_the_checker_refuses_what_stripe_does_not_know(checker: str, sandbox: object) -> None:
    """The negative control: a checker that takes everything would prove nothing."""
    with pytest.raises(StripeRefused):
        ask(lambda v1: v1.payment_intents.create({"amount": 1, "currency": "usd", "hue": "red"}))
