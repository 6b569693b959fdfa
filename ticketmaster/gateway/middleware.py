"""What every request passes through before it reaches a view."""

import re
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ticketmaster.core.api_errors import DATABASE_AWAY
from ticketmaster.core.errors import DomainError, TemporarilyUnavailable
from ticketmaster.gateway.address import client_address
from ticketmaster.gateway.views import refusal_page

GetResponse = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id, in the log and in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_urlsafe(12)
        request.request_id = request_id  # type: ignore[attr-defined]
        before = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.reset_contextvars(**before)
        response["X-Request-Id"] = request_id
        return response


class ClientAddressMiddleware:
    """Puts the believed client address where everything looks for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(request)
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return self.get_response(request)


STRIPE_JS = "https://js.stripe.com"


def content_security_policy() -> str:
    """Our own files only, and Stripe's script and frames where one pays."""
    stripe = urlsplit(settings.STRIPE_JS_URL)
    origin = f"{stripe.scheme}://{stripe.netloc}"
    # Stripe's own list: https://docs.stripe.com/security/guide#content-security-policy
    scripts = f"{origin} https://*.js.stripe.com" if origin == STRIPE_JS else origin
    frames = " ".join(dict.fromkeys([*scripts.split(), settings.STRIPE_PAGES_ORIGIN]))
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {scripts}",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' https://api.stripe.com {origin}",
            f"frame-src {frames}",
            f"form-action 'self' https://checkout.stripe.com {origin}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        ]
    )


class SecurityHeadersMiddleware:
    """The policies that make a stolen page or an injected script useless."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = self.policy
        if request.path.startswith("/admin/"):
            # unfold's Alpine components are written with inline styles and evaluated expressions
            policy = policy.replace(
                "script-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'"
            ).replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        response.setdefault("Content-Security-Policy", policy)
        response.setdefault("Permissions-Policy", "camera=(self), geolocation=(self)")
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class RefusalMiddleware:
    """Turns what a page did not explain itself into a page that does."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal's page, a 503 for a database that is away, None for a bug."""
        if isinstance(error, DATABASE_AWAY):
            error = TemporarilyUnavailable()
        if isinstance(error, DomainError):
            return refusal_page(request, error)
        return None
