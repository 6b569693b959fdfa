"""Run by test_outage.py in a process of its own, against a database or Redis that is not there.

Prints one JSON object: for each call its status, Retry-After, content type and code.
"""

import json
import os
import sys
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "ticketmaster.settings.test"

CALLS = {
    "page": ("get", "/people"),
    "form": ("post", "/accounts/login/"),
    "private page": ("get", "/me"),
    "api": ("get", "/api/v1/people"),
    "api lost": ("get", "/api/v1/lost"),
    "token": ("get", "/api/v1/bookings"),
    "live": ("get", "/livez"),
    "ready": ("get", "/readyz"),
}


def answers() -> dict[str, dict[str, Any]]:
    """What the site says to each call."""
    from django.test import Client  # noqa: PLC0415 - needs Django set up

    found = {}
    for name, (method, path) in CALLS.items():
        client = Client(raise_request_exception=False, HTTP_COOKIE="sessionid=abcdefghijklmnop")
        headers = {"X-Session-Token": "abcdefghijklmnop"} if name == "token" else {}
        body = {"login": "fan@example.org", "password": "wrong"}
        answer = getattr(client, method)(path, body if method == "post" else None, headers=headers)
        kind = answer["Content-Type"].split(";")[0]
        found[name] = {
            "status": answer.status_code,
            "retry_after": answer.get("Retry-After"),
            "kind": kind,
            "code": answer.json().get("errors", [{}])[0].get("code")
            if kind == "application/json" and isinstance(answer.json(), dict)
            else None,
        }
    return found


def main() -> None:
    """Ask everything once."""
    from django.conf import settings  # noqa: PLC0415 - after the environment is set

    settings.ROOT_URLCONF = "tests.gateway.urls"
    settings.DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 1
    # The site's own patience with Redis; the suite's is longer.
    settings.REDIS_TIMEOUT_SECONDS = 0.5
    for name in ("SOCKET_TIMEOUT", "SOCKET_CONNECT_TIMEOUT"):
        settings.CACHES["default"]["OPTIONS"][name] = 0.5
    settings.RATE_LIMITS = True
    django.setup()
    from ticketmaster.core import redis as shared_redis  # noqa: PLC0415 - needs Django set up

    # Rests until the end, so that a slow machine asks no more often than a quick one.
    shared_redis.FIRST_REST_SECONDS = shared_redis.LONGEST_REST_SECONDS = 3600.0
    from django.test.utils import setup_test_environment  # noqa: PLC0415 - needs Django set up

    setup_test_environment()
    sys.stdout.write(json.dumps(answers()))


if __name__ == "__main__":
    main()
