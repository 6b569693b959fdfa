"""A few claims at a time up to the ticket lock; the others wait asleep.

Hundreds of threads that all want the interpreter hand it to and fro more than they work with it:
each refused claim of a rush switched threads some 25 times, and 10 times behind a turnstile
(docs/benchmarks.md). What a claim has in front of the lock is a call of Redis between two stretches
of Python, which a few threads do as fast as many.
"""

import re
from collections.abc import Callable
from queue import SimpleQueue

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bookings.api.plain_claims import is_plain

GetResponse = Callable[[HttpRequest], HttpResponse]
Turns = SimpleQueue[None]

LENGTH = re.compile(r"[0-9]{1,6}")
LONGEST_BODY = 16 * 1024


class Turn:
    """One of the turns, until it is given back."""

    def __init__(self, turns: Turns) -> None:
        self._turns: Turns | None = turns
        turns.get()

    def give_back(self) -> None:
        """Let the next claim in; not twice."""
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.put(None)


class TurnstileMiddleware:
    """A turn for each plain claim (`CLAIM_TURNS`), as far outside as its time is still told.

    It is over with the answer, or when the claim has passed the ticket lock and goes to Postgres:
    that takes a work slot and no turn. Who has a turn waits for a slot no longer than anybody, and
    for nobody's body: that has come before.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.turns: Turns = SimpleQueue()
        for _ in range(settings.CLAIM_TURNS):
            self.turns.put(None)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_plain(request) or not _body_has_come(request):
            return self.get_response(request)
        turn = Turn(self.turns)
        request.turn = turn  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            turn.give_back()


def _body_has_come(request: HttpRequest) -> bool:
    """Read it, however long its sender takes. False for one that is too long for a plain claim, or
    of unknown length: it is left for who knows what to say of it."""
    length = request.META.get("CONTENT_LENGTH", "")
    if not LENGTH.fullmatch(length) or int(length) > LONGEST_BODY:
        return False
    return bool(request.body)


def leave_turnstile(request: HttpRequest) -> None:
    """The claim goes on without its turn, if it had one."""
    turn: Turn | None = getattr(request, "turn", None)
    if turn is not None:
        turn.give_back()
