"""Answers that are the same bytes for everybody, and so may be kept by every cache on the way.

A view behind `public_page` must not look at the session, the user, cookies or messages; it is
given a request and answers from the address alone. Its page is kept for a moment here too: one
request of all processes builds it, the others take the copy (`shared_copies`), and while the
database is away the last copy serves. What is still fresh the gateway hands out again before any
other middleware runs (`gateway/front.py`).
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from ticketmaster.core.api_errors import DATABASE_AWAY
from ticketmaster.core.context import site
from ticketmaster.core.errors import TemporarilyUnavailable
from ticketmaster.core.shared_copies import keep_last, last_copy, shared_copy

IMMUTABLE = "public, max-age=31536000, immutable"
FORMAT = 2  # another number after a change of `Answer`, so that nobody reads an old one
STALE_IS_FINE_FOR_S = 10
WORTH_COMPRESSING = 1_000
KEPT_HEADERS = ("Content-Language", "Link", "Last-Modified")

View = Callable[..., HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How long an answer may be used, in seconds: by shared caches, after that while a new one
    is fetched, by the browser itself, and by our own copy."""

    shared: int
    stale: int = 30
    browser: int = 0
    kept: int = 0
    immutable: bool = False

    @property
    def header(self) -> str:
        """The Cache-Control header."""
        if self.immutable:
            return IMMUTABLE
        return (
            f"public, max-age={self.browser}, s-maxage={self.shared}, "
            f"stale-while-revalidate={self.stale}, stale-if-error=86400"
        )


@dataclass(frozen=True)
class Answer:
    """A public answer of 200; `compressed` is empty where that is not worth it or not yet done."""

    body: bytes
    compressed: bytes
    content_type: str
    etag: str
    headers: dict[str, str]

    def to_bytes(self) -> bytes:
        """For a shared copy."""
        head = [self.content_type, self.etag, self.headers, len(self.body)]
        return b"\n".join([orjson.dumps(head), self.body + self.compressed])

    @classmethod
    def from_bytes(cls, content: bytes) -> "Answer":
        """What `to_bytes` made."""
        head, _, rest = content.partition(b"\n")
        content_type, etag, headers, length = orjson.loads(head)
        return cls(rest[:length], rest[length:], content_type, etag, headers)


class _NotKept(Exception):
    """The view answered something other than 200, which is for this caller alone."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__()


def content_etag(body: bytes) -> str:
    """A strong ETag of these bytes."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def render_public(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page from a template that sees no request: no user, no messages, no CSRF token."""
    shared = {**site(request), "SITE_NAME": site(request)["site_name"], "LANGUAGE_CODE": "en"}
    canonical = f"{shared['site_url']}{request.path}"
    body = render_to_string(template, {**shared, "canonical_url": canonical, **context})
    return HttpResponse(body, headers={"Content-Language": "en"})


def public_page(
    freshness: Freshness, *, parameters: tuple[str, ...] = ()
) -> Callable[[View], View]:
    """Make a view's answer public, conditional and kept; `parameters` are the query's that count.

    Only answers of 200 are kept. A view may set its own ETag, and say how long its answer stays
    true by `fresh_for`.
    """

    def decorate(view: View) -> View:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if freshness.kept:
                key = _key(request, parameters)
                return kept_answer(
                    request, key, lambda: view(request, *args, **kwargs), freshness=freshness
                )
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            found = answer_of(response, compress=False)
            public = answer_from(request, found, freshness.header, compress=True)
            return fresh_for(public, fresh_seconds(response))

        return answer

    return decorate


def kept_answer(
    request: HttpRequest, key: str, build: Callable[[], HttpResponse], *, freshness: Freshness
) -> HttpResponse:
    """An answer of at most `freshness.kept` seconds: the one that somebody of all processes builds.

    Only an answer of 200 is for everybody. Raises TemporarilyUnavailable as `shared_copy` does.
    """

    def make(_: bytes | None) -> bytes:
        response = build()
        if response.status_code != 200:
            raise _NotKept(response)
        return answer_of(response).to_bytes()

    try:
        copy = shared_copy(
            key,
            make,
            fresh_seconds=freshness.kept,
            tolerated_seconds=freshness.kept + STALE_IS_FINE_FOR_S,
        )
    except _NotKept as refused:
        return refused.response
    response = answer_from(request, Answer.from_bytes(copy.content), freshness.header)
    return fresh_for(response, freshness.kept - copy.age)


def _key(request: HttpRequest, parameters: tuple[str, ...]) -> str:
    asked = [(name, request.GET.getlist(name)) for name in parameters]
    return digest("public", f"{request.scheme}://{request.get_host()}{request.path}{asked}")


def digest(kind: str, address: str) -> str:
    """The key of what is kept of an address."""
    hashed = hashlib.blake2b(address.encode(), digest_size=16).hexdigest()
    return f"{kind}:{FORMAT}:{hashed}"


class LastAnswer:
    """The last answer of an address, renewed now and then, for when the database is away.

    Only of addresses without a query: there are as many as there are rows, while anybody can make
    up queries and would fill the cache with them.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.key = digest("last", request.build_absolute_uri())
        self.is_kept = not request.META.get("QUERY_STRING")

    @staticmethod
    def may_serve(error: Exception) -> bool:
        """Whether this error means that the database is away, and not a bug or a refusal."""
        return isinstance(error, (*DATABASE_AWAY, TemporarilyUnavailable))

    def keep(self, answer: Answer) -> None:
        """Keep this answer unless one was kept a moment ago."""
        if self.is_kept:
            keep_last(self.key, answer.to_bytes)

    def find(self) -> Answer | None:
        """The last answer, if one is kept."""
        content = last_copy(self.key) if self.is_kept else None
        return Answer.from_bytes(content) if content is not None else None


def answer_of(response: HttpResponse, *, compress: bool = True) -> Answer:
    """The response as it can be kept, compressed once."""
    body = response.content
    worth_it = compress and len(body) >= WORTH_COMPRESSING
    headers = response.headers
    return Answer(
        body=body,
        compressed=gzip.compress(body, 6, mtime=0) if worth_it else b"",
        content_type=headers["Content-Type"],
        etag=headers.get("ETag") or content_etag(body),
        headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
    )


def answer_from(
    request: HttpRequest,
    answer: Answer,
    cache_control: str,
    *,
    compress: bool = False,
    same_etag: bool = False,
) -> HttpResponse:
    """200 with the answer, or 304 for who has it already; `compress` does so for this request.

    A packed answer has the weak form of the ETag, unless `same_etag`. See `full_answer` for what a
    304 stands for.
    """
    may_pack = bool(answer.compressed) or (compress and len(answer.body) >= WORTH_COMPRESSING)
    packed = may_pack and takes_gzip(request)
    etag = _weak(answer.etag) if packed and not same_etag else answer.etag
    headers = {**answer.headers, "ETag": etag}
    headers["Cache-Control"] = cache_control
    if may_pack:
        headers["Vary"] = "Accept-Encoding"
    response = HttpResponse(answer.body, content_type=answer.content_type, headers=headers)
    conditional = get_conditional_response(request, etag=etag, response=response)
    if isinstance(conditional, HttpResponseNotModified):
        full = partial(_pack, response, answer) if packed else response
        conditional.stands_for = full  # type: ignore[attr-defined]
        return conditional
    return _pack(response, answer) if packed else response


def _pack(response: HttpResponse, answer: Answer) -> HttpResponse:
    response.content = answer.compressed or gzip.compress(answer.body, 6, mtime=0)
    response["Content-Encoding"] = "gzip"
    return response


def fresh_for(
    response: HttpResponse, seconds: float, *, whatever_query: bool = False
) -> HttpResponse:
    """The same response, marked: its bytes stay right for everybody for so long.

    The gateway hands it out again under this very address; with `whatever_query` under one with a
    query too.
    """
    response.fresh_seconds = seconds  # type: ignore[attr-defined]
    response.fresh_whatever_query = whatever_query  # type: ignore[attr-defined]
    return response


def full_answer(response: HttpResponse) -> HttpResponse:
    """The answer of 200 that a 304 of `answer_from` stands for; any other response itself."""
    stands_for = getattr(response, "stands_for", response)
    full: HttpResponse = stands_for() if isinstance(stands_for, partial) else stands_for
    return full


def fresh_seconds(response: HttpResponse) -> float:
    """How long the response was said to stay right; 0 for most."""
    seconds: float = getattr(response, "fresh_seconds", 0.0)
    return seconds


def is_fresh_whatever_query(response: HttpResponse) -> bool:
    """Whether that holds under an address with a query too."""
    return getattr(response, "fresh_whatever_query", False)


def takes_gzip(request: HttpRequest) -> bool:
    """Whether the client reads gzip."""
    accepted: str = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and "gzip;q=0," not in f"{accepted.replace(' ', '')},"


def _weak(etag: str) -> str:
    return etag if etag.startswith("W/") else f"W/{etag}"
