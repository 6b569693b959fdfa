"""Error answers, each as a page for people or in the envelope for programs; and health."""

import ipaddress
import sys
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.core import metrics as figures
from ticketmaster.core.api_errors import DATABASE_AWAY
from ticketmaster.core.errors import DomainError, NotOnThisAccount, TemporarilyUnavailable
from ticketmaster.gateway import health

PAGES = frozenset({400, 403, 404, 429, 500, 503})


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when Postgres answers. Redis is reported, but its absence only slows the site."""
    parts = health.parts()
    status = HTTPStatus.OK if parts["postgres"] else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": parts["postgres"], "parts": parts}, status=status)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' figures, for METRICS_ALLOW or the bearer of METRICS_TOKEN; 404 for strangers."""
    if not may_read_metrics(request):
        return not_found(request)
    return HttpResponse(figures.exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_read_metrics(request: HttpRequest) -> bool:
    """Whether the figures are for whoever asks."""
    token = f"Bearer {settings.METRICS_TOKEN}"
    if settings.METRICS_TOKEN and constant_time_compare(
        request.headers.get("Authorization", ""), token
    ):
        return True
    try:
        address = ipaddress.ip_address(request.META["REMOTE_ADDR"])
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(known) for known in settings.METRICS_ALLOW)


def envelope(code: str, detail: str, *, status: int, attr: str | None = None) -> JsonResponse:
    """The API's error envelope, for answers that are made outside DRF; `attr` is the field."""
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "client_error"
    return JsonResponse(
        {"type": kind, "errors": [{"code": code, "detail": detail, "attr": attr}]}, status=status
    )


def is_api(request: HttpRequest) -> bool:
    """Whether the answer is for a program, in the envelope."""
    return request.path == "/api" or request.path.startswith(("/api/", "/_allauth/"))


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal with its status and, where it has one, `Retry-After`."""
    if isinstance(error, NotOnThisAccount) and not is_api(request):
        return render(request, "404_on_account.html", status=error.status)
    response = _refusal(request, error.code, error.detail, status=error.status)
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def _refusal(
    request: HttpRequest, code: str, detail: str, *, status: int, attr: str | None = None
) -> HttpResponse:
    """A page for people, the envelope for programs."""
    if is_api(request):
        return envelope(code, detail, status=status, attr=attr)
    template = f"{status}.html" if status in PAGES else "400.html"
    return render(request, template, {"detail": detail}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 where Django found the body too large."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    detail = "That request could not be understood."
    return _refusal(request, "parse_error", detail, status=HTTPStatus.BAD_REQUEST)


def not_text(request: HttpRequest, field: str | None) -> HttpResponse:
    """400 for a parameter with what is no character."""
    detail = f"What was given for {field} is not text." if field else "That request is not text."
    return _refusal(request, "invalid", detail, status=HTTPStatus.BAD_REQUEST, attr=field)


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _refusal(request, "request_too_large", "That request is too large.", status=status)


def headers_too_large(request: HttpRequest) -> HttpResponse:
    """431."""
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return _refusal(request, "headers_too_large", "Those headers are too large.", status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    detail = "That is not for this account."
    return _refusal(request, "permission_denied", detail, status=HTTPStatus.FORBIDDEN)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from our own page, or from one that a sign-in in another
    window has made old, or from a browser without cookies: for the last two, what helps."""
    if is_api(request):
        return forbidden(request)
    return render(
        request, "403_stale.html", {"back": _page_before(request)}, status=HTTPStatus.FORBIDDEN
    )


def _page_before(request: HttpRequest) -> str:
    """The page of ours with the form; the home page where nobody says."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or not before.path.startswith("/"):
        return "/"
    return "/" + urlunsplit(("", "", before.path, before.query, "")).lstrip("/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, as a page or in the envelope."""
    if is_api(request):
        return envelope("not_found", "Not found.", status=HTTPStatus.NOT_FOUND)
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a bug. Says so without blame and without details.

    A database that goes away between view and answer, while a session is saved, comes here too:
    that is 503, as everywhere.
    """
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return refusal_page(request, TemporarilyUnavailable())
    if is_api(request):
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return envelope("error", "Something broke on our side.", status=status)
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


class ApiNotFoundView(APIView):
    """Unknown addresses under /api, in the envelope, whatever the method."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """404 for every method."""
        self.http_method_names = [str(request.method).lower()]
        setattr(self, str(request.method).lower(), self.refuse)
        return super().dispatch(request, *args, **kwargs)

    def refuse(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Always."""
        raise exceptions.NotFound
