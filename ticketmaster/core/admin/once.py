"""A form that is sent twice is worked on once."""

from django.core.cache import cache
from django.http import HttpRequest

FIELD = "_once"
KEPT_SECONDS = 3600


def already_sent(request: HttpRequest) -> bool:
    """True when this very form was sent before and took effect or is being worked on."""
    token = request.POST.get(FIELD, "")[:40]
    # A form that came back with mistakes carries a new token. Without Redis the answer is no:
    # what a domain function refuses a second time it still refuses.
    return bool(token) and cache.add(f"admin-once:{token}", 1, KEPT_SECONDS) is False
