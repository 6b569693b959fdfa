"""How visitor and pass travel: apps send headers, pages have cookies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

VISITOR_HEADER = "X-Waiting-Room-Visitor"
PASS_HEADER = "HTTP_X_WAITING_ROOM_PASS"  # noqa: S105 - a header's name, as WSGI has it
VISITOR_KEPT_SECONDS = 3 * 24 * 3600


def _visitor_cookie(event_id: int) -> str:
    return f"waiting-room-{event_id}"


def _pass_cookie(event_id: int) -> str:
    return f"waiting-room-pass-{event_id}"


def shown_visitor(request: HttpRequest, event_id: int) -> str:
    """The visitor token that a request carries; blank for none. The header counts first."""
    return request.headers.get(VISITOR_HEADER) or kept_visitor(request, event_id)


def kept_visitor(request: HttpRequest, event_id: int) -> str:
    """The visitor token in the browser."""
    return request.COOKIES.get(_visitor_cookie(event_id), "")


def shown_pass(request: HttpRequest | Request) -> str:
    """The pass that an app sends; else, for a browser, those that it has: see `kept_pass`."""
    sent: str = request.META.get(PASS_HEADER, "")
    return sent


def kept_pass(request: HttpRequest | Request, event_id: int) -> str:
    """The pass in the browser for this event."""
    return str(request.COOKIES.get(_pass_cookie(event_id), ""))


def keep_visitor(response: HttpResponse, event_id: int, token: str) -> None:
    """Let the browser keep the visitor token."""
    _set(response, _visitor_cookie(event_id), token, VISITOR_KEPT_SECONDS)


def keep_pass(response: HttpResponse, event_id: int, token: str) -> None:
    """Let the browser keep the pass while it is good."""
    _set(response, _pass_cookie(event_id), token, settings.WAITING_ROOM_PASS_SECONDS)


def forget(response: HttpResponse, event_id: int) -> None:
    """Take both from the browser."""
    response.delete_cookie(_visitor_cookie(event_id))
    response.delete_cookie(_pass_cookie(event_id))


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )
