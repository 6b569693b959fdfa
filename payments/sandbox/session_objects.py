"""How a Checkout session and its line items look. Amounts are in minor units."""

from copy import deepcopy
from typing import Any

from payments.sandbox.ids import random_text
from payments.sandbox.store import StripeObject

NEW_SESSION: StripeObject = {
    "object": "checkout.session",
    "adaptive_pricing": {"enabled": False},
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer": None,
    "discounts": [],
    "excluded_payment_method_types": [],
    "invoice": None,
    "invoice_creation": None,
    "livemode": False,
    "mode": "payment",
    "origin_context": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
    "url": None,
    "wallet_options": None,
}


def new_session(
    *,
    identifier: str,
    created: int,
    expires_at: int,
    total: int,
    currency: str,
    wanted: dict[str, Any],
) -> StripeObject:
    """An open session that nobody has paid."""
    email = wanted.get("customer_email")
    return deepcopy(NEW_SESSION) | {
        "id": identifier,
        "amount_subtotal": total,
        "amount_total": total,
        "billing_address_collection": wanted.get("billing_address_collection"),
        "cancel_url": wanted.get("cancel_url"),
        "client_reference_id": wanted.get("client_reference_id"),
        "created": created,
        "currency": currency,
        "customer_creation": wanted.get("customer_creation", "if_required"),
        "customer_details": _customer(email),
        "customer_email": email,
        "expires_at": expires_at,
        "locale": wanted.get("locale"),
        "metadata": wanted.get("metadata", {}),
        "submit_type": wanted.get("submit_type"),
        "success_url": wanted["success_url"],
    }


def line_item(item: dict[str, Any], position: int) -> StripeObject:
    """A line of a session made from price_data and quantity."""
    data, quantity = item["price_data"], item.get("quantity", 1)
    currency, unit = data["currency"].lower(), data["unit_amount"]
    product = data["product_data"]
    return {
        "id": f"li_{position}{random_text(23)}",
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": unit * quantity,
        "amount_tax": 0,
        "amount_total": unit * quantity,
        "currency": currency,
        "description": product.get("name"),
        "metadata": item.get("metadata", {}),
        "price": None,
        "quantity": quantity,
        "_unit_amount": unit,
        "_note": product.get("description", ""),
    }


def _customer(email: str | None) -> dict[str, Any]:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }
