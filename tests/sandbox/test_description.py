"""Answers and parameter tables, held against Stripe's own description where it is found."""

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
import requests
import stripe

from payments.sandbox import parameters, schema
from payments.sandbox.endpoints import ENDPOINTS
from tests.sandbox.description import EXCERPT, full_description, spec_file, strict
from tests.sandbox.process import Sandbox

Check = Callable[[dict[str, Any]], list[str]]


def excerpt_check(thing: dict[str, Any]) -> list[str]:
    """What is wrong with an object by the excerpt."""
    validator = jsonschema.Draft202012Validator(EXCERPT[thing["object"]])
    return [error.message for error in validator.iter_errors(thing)]


def full_check() -> Check:
    """What is wrong with an object by Stripe's whole description."""
    components = strict(full_description()["components"])

    def check(thing: dict[str, Any]) -> list[str]:
        root = {"$ref": f"#/components/schemas/{thing['object']}", "components": components}
        validator = jsonschema.Draft202012Validator(root)
        best = (jsonschema.exceptions.best_match([e]) for e in validator.iter_errors(thing))
        return [f"{error.json_path}: {error.message[:300]}" for error in best]

    return check


CHECKS = [pytest.param(lambda: excerpt_check, id="excerpt")]
if spec_file():
    CHECKS.append(pytest.param(full_check, id="stripe-openapi"))


@pytest.fixture(scope="module", params=CHECKS)
def check(request: pytest.FixtureRequest) -> Check:
    return request.param()


SESSION: Any = {
    "mode": "payment",
    "line_items": [
        {
            "price_data": {
                "currency": "usd",
                "unit_amount": 900,
                "product_data": {"name": "A"},
            },
            "quantity": 1,
        }
    ],
    "success_url": "http://127.0.0.1:1/done",
}


def disputed(intent_id: str, sandbox: Sandbox) -> dict[str, Any]:
    """A dispute over a captured payment."""
    address = f"{sandbox.url}/_chaos/disputes"
    return requests.post(address, json={"payment_intent": intent_id}, timeout=60).json()


@pytest.fixture
def answers(pay, stripe_api, sandbox) -> dict[str, dict[str, Any]]:
    """An answer of each kind and state, as the sandbox gives it."""
    authorised, captured = pay(), pay(capture_method="automatic")
    cancelled = pay("pm_card_threeDSecure2Required")
    challenged = pay("pm_card_threeDSecure2Required")
    authenticated = pay("pm_card_threeDSecure2Required")
    requests.post(authenticated.next_action.redirect_to_url.url, {"outcome": "succeed"}, timeout=60)
    stripe_api.v1.payment_intents.cancel(cancelled.id)
    with pytest.raises(stripe.CardError) as declined:
        pay("pm_card_visa_chargeDeclined")
    refund = stripe_api.v1.refunds.create({"payment_intent": captured.id, "amount": 100})
    sdk = pay("pm_card_threeDSecure2Required", use_stripe_sdk=True)
    session = stripe_api.v1.checkout.sessions.create(SESSION)
    dispute = disputed(pay(capture_method="automatic").id, sandbox)
    intents, failed = "/v1/payment_intents/", declined.value.error.charge
    movement = sandbox.get(f"/v1/charges/{captured.latest_charge}")["balance_transaction"]
    expanded = "?expand[]=latest_charge.balance_transaction&expand[]=payment_method"
    addresses = {
        "authorised": f"{intents}{authorised.id}",
        "captured, expanded": f"{intents}{captured.id}{expanded}",
        "cancelled": f"{intents}{cancelled.id}",
        "challenged": f"{intents}{challenged.id}",
        "challenged by Stripe.js": f"{intents}{sdk.id}",
        "declined": f"{intents}{declined.value.error.payment_intent.id}",
        "charge": f"/v1/charges/{captured.latest_charge}?expand[]=refunds",
        "authenticated": f"{intents}{authenticated.id}?expand[]=latest_charge",
        "failed charge": f"/v1/charges/{failed}",
        "refund": f"/v1/refunds/{refund.id}?expand[]=charge",
        "payment method": f"/v1/payment_methods/{captured.payment_method}",
        "session": f"/v1/checkout/sessions/{session.id}?expand[]=line_items",
        "dispute": f"/v1/disputes/{dispute['id']}",
        "balance": "/v1/balance",
        "balance transaction": f"/v1/balance_transactions/{movement}",
    }
    found = {name: sandbox.get(address) for name, address in addresses.items()}
    events = sandbox.get("/v1/events?limit=100")["data"]
    found |= {f"event {event['type']}": event for event in events}
    token = sandbox.post("/v1/test_helpers/confirmation_tokens", {"payment_method": "pm_card_visa"})
    [endpoint] = sandbox.get("/v1/webhook_endpoints")["data"]
    return found | {"confirmation token": token.json(), "webhook endpoint": endpoint}


def test_every_kind_of_answer_is_as_stripe_describes_it(answers, check):
    wrong = {name: problems for name, thing in answers.items() if (problems := check(thing))}

    assert wrong == {}
    assert len({thing["object"] for thing in answers.values()}) >= 11


def test_the_check_itself_finds_a_wrong_object(answers, check):
    broken = answers["authorised"] | {"status": "nearly_done"}

    assert check(broken)


def test_the_objects_within_events_are_as_stripe_describes_them(answers, check):
    events = {name: thing for name, thing in answers.items() if thing["object"] == "event"}
    wrong = {
        name: problems
        for name, event in events.items()
        if (problems := check(event["data"]["object"]))
    }

    assert wrong == {}
    assert len(events) >= 12


def names_in(kind: Any, prefix: str = "") -> Iterator[str]:
    """The full names of the parameters in one of our tables."""
    if isinstance(kind, schema.ListOf):
        yield from names_in(kind.kind, f"{prefix}[]")
    elif isinstance(kind, dict):
        for name, child in kind.items():
            full = f"{prefix}.{name}" if prefix else name
            yield full
            yield from names_in(child, full)


def described_names(described: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The full names of the parameters in Stripe's description of a body."""
    options = [described, *described.get("anyOf", [])]
    for option in options:
        if "items" in option:
            yield from described_names(option["items"], f"{prefix}[]")
        for name, child in option.get("properties", {}).items():
            full = f"{prefix}.{name}" if prefix else name
            yield full
            yield from described_names(child, full)


def described_parameters(method: str, path: str) -> set[str]:
    """What Stripe's description says that a call takes."""
    paths = full_description()["paths"]
    shape = "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
    for described, calls in paths.items():
        parts = ("{}" if part.startswith("{") else part for part in described.split("/"))
        if "/".join(parts) == shape and method.lower() in calls:
            call = calls[method.lower()]
            if method == "GET":
                return {parameter["name"] for parameter in call["parameters"]}
            content = call["requestBody"]["content"]
            return set(described_names(content["application/x-www-form-urlencoded"]["schema"]))
    return set()


# Calls that only a browser makes with Stripe.js have no public description.
UNDESCRIBED = {("POST", "/v1/confirmation_tokens")}
BEYOND = {
    "payment_method_data.card",  # sent by Stripe.js; the description leaves the card out
    "payment_method_data.card.number",
    "payment_method_data.card.exp_month",
    "payment_method_data.card.exp_year",
    "payment_method_data.card.cvc",
    "payment_method_data.card.token",
    "payment_method_data.card.networks",
}


def undescribed() -> dict[str, list[str]]:
    """The parameters that we take and Stripe does not describe, by call."""
    surplus = {}
    for endpoint in ENDPOINTS:
        if (endpoint.method, endpoint.path) in UNDESCRIBED:
            continue
        allowed = described_parameters(endpoint.method, endpoint.path) | BEYOND
        extra = sorted(set(names_in(endpoint.takes)) - allowed)
        if extra:
            surplus[f"{endpoint.method} {endpoint.path}"] = extra
    return surplus


def own_names() -> dict[str, list[str]]:
    """Without Stripe's file: what the site needs is in our tables."""
    needed = {"amount", "confirm", "capture_method", "confirmation_token", "metadata", "return_url"}
    missing = sorted(needed - set(names_in(parameters.INTENT_CREATE)))
    return {"POST /v1/payment_intents": missing} if missing else {}


SURPLUS = [pytest.param(own_names, id="excerpt")]
if spec_file():
    SURPLUS.append(pytest.param(undescribed, id="stripe-openapi"))


@pytest.mark.parametrize("surplus", SURPLUS)
def test_no_call_takes_a_parameter_that_stripe_does_not_describe(surplus):
    assert surplus() == {}
