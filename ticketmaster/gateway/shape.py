"""Requests that no view should have to think about: too large, or with NUL bytes in them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ticketmaster.gateway import views

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestShapeMiddleware:
    """413 for a body over the limit; 404 or 400 for NUL, which Postgres keeps in no text.

    By the announced length, before a byte is read: Django checks its own limit only for bodies
    that it reads itself, and DRF's parsers read around it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _content_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return views.too_large(request)
        if "\x00" in request.path_info:
            return views.not_found(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            return views.bad_request(request)
        if any("\x00" in value for value in request.COOKIES.values()):
            return views.bad_request(request)
        return self.get_response(request)


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
