"""Amounts as Stripe counts them, where that differs from ISO 4217.

Source: docs.stripe.com/currencies. Stripe takes MGA as zero-decimal though ISO gives it two; it
takes ISK and UGX with two decimals that must be 00 though they have none; its three-decimal
currencies must end in 0. HUF and TWD are two-decimal for charges (only payouts are whole).
"""

from payments.errors import AmountNotChargeable

PADDED = frozenset({"ISK", "UGX"})
WHOLE = frozenset({"MGA"})
ROUND_TO_TEN = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_stripe(amount_minor: int, currency: str) -> int:
    """Our ISO minor units as Stripe's. Raises AmountNotChargeable when Stripe cannot take it."""
    if currency in PADDED:
        return amount_minor * 100
    if (currency in WHOLE and amount_minor % 100) or (
        currency in ROUND_TO_TEN and amount_minor % 10
    ):
        raise AmountNotChargeable
    return amount_minor // 100 if currency in WHOLE else amount_minor


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's minor units as our ISO ones; `currency` in capitals."""
    if currency in PADDED:
        return amount // 100
    return amount * 100 if currency in WHOLE else amount
