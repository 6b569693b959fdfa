"""Public answers that are still fresh, handed out again before any other middleware runs.

What a view marked by `fresh_for` is the same bytes for everybody, so whoever asks for that address
within those seconds gets the bytes and headers that the first one got: no session is opened, no
address resolved, nothing asked of Redis or Postgres. Each process keeps its own few hundred.

One request fetches the next answer. The others take the last one meanwhile, for ten seconds at
most; where there is none they wait for what the first one gets, in a line of their own
(`FRONT_LINE`), so that a crowd that comes all at once takes one slot and not all of them. Whoever
would be told 503 gets the last answer too.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ticketmaster.core.public import (
    fresh_seconds,
    full_answer,
    is_fresh_whatever_query,
    takes_gzip,
)
from ticketmaster.gateway.fetches import Fetches
from ticketmaster.gateway.shedding import is_looking

GetResponse = Callable[[HttpRequest], HttpResponse]
Key = tuple[str | None, str, str, bool]

MOST_ANSWERS = 256
LARGEST_BODY = 512 * 1024
# In place of waiting or of 503. Well within what the answers allow other caches.
MOST_STALE_S = 10.0
# Each search is somebody's own, or nearly: nobody waits for another's.
SEARCHES = ("/search", "/api/v1/search")
# Not of the answer but of its request, or not of a 304.
NOT_KEPT = frozenset({"x-request-id", "content-length"})
NOT_IN_304 = frozenset({"content-type", "content-encoding", "content-language"})


@dataclass(slots=True)
class Ready:
    """An answer with all of its headers, right until a monotonic moment, and how often it was
    handed out."""

    body: bytes
    headers: dict[str, str]
    headers_of_304: dict[str, str]
    etag: str
    until: float
    handed_out: int = 0


class ReadyAnswers:
    """The newest few hundred, by address."""

    def __init__(self) -> None:
        self._ready: OrderedDict[Key, Ready] = OrderedDict()
        self._guard = threading.Lock()

    def find(self, key: Key) -> Ready | None:
        """The answer, while it is right."""
        ready = self._ready.get(key)
        return ready if ready is not None and time.monotonic() < ready.until else None

    def last(self, key: Key) -> Ready | None:
        """The last answer, right or not any more, unless it is too old for anybody."""
        ready = self._ready.get(key)
        is_usable = ready is not None and time.monotonic() < ready.until + MOST_STALE_S
        return ready if is_usable else None

    def put(self, key: Key, ready: Ready) -> None:
        """Keep it in place of what was there."""
        with self._guard:
            self._ready[key] = ready
            self._ready.move_to_end(key)
            while len(self._ready) > MOST_ANSWERS:
                self._ready.popitem(last=False)

    def clear(self) -> None:
        """Forget all, as a fresh process."""
        with self._guard:
            self._ready.clear()


answers = ReadyAnswers()


class FrontMiddleware:
    """Answers from what is ready, and keeps ready what comes by.

    Addresses with a query only where the answer says so: anybody can make up queries and would
    push out what many want.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.fetches = Fetches(line=settings.FRONT_LINE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        key = _key_of(request)
        if "HTTP_IF_MODIFIED_SINCE" in request.META:
            return self._fetch(request, key)
        ready = answers.find(key)
        if ready is not None:
            return _answer(request, ready)
        if answers.last(key) is None and not _is_for_many(request):
            return self._fetch(request, key)
        return self._fetch_once(request, key)

    def _fetch_once(self, request: HttpRequest, key: Key) -> HttpResponse:
        """What one fetches for all. Who has waited long enough fetches alone."""
        until = time.monotonic() + settings.FRONT_PATIENCE_SECONDS
        while not self.fetches.begin(key):
            usable = answers.last(key)
            if usable is not None:
                return _answer(request, usable)
            if not self.fetches.wait(key, seconds=until - time.monotonic()):
                return self._fetch(request, key)
        try:
            ready = answers.find(key)  # of who fetched a moment ago
            return _answer(request, ready) if ready is not None else self._fetch(request, key)
        finally:
            self.fetches.end(key)

    def _fetch(self, request: HttpRequest, key: Key) -> HttpResponse:
        last = answers.last(key)
        request.handed_out = last.handed_out if last else 0  # type: ignore[attr-defined]
        request.waiting = partial(self.fetches.waiting_for, key)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and last is not None:
            return _answer(request, last)
        is_plain = not request.META.get("QUERY_STRING") or is_fresh_whatever_query(response)
        if is_plain and fresh_seconds(response) > 0 and response.status_code in {200, 304}:
            _keep(key, response)
        return response


def _key_of(request: HttpRequest) -> Key:
    host, query = request.META.get("HTTP_HOST", ""), request.META.get("QUERY_STRING", "")
    address = f"{request.path_info}?{query}" if query else request.path_info
    return request.scheme, host, address, takes_gzip(request)


def _is_for_many(request: HttpRequest) -> bool:
    """Whether an answer that nobody has yet is likely to be right for everybody."""
    return is_looking(request) and not request.path_info.startswith(SEARCHES)


def _answer(request: HttpRequest, ready: Ready) -> HttpResponse:
    ready.handed_out += 1
    if _is_known(request.META.get("HTTP_IF_NONE_MATCH", ""), ready.etag):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=ready.headers_of_304)
        del response.headers["Content-Type"]
        return response
    return HttpResponse(ready.body, headers=ready.headers)


def _is_known(claimed: str, etag: str) -> bool:
    """Weak comparison, as RFC 9110 wants it for If-None-Match."""
    if not claimed:
        return False
    if claimed in {etag, "*"}:
        return True
    opaque = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == opaque for one in claimed.split(","))


def _keep(key: Key, response: HttpResponse) -> None:
    full = full_answer(response)
    if len(full.content) > LARGEST_BODY or response.cookies:
        return
    headers = {
        name: value
        for source in (response, full)
        for name, value in source.headers.items()
        if name.lower() not in NOT_KEPT
    }
    headers_of_304 = {k: v for k, v in headers.items() if k.lower() not in NOT_IN_304}
    headers["Content-Length"] = str(len(full.content))
    until = time.monotonic() + fresh_seconds(response)
    answers.put(key, Ready(full.content, headers, headers_of_304, full.headers["ETag"], until))
