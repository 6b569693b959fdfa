"""Everything we ask of Stripe. Each call carries a key made from our own row and a verb.

Amounts go in and come out in our minor units. All functions raise StripeUnreachable when the
result is not known, and StripeRefused after a definite no, unless they say otherwise.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings

from payments.amounts import to_stripe
from payments.stripe_calls import StripeRefused, ask, post
from payments.stripe_states import (
    DisputeState,
    IntentState,
    RefundState,
    SessionState,
    Stage,
    read_dispute,
    read_intent,
    read_refund,
    read_session,
)

CHARGE = {"expand": ["latest_charge"]}
SESSION_INTENT = {"expand": ["payment_intent", "payment_intent.latest_charge"]}
PAGE = 100


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid, frozen on the attempt: repeating it makes the very same request."""

    attempt_id: int
    reference: str
    amount_minor: int
    currency: str
    return_url: str
    payment_method: str = ""
    confirmation_token: str = ""

    @property
    def metadata(self) -> dict[str, str]:
        """By which we know the payment again, whatever was lost."""
        return {
            "attempt": str(self.attempt_id),
            "booking": self.reference,
            "site": settings.SITE_URL,
        }


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as Stripe's own page shows it."""

    name: str
    note: str
    amount_minor: int


def authorise(order: Order) -> IntentState:
    """Create and confirm an intent that blocks the money without taking it.

    A declined card is a state (stage refused), not an error.
    """
    params: dict[str, Any] = {
        "amount": to_stripe(order.amount_minor, order.currency),
        "currency": order.currency.lower(),
        "capture_method": "manual",
        "confirm": True,
        "allowed_payment_method_types": ["card"],
        "return_url": order.return_url,
        "metadata": order.metadata,
        **CHARGE,
    }
    if order.confirmation_token:
        params["confirmation_token"] = order.confirmation_token
    else:
        params["payment_method"] = order.payment_method
    try:
        raw = post(
            "/v1/payment_intents",
            params,
            key=_key("att", order.attempt_id, order.reference, "create"),
        )
    except StripeRefused as error:
        if error.intent and error.intent.stage == Stage.REFUSED:
            return error.intent
        raise
    return read_intent(raw)


def look_up(intent_id: str) -> IntentState:
    """The intent as it is now."""
    return read_intent(ask(lambda v1: v1.payment_intents.retrieve(intent_id, CHARGE)))


def cancel(*, attempt_id: int, intent_id: str) -> IntentState:
    """End the intent and free the money. Where that is too late, the state says so."""
    try:
        raw = ask(
            lambda v1: v1.payment_intents.cancel(
                intent_id, CHARGE, _under("att", attempt_id, intent_id, "cancel")
            )
        )
    except StripeRefused as error:
        if error.code == "payment_intent_unexpected_state":
            return look_up(intent_id)
        raise
    return read_intent(raw)


def release_stray(intent_id: str) -> IntentState:
    """End an authorised intent that no attempt of ours stands for."""
    options: Any = {"idempotency_key": f"stray:{intent_id}:cancel"}
    return read_intent(ask(lambda v1: v1.payment_intents.cancel(intent_id, CHARGE, options)))


def capture(*, attempt_id: int, intent_id: str, amount_minor: int, currency: str) -> IntentState:
    """Take the blocked money, all of it. Captured before is fine: the state says so."""
    params = {"amount_to_capture": to_stripe(amount_minor, currency), **CHARGE}
    try:
        raw = post(
            f"/v1/payment_intents/{quote(intent_id, safe='')}/capture",
            params,
            key=_key("att", attempt_id, intent_id, "capture"),
        )
    except StripeRefused as error:
        if error.code == "payment_intent_unexpected_state":
            return look_up(intent_id)
        raise
    return read_intent(raw)


def open_session(
    order: Order,
    *,
    lines: list[OrderLine],
    success_url: str,
    cancel_url: str,
    email: str,
    expires_at: int,
) -> SessionState:
    """A payment page at Stripe. `expires_at` is Unix time, 30 minutes to 24 hours from now."""
    currency = order.currency.lower()
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency,
                    "unit_amount": to_stripe(line.amount_minor, order.currency),
                    "product_data": {"name": line.name, "description": line.note},
                },
            }
            for line in lines
        ],
        "payment_intent_data": {"capture_method": "manual", "metadata": order.metadata},
        "metadata": order.metadata,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "customer_email": email,
        "expires_at": expires_at,
        **SESSION_INTENT,
    }
    return read_session(
        ask(
            lambda v1: v1.checkout.sessions.create(
                params, _under("att", order.attempt_id, order.reference, "open")
            )
        )
    )


def look_up_session(session_id: str) -> SessionState:
    """The session as it is now, with its intent."""
    return read_session(ask(lambda v1: v1.checkout.sessions.retrieve(session_id, SESSION_INTENT)))


def expire_session(*, attempt_id: int, session_id: str) -> SessionState:
    """End the page, so that nobody can pay on it any more; one that is over says how it ended."""
    with suppress(StripeRefused):  # complete or expired already
        ask(
            lambda v1: v1.checkout.sessions.expire(
                session_id, {}, _under("att", attempt_id, session_id, "expire")
            )
        )
    return look_up_session(session_id)


def refund(*, refund_id: int, intent_id: str, amount_minor: int, currency: str) -> RefundState:
    """Send money back."""
    params = {
        "payment_intent": intent_id,
        "amount": to_stripe(amount_minor, currency),
        "metadata": {"refund": str(refund_id), "site": settings.SITE_URL},
    }
    return read_refund(
        ask(lambda v1: v1.refunds.create(params, _under("ref", refund_id, intent_id, "create")))
    )


def look_up_refund(stripe_id: str) -> RefundState:
    """The refund as it is now."""
    return read_refund(ask(lambda v1: v1.refunds.retrieve(stripe_id)))


def refunds_of(intent_id: str) -> list[RefundState]:
    """Every refund of this intent, newest first."""
    raw = ask(lambda v1: v1.refunds.list({"payment_intent": intent_id, "limit": PAGE}))
    return [read_refund(one) for one in raw["data"]]


def disputes_of(intent_id: str) -> list[DisputeState]:
    """Every dispute over this intent, newest first."""
    raw = ask(lambda v1: v1.disputes.list({"payment_intent": intent_id, "limit": PAGE}))
    return [read_dispute(one) for one in raw["data"]]


def intents_between(start: int, end: int) -> Iterator[IntentState]:
    """Every intent of the account that was made between two moments in Unix time.

    Without their charges: the refunded sum, the card and disputes are not in it.
    """
    for raw in _pages(lambda v1, params: v1.payment_intents.list(params), start, end):
        yield read_intent(raw)


def charged_intents_between(start: int, end: int) -> Iterator[IntentState]:
    """The same with their charges: what was refunded of each, and whether it is disputed."""
    charge = {"expand": ["data.latest_charge"]}
    for raw in _pages(lambda v1, params: v1.payment_intents.list({**params, **charge}), start, end):
        yield read_intent(raw)


def find_intent(*, attempt_id: int, reference: str, start: int, end: int) -> IntentState | None:
    """The intent of this attempt, by what it carries; None when Stripe has none."""
    for state in intents_between(start, end):
        if _is_for(state.metadata, attempt_id, reference):
            return look_up(state.id)
    return None


def find_session(*, attempt_id: int, reference: str, start: int, end: int) -> SessionState | None:
    """The session of this attempt, by what it carries; None when Stripe has none."""
    for raw in _pages(lambda v1, params: v1.checkout.sessions.list(params), start, end):
        if _is_for(raw.get("metadata") or {}, attempt_id, reference):
            return look_up_session(raw["id"])
    return None


def events_between(start: int, end: int, *, types: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Events of these types (`*` allowed) that Stripe made between two moments in Unix time."""
    chosen = {"types": list(types)}
    yield from _pages(lambda v1, params: v1.events.list({**params, **chosen}), start, end)


def _is_for(metadata: dict[str, str], attempt_id: int, reference: str) -> bool:
    return metadata.get("attempt") == str(attempt_id) and metadata.get("booking") == reference


def _pages(call: Any, start: int, end: int) -> Iterator[dict[str, Any]]:
    params: dict[str, Any] = {"created": {"gte": start, "lte": end}, "limit": PAGE}
    while True:
        page = ask(lambda v1: call(v1, dict(params)))
        yield from page["data"]
        if not page["has_more"]:
            return
        params["starting_after"] = page["data"][-1]["id"]


def _key(row: str, identifier: int, of: str, verb: str) -> str:
    """The idempotency key of one act: made from the attempt's or refund's own row alone.

    `of` is what is random on that row (the booking's reference, Stripe's id): ids start again with
    every new database, and a Stripe account may have seen attempt 1 of another one.
    """
    return f"{row}:{identifier}:{of}:{verb}"


def _under(row: str, identifier: int, of: str, verb: str) -> Any:
    """The same key as the client's options."""
    return {"idempotency_key": _key(row, identifier, of, verb)}
