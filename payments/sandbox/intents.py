"""PaymentIntents: made, confirmed, captured, cancelled, in a strict order of states."""

from typing import Any

from payments.sandbox.addresses import check_return_url
from payments.sandbox.authorisation import attempt, decline, settle
from payments.sandbox.declines import GENERIC
from payments.sandbox.desk import Desk
from payments.sandbox.errors import InvalidParameter, StripeError
from payments.sandbox.money import check_amount, checked_currency
from payments.sandbox.objects import new_intent
from payments.sandbox.parameters import CONFIRM_ONLY
from payments.sandbox.payment_methods import (
    check_unused,
    create_payment_method,
    payment_method_for,
    spend_confirmation_token,
)
from payments.sandbox.rendering import public
from payments.sandbox.session_status import follow_intent
from payments.sandbox.store import StripeObject

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)
PLAIN_FIELDS = """
customer description metadata receipt_email setup_future_usage shipping statement_descriptor
statement_descriptor_suffix transfer_group
""".split()
NEEDS_RETURN_URL = (
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because"
    " some of these payment methods might redirect your customer off of your page, you must provide"
    " a `return_url`. If you don't want to accept redirect-based payment methods, set"
    " `automatic_payment_methods[enabled]` to `true` and"
    " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and"
    " Payment Intents."
)


def create_intent(desk: Desk, wanted: dict[str, Any]) -> StripeObject:
    """A new intent, confirmed at once with `confirm`. Raises CardDeclined and InvalidParameter."""
    _check_confirm_only(wanted)
    currency = checked_currency(wanted["currency"])
    check_amount(wanted["amount"], currency)
    intent = new_intent(amount=wanted["amount"], currency=currency, created=desk.now())
    _set_fields(intent, wanted)
    intent["payment_method_types"] = _payment_method_types(intent, wanted)
    if not wanted.get("confirm"):
        _give_payment_method(desk, intent, wanted)
    desk.add(intent)
    desk.announce("payment_intent.created", intent)
    return confirm(desk, intent, wanted) if wanted.get("confirm") else intent


def update_intent(desk: Desk, identifier: str, wanted: dict[str, Any]) -> StripeObject:
    """Change an intent that has not been authorised; afterwards only what does not touch money."""
    intent = desk.get("payment_intent", identifier, param="intent")
    if wanted.keys() - {"metadata", "description", "receipt_email", "expand", "shipping"}:
        check_state(intent, "updated", CONFIRMABLE)
    if "currency" in wanted:
        intent["currency"] = checked_currency(wanted["currency"])
    if "amount" in wanted:
        check_amount(wanted["amount"], intent["currency"])
        intent["amount"] = wanted["amount"]
    _set_fields(intent, wanted)
    _give_payment_method(desk, intent, wanted)
    return desk.save(intent)


def confirm_intent(desk: Desk, identifier: str, wanted: dict[str, Any]) -> StripeObject:
    """Try to take the money. Raises CardDeclined, and StripeError for a state that forbids it."""
    intent = desk.get("payment_intent", identifier, param="intent")
    check_state(intent, "confirmed", CONFIRMABLE)
    _set_fields(intent, wanted)
    return confirm(desk, intent, wanted)


def confirm(desk: Desk, intent: StripeObject, wanted: dict[str, Any]) -> StripeObject:
    """Confirm a stored intent with the payment method that it has or is given."""
    terms = {name: wanted[name] for name in CONFIRM_ONLY if name in wanted}
    if "confirmation_token" in terms:
        token = spend_confirmation_token(desk, terms["confirmation_token"], intent_id=intent["id"])
        wanted = wanted | {"payment_method": token["_payment_method"]}
        if not terms.get("return_url"):
            terms.setdefault("use_stripe_sdk", token["use_stripe_sdk"])
        terms.setdefault("return_url", token["return_url"])
    _check_automatic(intent, terms)
    if terms.get("return_url"):
        check_return_url(terms["return_url"])
    _give_payment_method(desk, intent, wanted)
    if not intent["payment_method"]:
        raise StripeError(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can"
            " either update the PaymentIntent with a payment method and then confirm it again, or"
            " confirm it again directly with a payment method or ConfirmationToken.",
            code="payment_intent_unexpected_state",
            payment_intent=public(intent),
        )
    check_unused(desk.get("payment_method", intent["payment_method"]))
    intent |= {"status": "requires_confirmation", "next_action": None, "last_payment_error": None}
    return follow_intent(desk, attempt(desk, intent, terms))


def capture_intent(desk: Desk, identifier: str, wanted: dict[str, Any]) -> StripeObject:
    """Take the authorised money, or less of it; what is left goes back to the buyer."""
    intent = desk.get("payment_intent", identifier, param="intent")
    check_state(intent, "captured", ("requires_capture",))
    left = int(intent["amount_capturable"])
    amount = int(wanted["amount_to_capture"]) if "amount_to_capture" in wanted else left
    if amount > left:
        raise StripeError(
            f"The amount_to_capture is greater than the amount that can be captured ({left}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    if amount < 1:
        raise InvalidParameter(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount_to_capture",
        )
    desk.store.clear_timer(intent["id"], "authorisation_lapses")
    if desk.chaos.declines_capture():
        raise _refused_capture(desk, intent)
    _set_fields(intent, wanted)
    made = desk.get("charge", intent["latest_charge"])
    return follow_intent(desk, settle(desk, intent, made, amount=amount, event="charge.captured"))


def cancel_intent(desk: Desk, identifier: str, wanted: dict[str, Any]) -> StripeObject:
    """End an intent for good; an authorisation is released. No capture can follow."""
    intent = desk.get("payment_intent", identifier, param="intent")
    if intent["status"] not in CANCELLABLE:
        raise _unexpected_state(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
            " Only a PaymentIntent with one of the following statuses may be canceled:"
            f" {', '.join(CANCELLABLE)}.",
        )
    if intent.get("_session") and intent["status"] != "requires_capture":
        raise _unexpected_state(
            intent,
            "You cannot cancel this PaymentIntent because it was created by a Checkout Session."
            " Expire the Checkout Session instead.",
        )
    return cancel(desk, intent, reason=wanted.get("cancellation_reason"))


def cancel(desk: Desk, intent: StripeObject, *, reason: str | None) -> StripeObject:
    """Cancel an intent whose state has been checked. No refund is made: nothing was captured."""
    desk.store.clear_timer(intent["id"], "authorisation_lapses")
    intent |= {
        "status": "canceled",
        "canceled_at": desk.now(),
        "cancellation_reason": reason,
        "amount_capturable": 0,
        "next_action": None,
    }
    desk.save(intent)
    desk.announce("payment_intent.canceled", intent)
    return intent


def check_state(intent: StripeObject, act: str, allowed: tuple[str, ...]) -> None:
    """Raises StripeError `payment_intent_unexpected_state` unless the status is an allowed one."""
    if intent["status"] not in allowed:
        raise _unexpected_state(
            intent,
            f"This PaymentIntent could not be {act} because it has a status of"
            f" {intent['status']}. Only a PaymentIntent with one of the following statuses may be"
            f" {act}: {', '.join(allowed)}.",
        )


def _unexpected_state(intent: StripeObject, message: str) -> StripeError:
    code = "payment_intent_unexpected_state"
    return StripeError(message, code=code, payment_intent=public(intent))


def _refused_capture(desk: Desk, intent: StripeObject) -> StripeError:
    made = desk.get("charge", intent["latest_charge"])
    desk.save(made | {"status": "failed", "paid": False, "failure_code": GENERIC.code})
    return decline(desk, intent, GENERIC)


def _check_automatic(intent: StripeObject, terms: dict[str, Any]) -> None:
    automatic = intent["automatic_payment_methods"]
    if not automatic or terms.get("off_session"):
        return
    if automatic["allow_redirects"] == "always" and not terms.get("return_url"):
        raise InvalidParameter(NEEDS_RETURN_URL)
    if terms.get("error_on_requires_action"):
        raise InvalidParameter(
            "You cannot use `error_on_requires_action` with automatic payment methods.",
            param="error_on_requires_action",
        )


def _check_confirm_only(wanted: dict[str, Any]) -> None:
    if wanted.get("confirm"):
        return
    for name in CONFIRM_ONLY:
        if name in wanted and name not in ("use_stripe_sdk", "radar_options"):
            raise InvalidParameter(
                f"The parameter `{name}` cannot be passed when creating a PaymentIntent unless"
                " `confirm` is set to true.",
                param=name,
            )


def _set_fields(intent: StripeObject, wanted: dict[str, Any]) -> None:
    for name in PLAIN_FIELDS:
        if name in wanted and name != "metadata":
            intent[name] = wanted[name]
    given = intent["metadata"] | wanted.get("metadata", {})
    intent["metadata"] = {key: text for key, text in given.items() if text != ""}
    if "capture_method" in wanted:
        intent["capture_method"] = wanted["capture_method"]
    options = wanted.get("payment_method_options", {}).get("card", {})
    if options.get("capture_method"):
        intent["capture_method"] = options["capture_method"]
    if "request_three_d_secure" in options:
        asked = {"request_three_d_secure": options["request_three_d_secure"]}
        intent["payment_method_options"]["card"] |= asked


def _payment_method_types(intent: StripeObject, wanted: dict[str, Any]) -> list[str]:
    given = [
        name for name in ("allowed_payment_method_types", "payment_method_types") if name in wanted
    ]
    automatic = wanted.get("automatic_payment_methods", {})
    if len(given) + bool(automatic.get("enabled")) > 1:
        raise InvalidParameter(
            "You may only specify one of these parameters: automatic_payment_methods,"
            " allowed_payment_method_types, payment_method_types.",
            param=given[0],
        )
    if given:
        types = wanted[given[0]]
        unknown = set(types) - {"card", "link"}
        if "card" not in types or (unknown and given == ["payment_method_types"]):
            raise InvalidParameter(
                f"The payment method type provided: {', '.join(sorted(unknown))} is invalid.",
                param=given[0],
            )
        if given == ["allowed_payment_method_types"]:
            intent["allowed_payment_method_types"] = types
        return [name for name in types if name not in unknown]
    if automatic.get("enabled", True):
        intent["automatic_payment_methods"] = {
            "allow_redirects": automatic.get("allow_redirects", "always"),
            "enabled": True,
        }
    return ["card"]


def _give_payment_method(desk: Desk, intent: StripeObject, wanted: dict[str, Any]) -> None:
    if "payment_method_data" in wanted:
        given = create_payment_method(desk, wanted["payment_method_data"])
    elif "payment_method" in wanted:
        given = payment_method_for(desk, wanted["payment_method"])
    else:
        return
    check_unused(given)
    intent["payment_method"] = given["id"]
    if intent["status"] in CONFIRMABLE:
        intent |= {"status": "requires_confirmation", "next_action": None}
