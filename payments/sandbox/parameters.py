"""Which parameters each call takes. Checked against Stripe's OpenAPI description by the tests."""

from typing import Any

from payments.sandbox.schema import Anything, Flag, ListOf, Metadata, OffSession, Text, Whole

Table = dict[str, Any]

TEXT = Text()
WHOLE = Whole()
FLAG = Flag()
EXPAND: Table = {"expand": ListOf(TEXT)}
CAPTURE_METHOD = Text(("automatic", "automatic_async", "manual"))
FUTURE_USAGE = Text(("off_session", "on_session"))
ADDRESS: Table = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), TEXT)
BILLING: Table = {"address": ADDRESS, "email": TEXT, "name": TEXT, "phone": TEXT, "tax_id": TEXT}
SHIPPING: Table = {
    "address": ADDRESS,
    "name": TEXT,
    "carrier": TEXT,
    "phone": TEXT,
    "tracking_number": TEXT,
}
CARD: Table = {
    "number": Text(longest=40),
    "exp_month": WHOLE,
    "exp_year": WHOLE,
    "cvc": Text(longest=10),
    "token": TEXT,
    "networks": Anything(),
}
PAYMENT_METHOD_DATA: Table = {
    "type": Text(("card", "link")),
    "card": CARD,
    "billing_details": BILLING,
    "metadata": Metadata(),
    "allow_redisplay": Text(("always", "limited", "unspecified")),
    "radar_options": Anything(),
}
REQUEST_3DS = Text(("any", "automatic", "challenge"))
PAYMENT_METHOD_OPTIONS: Table = {
    "card": {
        "capture_method": Text(("manual",)),
        "request_three_d_secure": REQUEST_3DS,
        "request_extended_authorization": TEXT,
        "request_incremental_authorization": TEXT,
        "request_multicapture": TEXT,
        "request_overcapture": TEXT,
        "setup_future_usage": TEXT,
        "statement_descriptor_suffix_kana": TEXT,
        "statement_descriptor_suffix_kanji": TEXT,
        "network": TEXT,
        "cvc_token": TEXT,
        "require_cvc_recollection": FLAG,
    }
}
INTENT_SHARED: Table = EXPAND | {
    "capture_method": CAPTURE_METHOD,
    "payment_method": TEXT,
    "payment_method_data": PAYMENT_METHOD_DATA,
    "payment_method_options": PAYMENT_METHOD_OPTIONS,
    "payment_method_types": ListOf(TEXT),
    "allowed_payment_method_types": ListOf(TEXT),
    "excluded_payment_method_types": ListOf(TEXT),
    "receipt_email": Text(longest=800),
    "setup_future_usage": FUTURE_USAGE,
    "shipping": SHIPPING,
    "amount_details": Anything(),
    "payment_details": Anything(),
}
INTENT_FIELDS: Table = INTENT_SHARED | {
    "amount": WHOLE,
    "currency": TEXT,
    "customer": TEXT,
    "description": Text(longest=1000),
    "metadata": Metadata(),
    "statement_descriptor": Text(longest=22),
    "statement_descriptor_suffix": Text(longest=22),
    "transfer_group": TEXT,
    "payment_method_configuration": TEXT,
}
CONFIRM_ONLY: Table = {
    "confirmation_token": TEXT,
    "error_on_requires_action": FLAG,
    "mandate": TEXT,
    "mandate_data": Anything(),
    "off_session": OffSession(),
    "radar_options": Anything(),
    "return_url": TEXT,
    "use_stripe_sdk": FLAG,
}
INTENT_CREATE: Table = (
    INTENT_FIELDS
    | CONFIRM_ONLY
    | {
        "automatic_payment_methods": {
            "enabled": FLAG,
            "allow_redirects": Text(("always", "never")),
        },
        "confirm": FLAG,
        "confirmation_method": Text(("automatic", "manual")),
    }
)
INTENT_UPDATE: Table = INTENT_FIELDS
INTENT_CONFIRM: Table = INTENT_SHARED | CONFIRM_ONLY | {"client_secret": TEXT}
INTENT_CAPTURE: Table = EXPAND | {
    "amount_to_capture": WHOLE,
    "final_capture": FLAG,
    "metadata": Metadata(),
    "statement_descriptor": Text(longest=22),
    "statement_descriptor_suffix": Text(longest=22),
}
INTENT_CANCEL: Table = EXPAND | {
    "cancellation_reason": Text(
        ("duplicate", "fraudulent", "requested_by_customer", "abandoned"),
    )
}
INTENT_RETRIEVE: Table = EXPAND | {"client_secret": TEXT}

REFUND_CREATE: Table = EXPAND | {
    "amount": Whole(smallest=1),
    "charge": TEXT,
    "currency": TEXT,
    "payment_intent": TEXT,
    "metadata": Metadata(),
    "reason": Text(("duplicate", "fraudulent", "requested_by_customer")),
    "instructions_email": TEXT,
    "refund_application_fee": FLAG,
    "reverse_transfer": FLAG,
}
REFUND_UPDATE: Table = EXPAND | {"metadata": Metadata()}

PAYMENT_METHOD_CREATE: Table = EXPAND | PAYMENT_METHOD_DATA
CONFIRMATION_TOKEN_CREATE: Table = EXPAND | {
    "payment_method": TEXT,
    "payment_method_data": PAYMENT_METHOD_DATA,
    "payment_method_options": Anything(),
    "return_url": TEXT,
    "setup_future_usage": FUTURE_USAGE,
    "shipping": {"address": ADDRESS, "name": TEXT, "phone": TEXT},
}

PRICE_DATA: Table = {
    "currency": TEXT,
    "unit_amount": WHOLE,
    "tax_behavior": Text(("exclusive", "inclusive", "unspecified")),
    "product_data": {
        "name": TEXT,
        "description": TEXT,
        "images": ListOf(TEXT),
        "metadata": Metadata(),
        "tax_code": TEXT,
        "unit_label": TEXT,
    },
}
SESSION_CREATE: Table = EXPAND | {
    "mode": Text(("payment", "setup", "subscription")),
    "ui_mode": Text(("elements", "embedded_page", "hosted_page")),
    "line_items": ListOf(
        {"price_data": PRICE_DATA, "quantity": Whole(smallest=1), "metadata": Metadata()}
    ),
    "payment_intent_data": {
        "capture_method": CAPTURE_METHOD,
        "description": Text(longest=1000),
        "metadata": Metadata(),
        "receipt_email": TEXT,
        "setup_future_usage": FUTURE_USAGE,
        "shipping": SHIPPING,
        "statement_descriptor": Text(longest=22),
        "statement_descriptor_suffix": Text(longest=22),
        "transfer_group": TEXT,
    },
    "payment_method_types": ListOf(TEXT),
    "excluded_payment_method_types": ListOf(TEXT),
    "payment_method_options": Anything(),
    "customer_email": TEXT,
    "customer": TEXT,
    "customer_creation": Text(("always", "if_required")),
    "client_reference_id": Text(longest=200),
    "currency": TEXT,
    "metadata": Metadata(),
    "success_url": TEXT,
    "cancel_url": TEXT,
    "expires_at": WHOLE,
    "locale": TEXT,
    "submit_type": Text(("auto", "book", "donate", "pay")),
    "billing_address_collection": Text(("auto", "required")),
    "allow_promotion_codes": FLAG,
    "automatic_tax": {"enabled": FLAG},
}
SESSION_EXPIRE: Table = EXPAND

WHEN: Any = Anything()
PAGE: Table = EXPAND | {"limit": WHOLE, "starting_after": TEXT, "ending_before": TEXT}
LIST_INTENTS: Table = PAGE | {"created": WHEN, "customer": TEXT}
LIST_CHARGES: Table = LIST_INTENTS | {"payment_intent": TEXT, "transfer_group": TEXT}
LIST_REFUNDS: Table = PAGE | {"created": WHEN, "charge": TEXT, "payment_intent": TEXT}
LIST_DISPUTES: Table = LIST_REFUNDS
LIST_SESSIONS: Table = PAGE | {
    "created": WHEN,
    "payment_intent": TEXT,
    "status": Text(("complete", "expired", "open")),
}
LIST_EVENTS: Table = PAGE | {
    "created": WHEN,
    "type": TEXT,
    "types": ListOf(TEXT),
    "delivery_success": FLAG,
}
