"""The limits on account pages, before any password is hashed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from ticketmaster.accounts.limits import spend_on_request
from ticketmaster.gateway.limits import TooManyRequests
from ticketmaster.gateway.views import refusal_page

GetResponse = Callable[[HttpRequest], HttpResponse]
PREFIXES = ("/accounts/", "/_allauth/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class AccountLimitsMiddleware:
    """Answers 429 with `Retry-After` to an address that tries too often."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The refusal, or None to go on."""
        if request.method in SAFE or not request.path.startswith(PREFIXES):
            return None
        try:
            spend_on_request(request)
        except TooManyRequests as error:
            return refusal_page(request, error)
        return None
