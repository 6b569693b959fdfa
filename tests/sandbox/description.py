"""Stripe's objects as Stripe describes them: the OpenAPI file where it is found, and an excerpt.

The file is `embedded/openapi/spec3.json` of the Go module github.com/stripe/stripe-mock (MIT). Set
STRIPE_OPENAPI_SPEC to it, or have the module in Go's module cache. The excerpt, which is always
there, holds what the site relies on: required fields and the states.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

Schema = dict[str, Any]


def spec_file() -> Path | None:
    """Stripe's description on this machine, if there is one."""
    named = os.environ.get("STRIPE_OPENAPI_SPEC")
    if named:
        return Path(named)
    cache_folder = Path(os.environ.get("GOMODCACHE", Path.home() / "go/pkg/mod"))
    found = sorted((cache_folder / "github.com/stripe").glob("stripe-mock@*"))
    return found[-1] / "embedded/openapi/spec3.json" if found else None


@cache
def full_description() -> Schema:
    """The whole OpenAPI document. Only call it where `spec_file` finds one."""
    path = spec_file()
    assert path is not None
    return json.loads(path.read_text(encoding="utf-8"))


def strict(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema, in which fields that it does not list are errors."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: strict(part) for key, part in schema.items() if key != "nullable"}
    if plain.get("properties") and "additionalProperties" not in plain:
        plain["additionalProperties"] = False
    if schema.get("nullable") is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


def _field(*kinds: str, **more: Any) -> Schema:
    return {"type": list(kinds)} | more


ID, MAYBE_TEXT, NUMBER = _field("string"), _field("string", "null"), _field("integer")
EXCERPT: dict[str, Schema] = {
    "payment_intent": {
        "required": ["id", "amount", "amount_capturable", "amount_received", "client_secret"],
        "properties": {
            "id": {"pattern": "^pi_"},
            "amount": NUMBER,
            "amount_capturable": NUMBER,
            "amount_received": NUMBER,
            "canceled_at": _field("integer", "null"),
            "client_secret": ID,
            "latest_charge": _field("string", "object", "null"),
            "livemode": {"const": False},
            "metadata": _field("object"),
            "next_action": _field("object", "null"),
            "status": {
                "enum": [
                    "canceled",
                    "processing",
                    "requires_action",
                    "requires_capture",
                    "requires_confirmation",
                    "requires_payment_method",
                    "succeeded",
                ]
            },
        },
    },
    "charge": {
        "required": ["id", "amount", "amount_captured", "amount_refunded", "captured", "disputed"],
        "properties": {
            "id": {"pattern": "^ch_"},
            "payment_intent": MAYBE_TEXT,
            "refunded": _field("boolean"),
            "status": {"enum": ["failed", "pending", "succeeded"]},
        },
    },
    "refund": {
        "required": ["id", "amount", "charge", "currency", "payment_intent", "status"],
        "properties": {
            "id": {"pattern": "^re_"},
            "reason": {"enum": ["duplicate", "fraudulent", "requested_by_customer", None]},
            "status": {"enum": ["pending", "requires_action", "succeeded", "failed", "canceled"]},
        },
    },
    "payment_method": {
        "required": ["id", "billing_details", "card", "type"],
        "properties": {
            "id": {"pattern": "^pm_"},
            "card": {"required": ["brand", "exp_month", "exp_year", "fingerprint", "last4"]},
        },
    },
    "confirmation_token": {
        "required": ["id", "payment_method_preview", "use_stripe_sdk"],
        "properties": {"id": {"pattern": "^ctoken_"}},
    },
    "checkout.session": {
        "required": ["id", "amount_total", "expires_at", "payment_status", "status", "url"],
        "properties": {
            "id": {"pattern": "^cs_test_"},
            "payment_status": {"enum": ["no_payment_required", "paid", "unpaid"]},
            "status": {"enum": ["complete", "expired", "open"]},
        },
    },
    "event": {
        "required": ["id", "api_version", "created", "data", "pending_webhooks", "request", "type"],
        "properties": {"id": {"pattern": "^evt_"}, "data": {"required": ["object"]}},
    },
    "dispute": {
        "required": ["id", "amount", "charge", "reason", "status"],
        "properties": {"id": {"pattern": "^du_"}},
    },
    "balance": {"required": ["available", "pending"]},
    "balance_transaction": {"required": ["amount", "currency", "fee", "net", "source", "type"]},
    "item": {"required": ["amount_total", "currency", "description", "quantity"]},
    "webhook_endpoint": {"required": ["enabled_events", "status", "url"]},
}
