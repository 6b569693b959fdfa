"""The client's address, believed only from proxies of ours."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address as our own proxies saw it, or the peer's where there is none of ours.

    With `TRUSTED_PROXY_COUNT` = n the n-th entry from the right of `X-Forwarded-For` is what our
    outermost proxy saw; everything left of it is the client's own claim (reliability.md F85).
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXY_COUNT
    if not hops:
        return peer
    claimed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if len(claimed) < hops:
        return peer
    return claimed[-hops] if _is_address(claimed[-hops]) else peer


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
