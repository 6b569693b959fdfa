"""Refunds: never more than was captured."""

from typing import Any

from payments.sandbox.desk import Desk
from payments.sandbox.disputes import bank_has_money
from payments.sandbox.errors import InvalidParameter, StripeError
from payments.sandbox.money import written
from payments.sandbox.objects import new_balance_transaction, new_refund
from payments.sandbox.payment_methods import card_of
from payments.sandbox.store import StripeObject

SETTLING_SECONDS = 2


def create_refund(desk: Desk, wanted: dict[str, Any]) -> StripeObject:
    """A refund of a charge, whole or in part.

    Raises StripeError when nothing was captured, when it is refunded already or when the amount
    is more than is left.
    """
    charge = _charge_to_refund(desk, wanted)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = wanted.get("amount", left)
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise StripeError(message, code="charge_already_refunded")
    if amount > left:
        raise StripeError(_too_much(charge, amount, left), code="amount_too_large", param="amount")
    refund = new_refund(charge, amount=amount, created=desk.now())
    refund |= {"reason": wanted.get("reason"), "metadata": wanted.get("metadata", {})}
    promised = card_of(desk.get("payment_method", charge["payment_method"])).refund
    if promised == "pending":
        refund |= {"status": "pending", "pending_reason": "processing"}
    if promised != "succeeded":
        desk.store.set_timer(refund["id"], f"refund_{promised}", due=desk.now() + SETTLING_SECONDS)
    _book(desk, refund, amount=-amount)
    desk.add(refund)
    _give_back(desk, charge, amount)
    desk.announce("refund.created", refund)
    return refund


def update_refund(desk: Desk, identifier: str, wanted: dict[str, Any]) -> StripeObject:
    """Change a refund's metadata; nothing else of it can change."""
    refund = desk.get("refund", identifier, param="refund")
    given = refund["metadata"] | wanted.get("metadata", {})
    refund["metadata"] = {key: text for key, text in given.items() if text != ""}
    _changed(desk, refund)
    return refund


def refund_arrives(desk: Desk, identifier: str) -> None:
    """A pending refund has reached the card."""
    refund = desk.get("refund", identifier)
    refund["status"] = "succeeded"
    refund.pop("pending_reason", None)
    _changed(desk, refund)


def refund_bounces(desk: Desk, identifier: str) -> None:
    """The bank could not give the money to the buyer: it comes back to us."""
    refund = desk.get("refund", identifier)
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    returned = new_balance_transaction(
        source=refund, kind="refund_failure", amount=refund["amount"], created=desk.now()
    )
    desk.add(returned)
    refund["failure_balance_transaction"] = returned["id"]
    charge = desk.get("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    desk.save(charge)
    _changed(desk, refund)
    desk.announce("refund.failed", refund)


def _charge_to_refund(desk: Desk, wanted: dict[str, Any]) -> StripeObject:
    if "charge" in wanted:
        charge = desk.get("charge", wanted["charge"], param="charge", status=404)
    elif "payment_intent" in wanted:
        intent = desk.get(
            "payment_intent", wanted["payment_intent"], param="payment_intent", status=404
        )
        if intent["status"] != "succeeded":
            raise StripeError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                param="payment_intent",
            )
        charge = desk.get("charge", intent["latest_charge"])
    else:
        raise InvalidParameter(
            "One of the following params should be provided for this request: payment_intent or"
            " charge.",
            code="parameter_missing",
        )
    if not charge["captured"]:
        raise StripeError(
            f"Charge {charge['id']} has not been captured and cannot be refunded.",
            code="charge_not_refundable",
            param="charge",
        )
    if bank_has_money(desk, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise StripeError(message, code="charge_disputed")
    return charge


def _too_much(charge: StripeObject, amount: int, left: int) -> str:
    asked, rest = written(amount, charge["currency"]), written(left, charge["currency"])
    if charge["amount_refunded"]:
        return f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
    return f"Refund amount ({asked}) is greater than charge amount ({rest})"


def _book(desk: Desk, refund: StripeObject, *, amount: int) -> None:
    movement = new_balance_transaction(
        source=refund, kind="refund", amount=amount, created=desk.now()
    )
    desk.add(movement)
    refund["balance_transaction"] = movement["id"]


def _give_back(desk: Desk, charge: StripeObject, amount: int) -> None:
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] >= charge["amount_captured"]
    desk.save(charge)
    desk.announce("charge.refunded", charge, before=before)


def _changed(desk: Desk, refund: StripeObject) -> None:
    desk.save(refund)
    desk.announce("refund.updated", refund)
    desk.announce("charge.refund.updated", refund)
