"""Connections to the test database beside Django's own, under the roles that the site runs as."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

WEB, OWNER = "frontrow_web", "frontrow"


def address(role: str) -> str:
    """The test database under that role."""
    parts = urlsplit(settings.DATABASE_URL)
    host = parts.netloc.rpartition("@")[2]
    path = f"/{connection.settings_dict['NAME']}"
    return parts._replace(netloc=f"{role}@{host}", path=path).geturl()
