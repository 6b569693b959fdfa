"""Random references for what a stranger must not guess."""

import secrets


def new_reference() -> str:
    """24 URL-safe characters, 144 bits."""
    return secrets.token_urlsafe(18)
