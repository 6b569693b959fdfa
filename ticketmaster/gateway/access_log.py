"""One line per request: what was asked, what was answered, how long it took, and by whom."""

import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from ticketmaster.core import metrics
from ticketmaster.core.logs import ready_record
from ticketmaster.gateway.views import is_api

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("ticketmaster.access")

# Whoever holds one of these has what it names: they stand in no log.
SECRET_ARGUMENTS = ("code", "reference", "key", "uidb36", "token")
LOOKS_SECRET = re.compile(r"[A-Za-z0-9_:-]{20,}")
LONGEST_PATH = 200
QUIET = ("/livez", "/readyz", "/metrics", "/static/")
STRUCK = "…"
CLAIM_OUTCOMES = {201: "held", 409: "conflict", 503: "unavailable"}


class AccessLogMiddleware:
    """Writes the line after the answer is made. Loads nothing for it: a user not yet known stays
    unknown."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        if request.path.startswith(QUIET) and response.status_code < 500:
            return response
        seconds = time.perf_counter() - began
        _count(request, response.status_code, seconds)
        if logger.isEnabledFor(logging.INFO):
            line = {
                "method": request.method,
                "path": safe_path(request),
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "request_id": getattr(request, "request_id", ""),
                **_known_user(request),
            }
            logger.handle(ready_record(logger.name, "request", line))
        return response


def _count(request: HttpRequest, status: int, seconds: float) -> None:
    kind = getattr(request, "kind", "") or "uncounted"
    metrics.requests.labels(kind, status).inc()
    metrics.request_seconds.labels(kind).observe(seconds)
    if kind == "claim" and is_api(request):
        metrics.claims.labels(CLAIM_OUTCOMES.get(status, "refused")).inc()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        quota = getattr(request, "quota", None)
        metrics.limited.labels(quota.limit.name if quota else "account").inc()


def safe_path(request: HttpRequest) -> str:
    """The path without its query and without what opens something: codes, references, keys."""
    path = request.path[:LONGEST_PATH]
    match = request.resolver_match
    if match is None:
        return LOOKS_SECRET.sub(STRUCK, path)
    for name in SECRET_ARGUMENTS:
        value = match.kwargs.get(name)
        if value:
            path = path.replace(str(value), STRUCK)
    return path


def _known_user(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "_cached_user", None) or request.__dict__.get("user")
    # A lazy user that nobody has looked at would be loaded by looking at it.
    known = getattr(user, "__dict__", {}).get("pk") or getattr(user, "__dict__", {}).get("id")
    return {"user_id": known} if isinstance(known, int) else {}
