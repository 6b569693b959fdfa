"""Public answers that are still fresh, handed out again before any other middleware runs.

What a view marked by `fresh_for` is the same bytes for everybody, so whoever asks for that address
within those seconds gets the bytes and headers that the first one got: no session is opened, no
address resolved, nothing asked of Redis or Postgres. Each process keeps its own few hundred. While
one request fetches the next answer the others take the last one, for three seconds at most.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from ticketmaster.core.public import (
    fresh_seconds,
    full_answer,
    is_fresh_whatever_query,
    takes_gzip,
)

GetResponse = Callable[[HttpRequest], HttpResponse]
Key = tuple[str | None, str, str, bool]

MOST_ANSWERS = 256
LARGEST_BODY = 512 * 1024
STALE_WHILE_FETCHED_S = 3.0
# Not of the answer but of its request, or not of a 304.
NOT_KEPT = frozenset({"x-request-id", "content-length"})
NOT_IN_304 = frozenset({"content-type", "content-encoding", "content-language"})


@dataclass(slots=True)
class Ready:
    """An answer with all of its headers, right until a monotonic moment; how often it was handed
    out, and whether somebody fetches the next one."""

    body: bytes
    headers: dict[str, str]
    headers_of_304: dict[str, str]
    etag: str
    until: float
    handed_out: int = 0
    is_fetched: bool = False


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
        """The last answer, right or not any more."""
        return self._ready.get(key)

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

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        host, query = request.META.get("HTTP_HOST", ""), request.META.get("QUERY_STRING", "")
        address = f"{request.path_info}?{query}" if query else request.path_info
        key = (request.scheme, host, address, takes_gzip(request))
        last = answers.last(key)
        if last is None or "HTTP_IF_MODIFIED_SINCE" in request.META:
            return self._fetch(request, key)
        now = time.monotonic()
        if now < last.until or (last.is_fetched and now < last.until + STALE_WHILE_FETCHED_S):
            last.handed_out += 1
            return _answer(request, last)
        last.is_fetched = True
        try:
            request.handed_out = last.handed_out  # type: ignore[attr-defined]
            return self._fetch(request, key)
        finally:
            last.is_fetched = False

    def _fetch(self, request: HttpRequest, key: Key) -> HttpResponse:
        response = self.get_response(request)
        is_plain = not request.META.get("QUERY_STRING") or is_fresh_whatever_query(response)
        if is_plain and fresh_seconds(response) > 0 and response.status_code in {200, 304}:
            _keep(key, response)
        return response


def _answer(request: HttpRequest, ready: Ready) -> HttpResponse:
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
