"""API views whose answers are the same bytes for everybody."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.core.public import Copy, Freshness, LastCopy, answer_from, copy_of


class PublicAPIView(APIView):
    """A view that nobody signs in for: no session is read, no cookie set, nothing personal said.

    Answers of 200 carry an ETag and the view's `freshness`, and 304 where it fits. While the
    database is away the last copy of the same address serves. With `compresses` large answers are
    packed for who takes that: worth its time where hardly anything is left of them.
    """

    authentication_classes = ()
    permission_classes = ()
    freshness = Freshness(shared=1)
    keeps_last_copy = True
    compresses = False

    def finalize_response(  # type: ignore[override]  # any Django answer will do, as in APIView
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The answer, made public and conditional."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code != HTTPStatus.OK or request.method not in {"GET", "HEAD"}:
            return response
        if isinstance(response, Response):
            response.render()
        copy = copy_of(response, compress=False)
        if self.keeps_last_copy:
            LastCopy(request._request).keep(copy)
        return self._conditional(request._request, copy)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """The last copy where there is one and the database is away, else the refusal."""
        if self.keeps_last_copy and LastCopy.may_serve(exc):
            copy = LastCopy(self.request._request).find()
            if copy is not None:
                response = HttpResponse(copy.body, content_type=copy.content_type)
                response["ETag"] = copy.etag
                return response
        return super().handle_exception(exc)

    def _conditional(self, request: HttpRequest, copy: Copy) -> HttpResponse:
        return answer_from(request, copy, self.cache_control(request), compress=self.compresses)

    def cache_control(self, request: HttpRequest) -> str:
        """The Cache-Control header of an answer of 200."""
        return self.freshness.header
