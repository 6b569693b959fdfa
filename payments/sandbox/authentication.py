"""Whose request it is: a secret test key may do all, a publishable one what a browser needs."""

import base64
import binascii

from payments.sandbox.errors import Unauthenticated


def key_of(header: str, parameters: dict[str, object]) -> str:
    """The API key from Basic or Bearer, or from the form field `key` as Stripe.js sends it.

    Raises Unauthenticated without one, for live keys, and for what is no key.
    """
    key = _from_header(header) or str(parameters.get("key", ""))
    parameters.pop("key", None)
    if not key:
        raise Unauthenticated(
            "You did not provide an API key. You need to provide your API key in the Authorization"
            " header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if "_live_" in key:
        raise Unauthenticated("This is a sandbox: it never takes a live key. Use a test key.")
    if not key.startswith(("sk_test_", "rk_test_", "pk_test_")):
        raise Unauthenticated(f"Invalid API Key provided: {key[:8]}****")
    return key


def _from_header(header: str) -> str:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
