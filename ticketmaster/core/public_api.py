"""API views whose answers are the same bytes for everybody."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.core.crowds import crowds
from ticketmaster.core.public import (
    Freshness,
    LastAnswer,
    answer_from,
    answer_of,
    digest,
    fresh_for,
    fresh_seconds,
    kept_answer,
)

LONGEST_ADDRESS = 250


class PublicAPIView(APIView):
    """A view that nobody signs in for: no session is read, no cookie set, nothing personal said.

    Answers of 200 carry an ETag and the view's `freshness`, and 304 where it fits. While the
    database is away the last answer of the same address serves. With `compresses` large answers
    are packed for who takes that: worth its time where hardly anything is left of them. A view
    that `has_own_etag` names what is in the answer by it, packed or not. Where a crowd asks for one
    address (`crowds`), all of them share what one built at most `for_a_crowd` seconds ago.
    """

    authentication_classes = ()
    permission_classes = ()
    freshness = Freshness(shared=1)
    keeps_last_answer = True
    compresses = False
    has_own_etag = False
    for_a_crowd = 0
    _is_for_all = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As APIView's; for a crowd, the answer that it shares."""
        parent: Callable[..., Any] = super().dispatch
        build: Callable[[], HttpResponse] = partial(parent, request, *args, **kwargs)
        if self.for_a_crowd and self._is_for_a_crowd(request):
            return self._shared(request, build)
        return build()

    def _is_for_a_crowd(self, request: HttpRequest) -> bool:
        if request.method not in {"GET", "HEAD"}:
            return False
        address = request.get_full_path()
        if len(address) > LONGEST_ADDRESS:
            return False
        # The gateway knows how many it answered since somebody last came here, and how many wait.
        others, count_waiting = getattr(request, "handed_out", 0), getattr(request, "waiting", int)
        return crowds.is_at(address, others=others, waiting=count_waiting())

    def _shared(self, request: HttpRequest, build: Callable[[], HttpResponse]) -> HttpResponse:
        self._is_for_all = True
        key = digest("crowd", request.build_absolute_uri())
        freshness = replace(self.freshness, kept=self.for_a_crowd)
        answer = kept_answer(request, key, build, freshness=freshness)
        return fresh_for(answer, fresh_seconds(answer), whatever_query=True)

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
        if self._is_for_all:
            return response
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
