"""How Stripe's objects look when they are new. Amounts are in minor units."""

from copy import deepcopy
from typing import Any

from payments.sandbox.ids import new_id, random_text
from payments.sandbox.store import StripeObject

EMPTY_BILLING = {
    "address": {
        "city": None,
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    },
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


NEW_INTENT: StripeObject = {
    "object": "payment_intent",
    "allowed_payment_method_types": None,
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "confirmation_method": "automatic",
    "customer": None,
    "description": None,
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {
        "card": {
            "installments": None,
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        }
    },
    "payment_method_types": ["card"],
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": "requires_payment_method",
    "transfer_data": None,
    "transfer_group": None,
}
NEW_CHARGE: StripeObject = {
    "object": "charge",
    "amount_captured": 0,
    "amount_refunded": 0,
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "balance_transaction": None,
    "calculated_statement_descriptor": "SANDBOX",
    "captured": False,
    "disputed": False,
    "failure_balance_transaction": None,
    "failure_code": None,
    "failure_message": None,
    "fraud_details": {},
    "livemode": False,
    "on_behalf_of": None,
    "outcome": None,
    "paid": False,
    "payment_method_details": None,
    "radar_options": {},
    "receipt_number": None,
    "receipt_url": None,
    "refunded": False,
    "review": None,
    "source_transfer": None,
    "status": "pending",
    "transfer_data": None,
}
SHARED_WITH_CHARGE = """
amount currency customer description metadata receipt_email shipping statement_descriptor
statement_descriptor_suffix transfer_group
""".split()


def new_intent(*, amount: int, currency: str, created: int) -> StripeObject:
    """A PaymentIntent without a payment method."""
    identifier = new_id("payment_intent")
    return deepcopy(NEW_INTENT) | {
        "id": identifier,
        "amount": amount,
        "client_secret": f"{identifier}_secret_{random_text(25)}",
        "created": created,
        "currency": currency,
    }


def new_charge(intent: StripeObject, *, payment_method: StripeObject, created: int) -> StripeObject:
    """A charge of an intent's whole amount; its outcome is filled in by who made it."""
    shared = {name: deepcopy(intent[name]) for name in SHARED_WITH_CHARGE}
    return (
        deepcopy(NEW_CHARGE)
        | shared
        | {
            "id": new_id("charge"),
            "billing_details": payment_method["billing_details"],
            "created": created,
            "payment_intent": intent["id"],
            "payment_method": payment_method["id"],
        }
    )


def new_refund(charge: StripeObject, *, amount: int, created: int) -> StripeObject:
    """A refund of part or all of a charge."""
    return {
        "id": new_id("refund"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def new_balance_transaction(
    *, source: StripeObject, kind: str, amount: int, created: int, category: str = ""
) -> StripeObject:
    """Money that moved, without a fee: the sandbox takes none."""
    return {
        "id": new_id("balance_transaction"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created,
        "balance_type": "payments",
        "created": created,
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": 0,
        "fee_details": [],
        "net": amount,
        "reporting_category": category or kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }


def outcome_of(*, approved: bool, reason: str | None, risk: str) -> dict[str, Any]:
    """What a charge says about its approval."""
    seller = "Payment complete." if approved else "The bank did not return any further details."
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network" if approved else "declined_by_network",
        "reason": reason,
        "risk_level": risk,
        "risk_score": 12,
        "seller_message": seller,
        "type": "authorized" if approved else "issuer_declined",
    }
