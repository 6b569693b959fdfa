"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str | bool]:
    """The site's name and address, and whether this is the embedded laptop form."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "embedded": settings.EMBEDDED,
    }
