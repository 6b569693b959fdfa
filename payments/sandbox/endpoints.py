"""Every call of the API: its address, its parameters, who may make it, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from payments.sandbox import parameters as takes
from payments.sandbox.desk import Desk
from payments.sandbox.errors import InvalidParameter, ResourceMissing
from payments.sandbox.intents import (
    cancel_intent,
    capture_intent,
    confirm_intent,
    create_intent,
    update_intent,
)
from payments.sandbox.listing import list_objects
from payments.sandbox.payment_methods import (
    create_confirmation_token,
    create_payment_method,
    payment_method_for,
)
from payments.sandbox.refunds import create_refund, update_refund
from payments.sandbox.sessions import create_session, expire_session, line_items_of
from payments.sandbox.store import StripeObject


@dataclass(frozen=True)
class Call:
    """One request, read and checked: the id in its path, its parameters, how it came."""

    identifier: str
    wanted: dict[str, Any]
    path: str
    from_browser: bool


Action = Callable[[Desk, Call], StripeObject]


@dataclass(frozen=True)
class Endpoint:
    """One call of the API. `browser` ones may be made with a publishable key."""

    method: str
    path: str
    action: Action
    takes: dict[str, Any]
    required: tuple[str, ...] = ()
    browser: bool = False


def retrieve(kind: str, param: str) -> Action:
    return lambda desk, call: desk.get(kind, call.identifier, param=param)


def listing(kind: str) -> Action:
    return lambda desk, call: list_objects(desk, kind, call.wanted, url=call.path)


def check_secret(desk: Desk, call: Call) -> None:
    """A browser opens an intent by its client secret alone."""
    secret = call.wanted.pop("client_secret", None)
    intent = desk.get("payment_intent", call.identifier, param="intent")
    if secret is None and call.from_browser:
        raise InvalidParameter(
            "Missing required param: client_secret.",
            code="parameter_missing",
            param="client_secret",
        )
    if secret is not None and secret != intent["client_secret"]:
        raise ResourceMissing("payment_intent", call.identifier, param="intent")


def retrieve_intent(desk: Desk, call: Call) -> StripeObject:
    check_secret(desk, call)
    return desk.get("payment_intent", call.identifier, param="intent")


def confirm(desk: Desk, call: Call) -> StripeObject:
    check_secret(desk, call)
    return confirm_intent(desk, call.identifier, call.wanted)


def confirmation_token(desk: Desk, call: Call) -> StripeObject:
    return create_confirmation_token(desk, call.wanted, from_browser=call.from_browser)


def session_line_items(desk: Desk, call: Call) -> StripeObject:
    return line_items_of(desk.get("checkout.session", call.identifier, param="session"))


def retrieve_payment_method(desk: Desk, call: Call) -> StripeObject:
    return payment_method_for(desk, call.identifier, status=404)


def balance(desk: Desk, call: Call) -> StripeObject:
    """What has been captured, less refunds and disputes, by currency."""
    rows = desk.store.connection.execute(
        "SELECT json_extract(body, '$.currency'), sum(json_extract(body, '$.net')) FROM objects"
        " WHERE kind = 'balance_transaction' GROUP BY 1 ORDER BY 1"
    )
    sums = [{"amount": net, "currency": name, "source_types": {"card": net}} for name, net in rows]
    return {"object": "balance", "available": sums, "livemode": False, "pending": []}


def webhook_endpoints(desk: Desk, call: Call) -> StripeObject:
    endpoints: list[StripeObject] = [
        {
            "id": f"we_sandbox{position}",
            "object": "webhook_endpoint",
            "api_version": desk.settings.api_version,
            "application": None,
            "created": 0,
            "description": "Given on the sandbox's command line.",
            "enabled_events": desk.settings.webhook_events,
            "livemode": False,
            "metadata": {},
            "status": "enabled",
            "url": url,
        }
        for position, url in enumerate(desk.settings.webhook_urls)
    ]
    return {"object": "list", "data": endpoints, "has_more": False, "url": call.path}


INTENTS, SESSIONS, REFUNDS = "/v1/payment_intents", "/v1/checkout/sessions", "/v1/refunds"
ENDPOINTS = [
    Endpoint(
        "POST",
        INTENTS,
        lambda desk, call: create_intent(desk, call.wanted),
        takes.INTENT_CREATE,
        ("amount", "currency"),
    ),
    Endpoint("GET", INTENTS, listing("payment_intent"), takes.LIST_INTENTS),
    Endpoint("GET", INTENTS + "/{id}", retrieve_intent, takes.INTENT_RETRIEVE, browser=True),
    Endpoint(
        "POST",
        INTENTS + "/{id}",
        lambda desk, call: update_intent(desk, call.identifier, call.wanted),
        takes.INTENT_UPDATE,
    ),
    Endpoint("POST", INTENTS + "/{id}/confirm", confirm, takes.INTENT_CONFIRM, browser=True),
    Endpoint(
        "POST",
        INTENTS + "/{id}/capture",
        lambda desk, call: capture_intent(desk, call.identifier, call.wanted),
        takes.INTENT_CAPTURE,
    ),
    Endpoint(
        "POST",
        INTENTS + "/{id}/cancel",
        lambda desk, call: cancel_intent(desk, call.identifier, call.wanted),
        takes.INTENT_CANCEL,
    ),
    Endpoint(
        "POST",
        REFUNDS,
        lambda desk, call: create_refund(desk, call.wanted),
        takes.REFUND_CREATE,
    ),
    Endpoint("GET", REFUNDS, listing("refund"), takes.LIST_REFUNDS),
    Endpoint("GET", REFUNDS + "/{id}", retrieve("refund", "refund"), takes.EXPAND),
    Endpoint(
        "POST",
        REFUNDS + "/{id}",
        lambda desk, call: update_refund(desk, call.identifier, call.wanted),
        takes.REFUND_UPDATE,
    ),
    Endpoint("GET", "/v1/charges", listing("charge"), takes.LIST_CHARGES),
    Endpoint("GET", "/v1/charges/{id}", retrieve("charge", "charge"), takes.EXPAND),
    Endpoint(
        "POST",
        "/v1/payment_methods",
        lambda desk, call: create_payment_method(desk, call.wanted),
        takes.PAYMENT_METHOD_CREATE,
        browser=True,
    ),
    Endpoint("GET", "/v1/payment_methods/{id}", retrieve_payment_method, takes.EXPAND),
    Endpoint(
        "POST",
        "/v1/confirmation_tokens",
        confirmation_token,
        takes.CONFIRMATION_TOKEN_CREATE,
        browser=True,
    ),
    Endpoint(
        "POST",
        "/v1/test_helpers/confirmation_tokens",
        confirmation_token,
        takes.CONFIRMATION_TOKEN_CREATE,
    ),
    Endpoint(
        "GET",
        "/v1/confirmation_tokens/{id}",
        retrieve("confirmation_token", "confirmation_token"),
        takes.EXPAND,
    ),
    Endpoint(
        "POST",
        SESSIONS,
        lambda desk, call: create_session(desk, call.wanted),
        takes.SESSION_CREATE,
        ("mode",),
    ),
    Endpoint("GET", SESSIONS, listing("checkout.session"), takes.LIST_SESSIONS),
    Endpoint("GET", SESSIONS + "/{id}", retrieve("checkout.session", "session"), takes.EXPAND),
    Endpoint("GET", SESSIONS + "/{id}/line_items", session_line_items, takes.PAGE),
    Endpoint(
        "POST",
        SESSIONS + "/{id}/expire",
        lambda desk, call: expire_session(desk, call.identifier),
        takes.SESSION_EXPIRE,
    ),
    Endpoint("GET", "/v1/events", listing("event"), takes.LIST_EVENTS),
    Endpoint("GET", "/v1/events/{id}", retrieve("event", "id"), takes.EXPAND),
    Endpoint("GET", "/v1/disputes", listing("dispute"), takes.LIST_DISPUTES),
    Endpoint("GET", "/v1/disputes/{id}", retrieve("dispute", "dispute"), takes.EXPAND),
    Endpoint("GET", "/v1/balance", balance, takes.EXPAND),
    Endpoint(
        "GET",
        "/v1/balance_transactions/{id}",
        retrieve("balance_transaction", "id"),
        takes.EXPAND,
    ),
    Endpoint("GET", "/v1/webhook_endpoints", webhook_endpoints, takes.PAGE),
]
