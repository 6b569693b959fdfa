"""The short way of an app's claim: from its work slot straight to the domain function.

An on-sale's first second is nothing but these. What stands between slot and view serves pages and
browsers (cookies, CSRF, messages), negotiates formats and looks addresses up: a third of a
refused claim's time. A claim with a session token, of the plain form that apps send, needs none of
it. It is limited, authenticated, checked and answered by the same functions as on the long way,
to which everything else is left: another form, a body with a mistake in it, an Idempotency-Key.
"""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, resolve
from rest_framework.exceptions import AuthenticationFailed, ValidationError

from bookings.api.looking import LookingSession
from bookings.api.plain_claims import JSON, PATH, is_plain
from bookings.api.serializers import ReserveSerializer
from bookings.api.shapes import booking_shape
from bookings.api.turnstile import leave_turnstile
from bookings.api.views import claim
from bookings.waiting_room.transport import shown_pass
from ticketmaster.accounts.authentication import HEADER, LateSessionTokenAuthentication
from ticketmaster.core.api_errors import DATABASE_AWAY, envelope_of
from ticketmaster.core.errors import DomainError, TemporarilyUnavailable
from ticketmaster.core.fields import checked
from ticketmaster.core.ids import LARGEST_ID
from ticketmaster.core.rendering import JSONRenderer
from ticketmaster.gateway.request_limits import RequestLimitsMiddleware, tell

GetResponse = Callable[[HttpRequest], HttpResponse]

ONLY_TICKETS = {"ticket_ids"}

_authentication = LateSessionTokenAuthentication()
_renderer = JSONRenderer()


class ShortWayMiddleware:
    """Answers plain claims of apps; passes everything else on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.limits = RequestLimitsMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = _asked(request) if is_plain(request) else None
        if asked is None:
            return self.get_response(request)
        request.get_host()  # 400 for a host that is not ours
        request.resolver_match = _match()
        if "ticket_ids" in asked:
            token = request.META["HTTP_X_SESSION_TOKEN"]
            session = LookingSession(token, ticket_ids=asked["ticket_ids"])
            request.app_session = session  # type: ignore[attr-defined]  # for the limits, too
        response = self.limits.process_view(request, None, (), {})
        if response is None:
            response = _answer(request, asked)
            response["Allow"] = "POST, OPTIONS"
        quota = getattr(request, "quota", None)
        if quota is not None:
            tell(response, quota)
        response["Content-Length"] = str(len(response.content))
        return response


def _asked(request: HttpRequest) -> dict[str, Any] | None:
    """What the body asks for; None for one whose mistakes the long way explains."""
    try:
        body = orjson.loads(request.body)
        return body if _names_tickets(body) else checked(ReserveSerializer, body)
    except (orjson.JSONDecodeError, ValidationError):
        return None


def _names_tickets(body: Any) -> bool:
    """Whether it is `{"ticket_ids": [1, 2]}`, with which the form would find no fault.

    Nearly every claim is, and the form takes a tenth of a refusal's time to say so.
    """
    if type(body) is not dict or body.keys() != ONLY_TICKETS:
        return False
    ids = body["ticket_ids"]
    return (
        type(ids) is list
        and 0 < len(ids) <= settings.MAX_TICKETS_PER_REQUEST
        and all(type(one) is int and 0 < one <= LARGEST_ID for one in ids)
        and len(set(ids)) == len(ids)
    )


@cache
def _match() -> ResolverMatch:
    return resolve(PATH)


def _answer(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    try:
        return _claimed(request, asked)
    except DomainError as refusal:
        return _refused(refusal)
    except DATABASE_AWAY:
        return _refused(TemporarilyUnavailable())
    except AuthenticationFailed as error:
        said = {"code": str(error.get_codes()), "detail": str(error.detail), "attr": None}
        body = {"type": "client_error", "errors": [said]}
        return _json(body, error.status_code, {"WWW-Authenticate": HEADER})


def _claimed(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    found = _authentication.authenticate(request)  # type: ignore[arg-type]  # reads headers only
    assert found is not None, "is_plain has seen the token"
    user, session = found
    request.user = user  # type: ignore[assignment]  # for the access log, as on the long way
    refused = session.refused if isinstance(session, LookingSession) else None
    if refused is None:
        leave_turnstile(request)
    booking = claim(asked, user=user, shown=shown_pass(request), refused=refused)
    return _json(booking_shape(booking, request), HTTPStatus.CREATED)


def _refused(error: DomainError) -> HttpResponse:
    again = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return _json(envelope_of(error), error.status, again)


def _json(body: Any, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    content = _renderer.render(body)
    return HttpResponse(content, content_type=JSON, status=status, headers=headers)
