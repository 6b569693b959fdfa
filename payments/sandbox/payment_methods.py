"""Payment methods and confirmation tokens: how a card gets to an intent."""

from datetime import UTC, datetime
from typing import Any

from payments.sandbox.addresses import check_return_url
from payments.sandbox.cards import BY_NUMBER, NEVER, Card, card_named, is_well_formed
from payments.sandbox.declines import NOT_A_TEST_CARD
from payments.sandbox.desk import Desk
from payments.sandbox.errors import CardRejected, InvalidParameter, ResourceMissing
from payments.sandbox.ids import new_id, random_text
from payments.sandbox.objects import EMPTY_BILLING
from payments.sandbox.store import StripeObject

TOKEN_LIFE_SECONDS = 12 * 3600
FINGERPRINT = "sandbox_fingerprint"
ALREADY_USED = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer"
    " attachment, shared with a connected account without Customer attachment, or was detached"
    " from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must"
    " attach it to a Customer first."
)


def create_payment_method(desk: Desk, wanted: dict[str, Any]) -> StripeObject:
    """A stored payment method of the card described by number or token.

    Raises CardRejected for a number, date or code that no card has.
    """
    described = wanted.get("card")
    if wanted.get("type", "card") != "card" or not described:
        raise InvalidParameter(
            "Missing required param: card.", code="parameter_missing", param="card"
        )
    card = card_described(described, now=desk.now())
    made = _payment_method(desk, card, described, wanted)
    return desk.add(made)


def payment_method_for(desk: Desk, identifier: str, *, status: int = 400) -> StripeObject:
    """The payment method of this id; for a name like `pm_card_visa`, a new one.

    Raises ResourceMissing.
    """
    card = card_named(identifier) if identifier.startswith("pm_card_") else None
    if card is not None:
        return desk.add(_payment_method(desk, card, {}, {}))
    return desk.get("payment_method", identifier, param="payment_method", status=status)


def check_unused(payment_method: StripeObject) -> None:
    """Raises InvalidParameter for one that has already paid: without a customer it pays once."""
    if payment_method.get("_used"):
        raise InvalidParameter(ALREADY_USED)


def card_of(payment_method: StripeObject) -> Card:
    """What the card behind a payment method does."""
    return BY_NUMBER[payment_method["_number"]]


def card_described(described: dict[str, Any], *, now: int) -> Card:
    """The test card with this number or token, once its details are found fit.

    Raises CardRejected, ResourceMissing or InvalidParameter.
    """
    if "token" in described:
        card = card_named(described["token"])
        if card is None:
            raise ResourceMissing("token", described["token"], param="card[token]", status=400)
        return card
    for name in ("number", "exp_month", "exp_year"):
        if name not in described:
            raise InvalidParameter(
                f"Missing required param: card[{name}].",
                code="parameter_missing",
                param=f"card[{name}]",
            )
    number = described["number"].replace(" ", "").replace("-", "")
    _check_number(number)
    _check_expiry(described["exp_month"], described["exp_year"], now=now)
    _check_code(described.get("cvc"))
    if number not in BY_NUMBER:
        raise CardRejected(
            NOT_A_TEST_CARD.message,
            code=NOT_A_TEST_CARD.code,
            param="number",
            **NOT_A_TEST_CARD.details(),
        )
    return BY_NUMBER[number]


def _check_number(number: str) -> None:
    known = number in BY_NUMBER
    if not known and not is_well_formed(number):
        raise CardRejected(
            "Your card number is incorrect.", code="incorrect_number", param="number"
        )


def _check_expiry(month: int, year: int, *, now: int) -> None:
    today = datetime.fromtimestamp(now, UTC)
    full_year = year + 2000 if year < 100 else year
    if not 1 <= month <= 12:
        raise CardRejected(
            "Your card's expiration month is invalid.",
            code="invalid_expiry_month",
            param="exp_month",
        )
    in_range = today.year <= full_year <= today.year + 50
    if not in_range or (full_year, month) < (today.year, today.month):
        raise CardRejected(
            "Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year"
        )


def _check_code(code: str | None) -> None:
    if code is not None and not (code.isascii() and code.isdigit() and len(code) in (3, 4)):
        raise CardRejected("Your card's security code is invalid.", code="invalid_cvc", param="cvc")


def _payment_method(
    desk: Desk, card: Card, described: dict[str, Any], wanted: dict[str, Any]
) -> StripeObject:
    metadata = wanted.get("metadata", {})
    fixed = metadata.get(FINGERPRINT) or desk.chaos.controls["card_fingerprint"]
    year = described.get("exp_year", datetime.fromtimestamp(desk.now(), UTC).year + 1)
    return {
        "id": new_id("payment_method"),
        "object": "payment_method",
        "allow_redisplay": wanted.get("allow_redisplay", "unspecified"),
        "billing_details": billing_details(wanted.get("billing_details", {})),
        "card": _card_fields(card)
        | {
            "exp_month": described.get("exp_month", 12),
            "exp_year": year + 2000 if year < 100 else year,
            "fingerprint": fixed or random_text(16),
        },
        "created": desk.now(),
        "customer": None,
        "livemode": False,
        "metadata": metadata,
        "radar_options": {},
        "type": "card",
        "_number": card.number,
        "_code_given": "cvc" in described,
    }


def _card_fields(card: Card) -> dict[str, Any]:
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None}
    return {
        "brand": card.brand,
        "checks": checks,
        "country": card.country,
        "display_brand": card.brand,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.three_d_secure != NEVER},
        "wallet": None,
    }


def billing_details(given: dict[str, Any]) -> dict[str, Any]:
    """Stripe's shape of billing details, blanks filled with null."""
    address = EMPTY_BILLING["address"] | given.get("address", {})
    return EMPTY_BILLING | given | {"address": address}


def create_confirmation_token(
    desk: Desk, wanted: dict[str, Any], *, from_browser: bool
) -> StripeObject:
    """A token that carries a payment method to one confirmation, within 12 hours.

    One made in a browser asks for next actions that Stripe.js handles.
    """
    if "return_url" in wanted:
        check_return_url(wanted["return_url"])
    carried = _carried(desk, wanted)
    preview = {
        name: carried[name]
        for name in ("allow_redisplay", "billing_details", "card", "customer", "type")
    }
    token = {
        "id": new_id("confirmation_token"),
        "object": "confirmation_token",
        "created": desk.now(),
        "expires_at": desk.now() + TOKEN_LIFE_SECONDS,
        "livemode": False,
        "mandate_data": None,
        "payment_intent": None,
        "payment_method_options": None,
        "payment_method_preview": preview,
        "return_url": wanted.get("return_url"),
        "setup_future_usage": wanted.get("setup_future_usage"),
        "setup_intent": None,
        "shipping": None,
        "use_stripe_sdk": from_browser,
        "_payment_method": carried["id"],
    }
    return desk.add(token)


def _carried(desk: Desk, wanted: dict[str, Any]) -> StripeObject:
    """The payment method that a new token is to carry."""
    if "payment_method_data" in wanted:
        return create_payment_method(desk, wanted["payment_method_data"])
    if "payment_method" in wanted:
        return payment_method_for(desk, wanted["payment_method"])
    raise InvalidParameter(
        "Missing required param: payment_method_data.",
        code="parameter_missing",
        param="payment_method_data",
    )


def spend_confirmation_token(desk: Desk, identifier: str, *, intent_id: str) -> StripeObject:
    """Use a token for an intent, and get the token; its payment method is in `_payment_method`.

    The same token may be used again for the same intent. Raises ResourceMissing or
    InvalidParameter for one that is spent or too old.
    """
    token = desk.get("confirmation_token", identifier, param="confirmation_token", status=400)
    if token["payment_intent"] not in (None, intent_id):
        raise InvalidParameter(
            f"The ConfirmationToken {identifier} has already been used to confirm another"
            " PaymentIntent.",
            param="confirmation_token",
        )
    if token["expires_at"] < desk.now():
        raise InvalidParameter(
            f"The ConfirmationToken {identifier} has expired.", param="confirmation_token"
        )
    return desk.save(token | {"payment_intent": intent_id})
