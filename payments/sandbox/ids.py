"""Identifiers that look like Stripe's: a prefix and 24 letters and digits."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits

PREFIXES = {
    "payment_intent": "pi_",
    "charge": "ch_",
    "payment_method": "pm_",
    "refund": "re_",
    "event": "evt_",
    "checkout.session": "cs_test_",
    "confirmation_token": "ctoken_",
    "balance_transaction": "txn_",
    "dispute": "du_",
}


def random_text(length: int = 24) -> str:
    """Letters and digits from the system's random source."""
    # one read of the source for all of it; that some letters are a little likelier does not matter
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(length))


def new_id(kind: str) -> str:
    """A fresh id for an object of this kind."""
    return PREFIXES[kind] + random_text(40 if kind == "checkout.session" else 24)


def kind_of(identifier: str) -> str | None:
    """The kind that an id's prefix names, or None."""
    for kind, prefix in PREFIXES.items():
        if identifier.startswith(prefix):
            return kind
    return None
