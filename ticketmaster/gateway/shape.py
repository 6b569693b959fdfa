"""Requests that no view should have to think about: too large, or with NUL bytes in them."""

from collections.abc import Callable
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ticketmaster.gateway import views

GetResponse = Callable[[HttpRequest], HttpResponse]

MOST_HEADER_BYTES = 32 * 1024


class RequestShapeMiddleware:
    """413 for a body over the limit, 431 for headers over theirs; 404 or 400 for NUL, which
    Postgres keeps in no text.

    By the announced length, before a byte is read: Django checks its own limit only for bodies
    that it reads itself, and DRF's parsers read around it. A body that comes in chunks announces
    none: it is read here, up to the limit, and Django is told its length.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _header_size(request) > MOST_HEADER_BYTES:
            return views.headers_too_large(request)
        if _content_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return views.too_large(request)
        if "HTTP_TRANSFER_ENCODING" in request.META and not _take_chunks(request):
            return views.too_large(request)
        if "\x00" in request.path_info:
            return views.not_found(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            return views.not_text(request, _field_with_nul(request))
        if any("\x00" in value for value in request.COOKIES.values()):
            return views.bad_request(request)
        return self.get_response(request)


def _field_with_nul(request: HttpRequest) -> str | None:
    """The first parameter whose value has one; None where only names do."""
    fields = request.GET.lists()
    return next((name for name, values in fields if "\x00" in "".join(values)), None)


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _header_size(request: HttpRequest) -> int:
    return sum(
        len(name) + len(value) for name, value in request.META.items() if name.startswith("HTTP_")
    )


def _take_chunks(request: HttpRequest) -> bool:
    """Whether the whole body came within the limit; it is then read as any other."""
    stream = request.META.get("wsgi.input")
    if stream is None or request.META.get("CONTENT_LENGTH"):
        return True
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body = b""
    while len(body) <= limit and (part := stream.read(limit + 1 - len(body))):
        body += part
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)  # WSGIRequest's own has length 0
    return len(body) <= limit
