"""Saying 503 at once instead of letting people wait in a queue that does not move.

A process works on so many requests at a time (`WORK_SLOTS`, as many as two cores serve well), the
next ones wait for their turn. While turns come, a crowd is served one after the other. Once
somebody has waited a whole second for one, nothing moves: from then on nobody waits, everybody is
told 503 with `Retry-After` before any work is done, until a turn comes free. The server has
more threads than slots, so that there is always one to say so.

Looking at the catalogue and searching have no more than a share of the slots (`READ_SLOTS`), and a
line of their own: however many look, who buys finds a slot (reliability.md F98). Stripe's webhook
has slots and database connections of its own (F61); health checks and what the front hands out need
none.

A proxy of ours says when a request reached it (`X-Request-Start`): who has already waited longer
than people do is answered 503 too, so that the queue in front of us stays short.
"""

import re
import threading
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from ticketmaster.core import metrics
from ticketmaster.core.context import site
from ticketmaster.core.errors import TemporarilyUnavailable
from ticketmaster.gateway.views import envelope, is_api

GetResponse = Callable[[HttpRequest], HttpResponse]

FREE_PATHS = frozenset({"/livez", "/readyz", "/metrics"})
WEBHOOK_PATH = "/payments/webhook"
LOOKING = (
    *("/event/", "/search", "/performer/", "/venue/", "/city/", "/category/", "/sitemap"),
    *("/api/v1/event/", "/api/v1/search", "/api/v1/performer/", "/api/v1/venue/"),
)
SELLING = ("/waiting-room", "/hold")  # the ends of what begins like those and is a step of a sale
LONGEST_LINE = 1_000  # in practice the threads that are left
REQUEST_START = re.compile(r"(?:t=)?(\d{9,11}(?:\.\d{1,6})?)")


class Overloaded(TemporarilyUnavailable):
    """More people ask at once than can be served. Nothing was changed."""

    message = "So many people are here that we cannot serve you this second. Please try again."


class Slots:
    """So many at a time, and a line for the next ones, of `line` at most."""

    def __init__(self, count: int, *, patience_s: float, line: int = LONGEST_LINE) -> None:
        self._free = count
        self._line = line
        self._patience_s = patience_s
        self._waiting = 0
        self._changed = threading.Condition(threading.Lock())
        self._moved_at = time.monotonic()
        self._is_stuck = False

    def take(self) -> float:
        """A slot; the seconds that were waited for it. Raises Overloaded."""
        with self._changed:
            if self._free > 0 and not self._waiting:
                self._free -= 1
                return 0.0
            if self._is_stuck or self._waiting >= self._line:
                raise Overloaded
            return self._wait()

    def give_back(self) -> None:
        """Let the next one in."""
        with self._changed:
            self._free += 1
            self._is_stuck = False
            self._moved_at = time.monotonic()
            self._changed.notify()

    def _wait(self) -> float:
        began = time.monotonic()
        self._waiting += 1
        try:
            while not self._changed.wait_for(lambda: self._free > 0, self._patience_s):
                if time.monotonic() - max(began, self._moved_at) >= self._patience_s:
                    # Nothing moves: until something does, nobody else need wait to learn that.
                    self._is_stuck = True
                    raise Overloaded
            self._free -= 1
            return time.monotonic() - began
        finally:
            self._waiting -= 1


class SheddingMiddleware:
    """A slot for every request that does some work, or 503."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        patience_s = settings.SLOT_PATIENCE_SECONDS
        self.work = Slots(settings.WORK_SLOTS, patience_s=patience_s)
        line = settings.READ_LINE
        self.looking = Slots(settings.READ_SLOTS, patience_s=patience_s, line=line)
        self.webhook = Slots(settings.WEBHOOK_SLOTS, patience_s=patience_s)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in FREE_PATHS:
            return self.get_response(request)
        try:
            taken = self._take(request)
        except Overloaded as error:
            return _busy(request, error)
        try:
            return self.get_response(request)
        finally:
            for slots in taken:
                slots.give_back()

    def _take(self, request: HttpRequest) -> list[Slots]:
        """A slot of each share that it needs, or none. Raises Overloaded."""
        taken: list[Slots] = []
        share = "work"
        try:
            for share in _shares_of(request):
                if share == "work" and queued_s(request) > settings.MOST_QUEUED_SECONDS:
                    raise Overloaded
                slots: Slots = getattr(self, share)
                waited = slots.take()
                taken.append(slots)
                if waited:
                    metrics.slot_wait_seconds.observe(waited)
        except Overloaded:
            metrics.shed.labels(share).inc()
            for slots in taken:
                slots.give_back()
            raise
        return taken


def _shares_of(request: HttpRequest) -> tuple[str, ...]:
    """Of which slots it needs one, in the order of taking them."""
    if request.path_info == WEBHOOK_PATH:
        return ("webhook",)
    return ("looking", "work") if is_looking(request) else ("work",)


def is_looking(request: HttpRequest) -> bool:
    """Whether somebody only looks at the catalogue or searches it."""
    path = request.path_info
    if request.method not in {"GET", "HEAD"}:
        return False
    return path == "/" or (path.startswith(LOOKING) and not path.endswith(SELLING))


def queued_s(request: HttpRequest) -> float:
    """How long a proxy of ours has had the request before us; 0 where nobody says."""
    if not settings.TRUSTED_PROXY_COUNT:
        return 0.0
    said = REQUEST_START.fullmatch(request.META.get("HTTP_X_REQUEST_START", ""))
    return max(time.time() - float(said[1]), 0.0) if said else 0.0


def _busy(request: HttpRequest, error: Overloaded) -> HttpResponse:
    """The refusal, cheap: a page that was rendered once."""
    if is_api(request):
        response: HttpResponse = envelope(error.code, error.detail, status=error.status)
    else:
        response = HttpResponse(_busy_page(), status=error.status)
    response["Retry-After"] = str(error.retry_after)
    return response


@cache
def _busy_page() -> str:
    shared = site(HttpRequest())
    return render_to_string("503.html", {**shared, "detail": Overloaded.message})
