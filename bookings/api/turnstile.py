"""A few claims at a time until they are refused or let pass; the others wait asleep.

Hundreds of threads that all want the interpreter hand it to and fro more than they work with it:
each refused claim of a rush switched threads some 25 times, and 12 times behind a turnstile
(docs/benchmarks.md). What most of a rush needs is a call of Redis between two stretches of Python,
which a few threads do as fast as many.
"""

import re
from collections.abc import Callable
from queue import Empty, SimpleQueue

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bookings.api.plain_claims import is_plain

GetResponse = Callable[[HttpRequest], HttpResponse]
LENGTH = re.compile(r"[0-9]{1,6}")
LONGEST_BODY = 16 * 1024


class Turns:
    """So many at a time. Nobody waits longer than `patience_s`, and while nothing moves nobody."""

    def __init__(self, count: int, *, patience_s: float) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        self._patience_s = patience_s
        self._is_stuck = False
        for _ in range(count):
            self._free.put(None)

    @property
    def free(self) -> int:
        """How many could be taken at this moment."""
        return self._free.qsize()

    def take(self) -> "Turn | None":
        """A turn; None where none came free in time."""
        try:
            self._free.get(timeout=0 if self._is_stuck else self._patience_s)
        except Empty:
            self._is_stuck = True
            return None
        return Turn(self)

    def put_back(self) -> None:
        """Let the next one in."""
        self._is_stuck = False
        self._free.put(None)


class Turn:
    """One of the turns, until it is given back."""

    def __init__(self, turns: Turns) -> None:
        self._turns: Turns | None = turns

    def give_back(self) -> None:
        """Let the next claim in; not twice."""
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.put_back()


class TurnstileMiddleware:
    """A turn for each plain claim (`CLAIM_TURNS`), as far outside as its time is still told.

    It is over with the answer, or when the ticket lock lets the claim pass: to hold seats takes a
    work slot and no turn. Turns are there to be fast: whoever has waited a second goes on without
    one, and the work slots say whether anything moves. Nobody waits for another one's body: that
    has come before.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        patience_s = settings.SLOT_PATIENCE_SECONDS
        self.turns = Turns(settings.CLAIM_TURNS, patience_s=patience_s)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_plain(request) or not _body_has_come(request):
            return self.get_response(request)
        turn = self.turns.take()
        if turn is None:
            return self.get_response(request)
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
