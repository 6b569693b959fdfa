"""Ids: how large a row's may be, and random references for what a stranger must not guess."""

import secrets

LARGEST_ID = 2**63 - 1  # Postgres' bigint


def new_reference() -> str:
    """24 URL-safe characters, 144 bits."""
    return secrets.token_urlsafe(18)
