"""API views whose answers are the same bytes for everybody."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.core.public import (
    Freshness,
    LastAnswer,
    answer_from,
    answer_of,
    fresh_for,
    fresh_seconds,
)


class PublicAPIView(APIView):
    """A view that nobody signs in for: no session is read, no cookie set, nothing personal said.

    Answers of 200 carry an ETag and the view's `freshness`, and 304 where it fits. While the
    database is away the last answer of the same address serves. With `compresses` large answers
    are packed for who takes that: worth its time where hardly anything is left of them. A view
    that `has_own_etag` names what is in the answer by it, packed or not.
    """

    authentication_classes = ()
    permission_classes = ()
    freshness = Freshness(shared=1)
    keeps_last_answer = True
    compresses = False
    has_own_etag = False

    def finalize_response(  # type: ignore[override]  # any Django answer will do, as in APIView
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The answer, made public and conditional."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code != HTTPStatus.OK or request.method not in {"GET", "HEAD"}:
            return response
        if isinstance(response, Response):
            response.render()
        answer = answer_of(response, compress=False)
        if self.keeps_last_answer:
            LastAnswer(request._request).keep(answer)
        public = answer_from(
            request._request,
            answer,
            self.cache_control(request._request),
            compress=self.compresses,
            same_etag=self.has_own_etag,
        )
        return fresh_for(public, fresh_seconds(response))

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """The last answer where there is one and the database is away, else the refusal."""
        if self.keeps_last_answer and LastAnswer.may_serve(exc):
            answer = LastAnswer(self.request._request).find()
            if answer is not None:
                response = HttpResponse(answer.body, content_type=answer.content_type)
                response["ETag"] = answer.etag
                return response
        return super().handle_exception(exc)

    def cache_control(self, request: HttpRequest) -> str:
        """The Cache-Control header of an answer of 200."""
        return self.freshness.header
