"""The API's views that change something: each understands Idempotency-Key."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.core import idempotency, idempotency_mark
from ticketmaster.core.api_errors import DATABASE_AWAY
from ticketmaster.core.idempotency import Answered, Call, CallInProgress
from ticketmaster.core.idempotency_mark import Mark

logger = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class IdempotentView(APIView):
    """A view whose unsafe calls may be repeated under the same Idempotency-Key."""

    # The row is written by the claim's own transaction (`idempotency.note`), after the ticket
    # lock, so that a loser of a hot seat costs Postgres nothing.
    writes_key_with_claim = False

    call: Call | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once the caller is known: answer a repetition, refuse one that runs, or begin."""
        super().initial(request, *args, **kwargs)
        key = request.headers.get(idempotency.HEADER)
        if key is None or request.method in SAFE or not request.user.is_authenticated:
            return
        call = idempotency.call_of(
            key=key,
            user_id=int(request.user.pk),
            method=str(request.method),
            path=request._request.get_full_path(),
            body=request._request.body,
        )
        if self.writes_key_with_claim:
            _begin_late(call, request)
        else:
            _begin(call)
        self.call = call
        idempotency.set_current(call)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As ever, and then keep the answer, or free the key."""
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Exception:
            self._end(None)
            raise
        finally:
            idempotency.set_current(None)
        self._end(response)
        return response

    def handle_exception(self, exc: Exception) -> Response:
        """The first answer again, byte for byte, for a repetition."""
        if isinstance(exc, Answered):
            return replayed(exc)  # type: ignore[return-value]
        return super().handle_exception(exc)

    def _end(self, response: HttpResponseBase | None) -> None:
        call = self.call
        if call is None or call.is_lost:
            return
        try:
            if isinstance(response, Response) and _is_kept(response):
                body = response.render().content.decode()
                idempotency.keep_answer(call, status=response.status_code, body=body)
            elif not call.is_written or not idempotency.give_up(call):
                idempotency_mark.wipe(call)
        except DATABASE_AWAY as error:  # what was done is done: a repetition finds its work
            logger.warning("an answer was not kept: %s", error)


def replayed(answer: Answered) -> HttpResponse:
    """An answer that was given before."""
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    response[idempotency.REPLAYED] = "true"
    return response


def _begin(call: Call) -> None:
    if not idempotency.write_row(call, {}) and not idempotency.meet(call):
        raise CallInProgress  # its row went away between the two looks: it ended unanswered


def _begin_late(call: Call, request: Request) -> None:
    mark = idempotency_mark.leave(call)
    if mark is Mark.UNKNOWN:
        _begin(call)
    elif mark is Mark.REPEATED:
        if not request.user.is_active:  # loads the row, which is 401 for a session that was ended
            raise NotAuthenticated
        if not idempotency.meet(call) and not idempotency_mark.take_over(call):
            raise CallInProgress


def _is_kept(response: Response) -> bool:
    if response.status_code >= 500:
        return False
    if response.status_code not in idempotency.NOT_KEPT:
        return True
    said = response.data.get("data") if isinstance(response.data, dict) else None
    alternative = said.get("alternative") if isinstance(said, dict) else None
    return bool(alternative and alternative.get("booking"))
