"""How often anybody may ask, by kind of call: counted before a view runs, told in the answer.

What the front hands out again (`front.py`) is not counted: it costs next to nothing. The standard
headers (draft-ietf-httpapi-ratelimit-headers) stand on API answers. An answer that any cache may
keep names the policy alone, which is the same for everybody; how much is left is one client's, and
stands on private answers and on every 429. Who was just refused is refused again (`refused.py`)
before any work is done: without a slot, without Redis and without a session.
"""

import ipaddress
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from ticketmaster.core.context import site
from ticketmaster.gateway.endpoint_classes import endpoint_class
from ticketmaster.gateway.limits import Charge, Limit, Quota, TooManyRequests, spend
from ticketmaster.gateway.refused import refusals
from ticketmaster.gateway.views import envelope, is_api, refusal_page

GetResponse = Callable[[HttpRequest], HttpResponse]

LONGEST_SESSION = 200
SESSION_HEADER = "HTTP_X_SESSION_TOKEN"


class RequestLimitsMiddleware:
    """Counts a call against every limit of its kind; 429 with `Retry-After` beyond."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        quota: Quota | None = getattr(request, "quota", None)
        if quota is not None and is_api(request):
            tell(response, quota)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The refusal, or None to go on."""
        kind = endpoint_class(request)
        request.kind = kind  # type: ignore[attr-defined]  # for the figures, too
        if kind is None or not settings.RATE_LIMITS:
            return None
        try:
            request.quota = _count(request, kind)  # type: ignore[attr-defined]
        except TooManyRequests as error:
            request.quota = error.quota  # type: ignore[attr-defined]
            if error.quota is not None:
                _note(error.quota, _who_asks(request))
            return refusal_page(request, error)
        return None


class RefusedAgainMiddleware:
    """429 at once for who has just been told it for the same kind of call."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        quota = refusals.find(_who_asks(request)) if settings.RATE_LIMITS else None
        if quota is None or _kind_of(request) != quota.limit.name.rpartition("-")[0]:
            return self.get_response(request)
        request.quota = quota  # type: ignore[attr-defined]  # for the access log
        error = TooManyRequests(quota.more_in, quota)
        response = (
            envelope(error.code, error.detail, status=error.status)
            if is_api(request)
            else HttpResponse(_page(), status=error.status)
        )
        response["Retry-After"] = str(quota.more_in)
        tell(response, quota)
        return response


def _note(quota: Quota, who: dict[str, str]) -> None:
    by = quota.limit.name.rpartition("-")[2]
    if by in who:
        refusals.note((by, who[by]), quota)


def _kind_of(request: HttpRequest) -> str | None:
    """The kind of call, before Django has looked the address up."""
    try:
        request.resolver_match = resolve(request.path_info)
    except Resolver404:
        return None
    kind = endpoint_class(request)
    request.kind = kind  # type: ignore[attr-defined]
    return kind


@cache
def _page() -> str:
    """The refusal as a page, rendered once."""
    return render_to_string("429.html", {**site(HttpRequest()), "detail": TooManyRequests.message})


def _count(request: HttpRequest, kind: str) -> Quota | None:
    """Spend one call. The session is opened only once address and session have paid, and only
    where users have a limit."""
    spent = spend(*_charges(kind, _who_asks(request)))
    quotas = [spent.tightest]
    if "user" in settings.REQUEST_LIMITS[kind]:
        user = _user_of(request)
        if user:
            quotas.append(spend(*_charges(kind, {"user": user})).tightest)
    found = [quota for quota in quotas if quota is not None]
    return min(found, key=lambda quota: quota.left / quota.limit.most, default=None)


def _charges(kind: str, who: dict[str, str]) -> list[Charge]:
    seconds = settings.REQUEST_LIMIT_SECONDS
    return [
        Charge(Limit(f"{kind}-{by}", most, seconds), who[by])
        for by, most in settings.REQUEST_LIMITS[kind].items()
        if who.get(by)
    ]


def _who_asks(request: HttpRequest) -> dict[str, str]:
    address: str = request.META["REMOTE_ADDR"]
    session = request.META.get(SESSION_HEADER) or request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return {
        "address": address,
        "network": network_of(address),
        "session": (session or "")[:LONGEST_SESSION],
    }


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; blank for what is no address."""
    if "." in address and ":" not in address:
        return address.rpartition(".")[0]
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        return network_of(str(mapped))
    return str(ipaddress.ip_network((found, 48), strict=False))


def _user_of(request: HttpRequest) -> str:
    """The id of who is signed in by header or cookie, blank for nobody."""
    token = request.META.get(SESSION_HEADER)
    if token is None:
        return str(request.session.get(SESSION_KEY, ""))
    if not token or len(token) > LONGEST_SESSION or "\x00" in token:
        return ""
    store = getattr(request, "app_session", None)
    if store is None:
        store = SessionStore(session_key=token)
        request.app_session = store  # type: ignore[attr-defined]  # authentication goes on with it
    return str(store.get(SESSION_KEY, ""))


def policy_of(limit: Limit) -> str:
    """The limit as `RateLimit-Policy` has it."""
    return f'"{limit.name}";q={limit.most};w={limit.seconds}'


def tell(response: HttpResponse, quota: Quota) -> None:
    """Put the standard headers on an answer: the policy, and on private ones what is left."""
    limit = quota.limit
    response.headers["RateLimit-Policy"] = policy_of(limit)
    if "public" not in response.headers.get("Cache-Control", ""):
        response.headers["RateLimit"] = f'"{limit.name}";r={quota.left};t={quota.more_in}'
