"""One attempt to take an intent's money: 3-D Secure, the bank's answer, the charge.

Expects an intent with a payment method; leaves intent, charge and events stored.
"""

from typing import Any

from payments.sandbox.cards import NEVER, REQUIRED, UNLESS_SET_UP, Card
from payments.sandbox.declines import (
    ACTION_REFUSED,
    AUTHENTICATION,
    AUTHENTICATION_FAILED,
    Decline,
)
from payments.sandbox.desk import Desk
from payments.sandbox.errors import CardDeclined
from payments.sandbox.ids import random_text
from payments.sandbox.objects import new_balance_transaction, new_charge, outcome_of
from payments.sandbox.payment_methods import card_of
from payments.sandbox.rendering import public
from payments.sandbox.store import StripeObject

AUTHORISATION_SECONDS = 7 * 24 * 3600
DISPUTE_DELAY_SECONDS = 1


def attempt(desk: Desk, intent: StripeObject, terms: dict[str, Any]) -> StripeObject:
    """Charge the intent's payment method, or ask for 3-D Secure first.

    `terms` are the confirmation's own parameters: return_url, off_session, use_stripe_sdk,
    error_on_requires_action. Raises CardDeclined, whose changes are to be kept.
    """
    payment_method = desk.get("payment_method", intent["payment_method"])
    card = card_of(payment_method)
    if not _must_authenticate(card, intent, terms):
        return charge(desk, intent, authenticated=False)
    if terms.get("off_session"):
        raise decline(desk, intent, AUTHENTICATION)
    if terms.get("error_on_requires_action"):
        raise decline(desk, intent, ACTION_REFUSED)
    return _ask_for_authentication(desk, intent, terms)


def charge(desk: Desk, intent: StripeObject, *, authenticated: bool) -> StripeObject:
    """The bank's answer: the intent authorised or paid. Raises CardDeclined."""
    payment_method = desk.get("payment_method", intent["payment_method"])
    card = card_of(payment_method)
    if card.decline:
        raise decline(desk, intent, card.decline, authenticated=authenticated)
    made = new_charge(intent, payment_method=payment_method, created=desk.now())
    manual = intent["capture_method"] == "manual"
    made |= {
        "status": "succeeded",
        "paid": True,
        "outcome": outcome_of(approved=True, reason=None, risk=_risk(card)),
        "payment_method_details": _details(desk, payment_method, made, authenticated=authenticated),
    }
    desk.add(made)
    desk.save(payment_method | {"_used": True})
    intent |= {"latest_charge": made["id"], "last_payment_error": None, "next_action": None}
    if manual:
        return _authorised(desk, intent, made)
    return settle(desk, intent, made, amount=made["amount"], event="charge.succeeded")


def _authorised(desk: Desk, intent: StripeObject, made: StripeObject) -> StripeObject:
    intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
    desk.store.set_timer(
        intent["id"], "authorisation_lapses", due=desk.now() + AUTHORISATION_SECONDS
    )
    desk.save(intent)
    desk.announce("charge.succeeded", made)
    desk.announce("payment_intent.amount_capturable_updated", intent)
    return intent


def settle(
    desk: Desk, intent: StripeObject, made: StripeObject, *, amount: int, event: str
) -> StripeObject:
    """Take `amount` of an authorised charge: the intent has succeeded."""
    movement = new_balance_transaction(
        source=made, kind="charge", amount=amount, created=desk.now()
    )
    desk.add(movement)
    made |= {
        "captured": True,
        "amount_captured": amount,
        "balance_transaction": movement["id"],
        "_captured_at": desk.now(),
    }
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    desk.save(made)
    desk.save(intent)
    desk.announce(event, made)
    desk.announce("payment_intent.succeeded", intent)
    reason = card_of(desk.get("payment_method", made["payment_method"])).dispute
    if reason:
        due = desk.now() + DISPUTE_DELAY_SECONDS
        desk.store.set_timer(made["id"], f"disputed:{reason}", due=due)
    return intent


def decline(
    desk: Desk, intent: StripeObject, reason: Decline, *, authenticated: bool = False
) -> CardDeclined:
    """Record a failed charge on the intent, and get the error to raise."""
    payment_method = desk.get("payment_method", intent["payment_method"])
    made = new_charge(intent, payment_method=payment_method, created=desk.now())
    made |= {
        "status": "failed",
        "failure_code": reason.code,
        "failure_message": reason.message,
        "outcome": outcome_of(approved=False, reason=reason.decline_code, risk="normal"),
        "payment_method_details": _details(desk, payment_method, made, authenticated=authenticated),
    }
    desk.add(made)
    error = CardDeclined(
        reason.message,
        code=reason.code,
        charge=made["id"],
        payment_method=public(payment_method),
        **reason.details(),
    )
    intent["latest_charge"] = made["id"]
    desk.announce("charge.failed", made)
    _failed(desk, intent, error.body()["error"])
    error.details["payment_intent"] = public(intent)
    return error


def authentication_failed(desk: Desk, intent: StripeObject) -> StripeObject:
    """The buyer did not pass 3-D Secure: the intent wants another payment method."""
    payment_method = desk.get("payment_method", intent["payment_method"])
    return _failed(
        desk,
        intent,
        {
            "code": "payment_intent_authentication_failure",
            "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
            "message": AUTHENTICATION_FAILED,
            "payment_method": public(payment_method),
            "type": "invalid_request_error",
        },
    )


def _failed(desk: Desk, intent: StripeObject, error: dict[str, Any]) -> StripeObject:
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "amount_capturable": 0,
        "last_payment_error": error,
    }
    desk.save(intent)
    desk.announce("payment_intent.payment_failed", intent)
    return intent


def _must_authenticate(card: Card, intent: StripeObject, terms: dict[str, Any]) -> bool:
    if card.three_d_secure == REQUIRED:
        return True
    if card.three_d_secure == UNLESS_SET_UP:
        return not (terms.get("off_session") and card.number == "4000003800000446")
    asked = intent["payment_method_options"]["card"].get("request_three_d_secure")
    return card.three_d_secure != NEVER and asked in ("any", "challenge")


def _ask_for_authentication(
    desk: Desk, intent: StripeObject, terms: dict[str, Any]
) -> StripeObject:
    token = random_text(24)
    url = f"{desk.settings.origin}/3ds/{intent['id']}/{token}"
    return_url = terms.get("return_url")
    if return_url and not terms.get("use_stripe_sdk"):
        action: dict[str, Any] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": url},
        }
    else:
        action = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {
                "type": "three_d_secure_redirect",
                "source": token,
                "stripe_js": url,
            },
        }
    intent |= {
        "status": "requires_action",
        "next_action": action,
        "last_payment_error": None,
        "_challenge": {"token": token, "return_url": return_url, "outcome": None},
    }
    desk.save(intent)
    desk.announce("payment_intent.requires_action", intent)
    return intent


def _risk(card: Card) -> str:
    return "elevated" if "riskLevelElevated" in card.names else "normal"


def _details(
    desk: Desk, payment_method: StripeObject, made: StripeObject, *, authenticated: bool
) -> dict[str, Any]:
    card, stored = card_of(payment_method), payment_method["card"]
    kept = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    code_check = "pass" if payment_method["_code_given"] else None
    checks = {"address_line1_check": None, "address_postal_code_check": None}
    details = {name: stored[name] for name in kept} | {
        "amount_authorized": made["amount"],
        "authorization_code": "123456",
        "capture_before": desk.now() + AUTHORISATION_SECONDS,
        "checks": checks | {"cvc_check": code_check} | card.checks,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": "784671085414791",
        "overcapture": {"maximum_amount_capturable": made["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": _three_d_secure() if authenticated else None,
        "wallet": None,
    }
    return {"card": details, "type": "card"}


def _three_d_secure() -> dict[str, Any]:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": "00000000-0000-4000-8000-000000000000",
        "version": "2.2.0",
    }
