"""Checkout sessions: a hosted page on which one payment is made."""

from typing import Any

from payments.sandbox.addresses import check_web_url
from payments.sandbox.desk import Desk
from payments.sandbox.errors import InvalidParameter, StripeError
from payments.sandbox.ids import new_id
from payments.sandbox.intents import CANCELLABLE, cancel, confirm_intent, create_intent
from payments.sandbox.money import check_amount, checked_currency
from payments.sandbox.rendering import public
from payments.sandbox.session_objects import line_item, new_session
from payments.sandbox.store import StripeObject

SHORTEST_SECONDS, LONGEST_SECONDS = 30 * 60, 24 * 3600


def create_session(desk: Desk, wanted: dict[str, Any]) -> StripeObject:
    """An open session whose `url` is its hosted page. Only mode=payment is built."""
    if wanted["mode"] != "payment" or wanted.get("ui_mode", "hosted_page") != "hosted_page":
        raise InvalidParameter("The sandbox has hosted payment pages only.", param="mode")
    for name in ("success_url", "cancel_url"):
        _check_url(wanted.get(name), name)
    items = [line_item(item, position) for position, item in enumerate(_line_items(wanted))]
    currencies = {checked_currency(item["currency"]) for item in items}
    if len(currencies) != 1:
        raise InvalidParameter("All line items must have the same currency.", param="line_items")
    [currency] = currencies
    total = sum(item["amount_total"] for item in items)
    check_amount(total, currency)
    expires_at = _expiry(desk, wanted)
    session = new_session(
        identifier=new_id("checkout.session"),
        created=desk.now(),
        expires_at=expires_at,
        total=total,
        currency=currency,
        wanted=wanted,
    )
    session["url"] = f"{desk.settings.origin}/c/pay/{session['id']}"
    session["_items"] = items
    session["_intent_data"] = wanted.get("payment_intent_data", {})
    desk.store.set_timer(session["id"], "session_expires", due=expires_at)
    return desk.add(session)


def expire_session(desk: Desk, identifier: str) -> StripeObject:
    """End an open session; a payment half made on its page is cancelled with it."""
    session = desk.get("checkout.session", identifier, param="session")
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of `{session['status']}`.",
            checkout_session=public(session),
        )
    session |= {"status": "expired", "url": None}
    desk.store.clear_timer(identifier, "session_expires")
    desk.save(session)
    desk.announce("checkout.session.expired", session)
    if session["payment_intent"]:
        intent = desk.get("payment_intent", session["payment_intent"])
        if intent["status"] in CANCELLABLE:
            cancel(desk, intent, reason="expired")
    return session


def pay_session(
    desk: Desk, session: StripeObject, *, card: dict[str, Any], email: str
) -> StripeObject:
    """The intent after paying on the page with a card. Raises CardDeclined and CardRejected."""
    session["customer_details"] |= {"email": email}
    payment = {
        "payment_method_data": {"type": "card", "card": card, "billing_details": {"email": email}},
        "return_url": f"{desk.settings.origin}/c/pay/{session['id']}/return",
    }
    if session["payment_intent"]:
        intent = desk.get("payment_intent", session["payment_intent"])
    else:
        intent = _make_intent(desk, session)
        session["payment_intent"] = intent["id"]
    desk.save(session)
    return confirm_intent(desk, intent["id"], payment)


def line_items_of(session: StripeObject) -> StripeObject:
    """The session's line items as a list object."""
    return {
        "object": "list",
        "data": session["_items"],
        "has_more": False,
        "url": f"/v1/checkout/sessions/{session['id']}/line_items",
    }


def _make_intent(desk: Desk, session: StripeObject) -> StripeObject:
    wanted = {"payment_method_types": ["card"]} | session["_intent_data"]
    wanted |= {"amount": session["amount_total"], "currency": session["currency"]}
    intent = create_intent(desk, wanted)
    return desk.save(intent | {"_session": session["id"]})


def _line_items(wanted: dict[str, Any]) -> list[dict[str, Any]]:
    items = wanted.get("line_items") or []
    if not items:
        raise InvalidParameter(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    for position, item in enumerate(items):
        for name in ("currency", "unit_amount", "product_data"):
            if name not in item.get("price_data", {}):
                where = f"line_items[{position}][price_data][{name}]"
                raise InvalidParameter(
                    f"Missing required param: {where}.", code="parameter_missing", param=where
                )
    return items


def _check_url(url: str | None, name: str) -> None:
    if url is not None:
        check_web_url(url, param=name)
    elif name != "cancel_url":
        raise InvalidParameter(
            f"Missing required param: {name}.", code="parameter_missing", param=name
        )


def _expiry(desk: Desk, wanted: dict[str, Any]) -> int:
    expires_at: int = wanted.get("expires_at", desk.now() + LONGEST_SECONDS)
    if not SHORTEST_SECONDS - 60 <= expires_at - desk.now() <= LONGEST_SECONDS + 60:
        raise InvalidParameter(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from"
            " Checkout Session creation.",
            param="expires_at",
        )
    return expires_at
