"""The poll's short way: past sessions, sign-in and everything else that it does not need.

Twenty thousand people ask every few seconds; each costs a signature check and one call of Redis.
"""

import json
import random
import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bookings.waiting_room import answers, line
from bookings.waiting_room.answers import Answer
from bookings.waiting_room.transport import keep_pass, keep_visitor, kept_visitor, shown_visitor
from ticketmaster.core import metrics
from ticketmaster.core.errors import DomainError
from ticketmaster.core.ids import LARGEST_ID
from ticketmaster.gateway.limits import TooManyRequests
from ticketmaster.gateway.request_limits import policy_of, tell
from ticketmaster.gateway.shedding import Overloaded, Slots

GetResponse = Callable[[HttpRequest], HttpResponse]
PREFIX, SUFFIX = "/api/v1/event/", "/waiting-room"
ASK_AGAIN_S = (3, 8)
ADDRESS = re.compile(r"/api/v1/event/([0-9]{1,19})/waiting-room")


def poll_answer(request: HttpRequest, event_id: int) -> HttpResponse:
    """The answer to a poll. Raises what `answers.poll` does."""
    token = shown_visitor(request, event_id)
    return json_answer(request, event_id, answers.poll(event_id, token))


def json_answer(request: HttpRequest, event_id: int, answer: Answer) -> HttpResponse:
    """The answer as JSON, for nobody's cache; a browser's cookies are kept up with it."""
    response = HttpResponse(json.dumps(answer.shape()), content_type="application/json")
    response["Cache-Control"] = "private, no-store"
    if settings.RATE_LIMITS and request.method == "GET":
        response["RateLimit-Policy"] = policy_of(line.POLLS)
    if kept_visitor(request, event_id):
        if answer.visitor and answer.visitor != kept_visitor(request, event_id):
            keep_visitor(response, event_id, answer.visitor)
        if answer.entry_pass:
            keep_pass(response, event_id, answer.entry_pass)
    return response


class AskAgain(Overloaded):
    """More ask at once how they stand than can be told."""

    message = "So many ask how they stand that we could not look this second. Your place is kept."

    def __init__(self) -> None:
        super().__init__()
        self.retry_after = random.randint(*ASK_AGAIN_S)  # not all of them in the same second


class PollMiddleware:
    """Answers polls of waiting rooms before anything else is done for them.

    A few at a time (`POLL_SLOTS`); the others wait asleep. Hundreds at once would answer no more
    of them a second, and every step of a sale would wait for its turn of the interpreter. Of
    those that wait there are `POLL_LINE` at most: they take the threads that buyers come by, so
    who comes beyond it is told, before anything is looked at, to ask again in some seconds.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        patience_s = settings.SLOT_PATIENCE_SECONDS
        self.turns = Slots(settings.POLL_SLOTS, patience_s=patience_s, line=settings.POLL_LINE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if request.method != "GET" or not path.startswith(PREFIX) or not path.endswith(SUFFIX):
            return self.get_response(request)
        match = ADDRESS.fullmatch(path)
        if match is None or int(match[1]) > LARGEST_ID:
            return self.get_response(request)
        response = self._in_turn(request, int(match[1]))
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Length"] = str(len(response.content))
        return response

    def _in_turn(self, request: HttpRequest, event_id: int) -> HttpResponse:
        try:
            self.turns.take()
        except Overloaded:
            metrics.shed.labels("polls").inc()
            return _refusal(AskAgain())
        try:
            return _answer(request, event_id)
        finally:
            self.turns.give_back()


def _answer(request: HttpRequest, event_id: int) -> HttpResponse:
    try:
        return poll_answer(request, event_id)
    except DomainError as refusal:
        return _refusal(refusal)


def _refusal(error: DomainError) -> HttpResponse:
    """The API's envelope."""
    errors = [{"code": error.code, "detail": error.detail, "attr": error.attr}]
    body = json.dumps({"type": "client_error", "errors": errors})
    response = HttpResponse(body, content_type="application/json", status=HTTPStatus(error.status))
    response["Cache-Control"] = "private, no-store"
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    if isinstance(error, TooManyRequests) and error.quota is not None:
        tell(response, error.quota)
    return response
