"""Disputes: the bank takes the money back because its customer asked it to, and decides later."""

from payments.sandbox.desk import Desk
from payments.sandbox.errors import InvalidParameter, StripeError
from payments.sandbox.ids import new_id
from payments.sandbox.objects import new_balance_transaction
from payments.sandbox.store import StripeObject

RESPONSE_SECONDS = 9 * 24 * 3600
OUTCOMES = ("won", "lost")


def open_dispute(desk: Desk, charge: StripeObject, *, reason: str) -> StripeObject:
    """A dispute over a captured charge; its money leaves the balance at once."""
    if not charge["captured"] or charge["disputed"]:
        message = f"Charge {charge['id']} is not captured, or is disputed already."
        raise StripeError(message, param="charge")
    dispute = _new_dispute(charge, reason=reason, created=desk.now())
    movement = new_balance_transaction(
        source=dispute,
        kind="adjustment",
        amount=-dispute["amount"],
        created=desk.now(),
        category="dispute",
    )
    dispute["balance_transactions"] = [desk.add(movement)]
    desk.add(dispute)
    desk.save(charge | {"disputed": True})
    desk.announce("charge.dispute.created", dispute)
    desk.announce("charge.dispute.funds_withdrawn", dispute)
    return dispute


def end_dispute(desk: Desk, dispute: StripeObject, *, outcome: str) -> StripeObject:
    """The bank's decision, which is final: `won` brings the money back, `lost` does not."""
    if outcome not in OUTCOMES:
        raise InvalidParameter("The outcome is won or lost.", param="outcome")
    if dispute["status"] in OUTCOMES:
        raise StripeError(f"Dispute {dispute['id']} is {dispute['status']} already.")
    dispute["status"] = outcome
    if outcome == "won":
        movement = new_balance_transaction(
            source=dispute,
            kind="adjustment",
            amount=dispute["amount"],
            created=desk.now(),
            category="dispute_reversal",
        )
        dispute["balance_transactions"] = [*dispute["balance_transactions"], desk.add(movement)]
        dispute["is_charge_refundable"] = True
    desk.save(dispute)
    if outcome == "won":
        desk.announce("charge.dispute.funds_reinstated", dispute)
    desk.announce("charge.dispute.closed", dispute)
    return dispute


def bank_has_money(desk: Desk, charge: StripeObject) -> bool:
    """Whether a dispute keeps this charge's money from being refunded."""
    found = desk.store.select(
        ["kind = ?", "charge = ?"], ["dispute", charge["id"]], oldest_first=True, limit=100
    )
    return any(not dispute["is_charge_refundable"] for dispute in found)


def _new_dispute(charge: StripeObject, *, reason: str, created: int) -> StripeObject:
    return {
        "id": new_id("dispute"),
        "object": "dispute",
        "amount": charge["amount_captured"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": created + RESPONSE_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
