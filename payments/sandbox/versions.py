"""What a request's Stripe-Version changes. Without the header the account's own version counts.

`payment_method_types` can be read but no longer written from 2026-09-30.endive on, which is what
stripe-python 16 speaks: `allowed_payment_method_types` takes its place. (Stripe's changelog,
"Removes the payment method types parameter from Payment Intents and Setup Intents".)
"""

from typing import Any

from payments.sandbox.errors import InvalidParameter

ACCOUNT_VERSION = "2026-08-26.dahlia"
ENDIVE = "2026-09-30"


def check_retired(wanted: dict[str, Any], *, path: str, version: str) -> None:
    """Raises InvalidParameter for a parameter that this version of the API has given up."""
    if "payment_method_types" not in wanted or version[:10] < ENDIVE:
        return
    if path.startswith("/v1/checkout/"):
        raise InvalidParameter(
            "Received unknown parameter: payment_method_types",
            code="parameter_unknown",
            param="payment_method_types",
        )
    raise InvalidParameter(
        "The parameter `payment_method_types` is no longer supported in this version of the API."
        " Use `allowed_payment_method_types`, or dynamic payment methods.",
        code="payment_method_types_no_longer_supported",
        param="payment_method_types",
    )
