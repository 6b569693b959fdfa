"""Answers that are the same bytes for everybody, and so may be kept by every cache on the way.

A view behind `public_page` must not look at the session, the user, cookies or messages; it is
given a request and answers from the address alone. Its page is kept for a moment here too: one
request builds it, the others take the copy, and while the database is away the last copy serves.
"""

import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import psycopg_pool
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from ticketmaster.core.context import site
from ticketmaster.core.errors import TemporarilyUnavailable

DATABASE_AWAY = (OperationalError, InterfaceError, psycopg_pool.PoolTimeout)
IMMUTABLE = "public, max-age=31536000, immutable"
COPY_LASTS_S = 60 * 60
COPY_FORMAT = 1  # another number after a change of `Copy`, so that nobody reads an old one
LAST_COPY_RENEWED_AFTER_S = 10
BUILDING_TAKES_AT_MOST_S = 5
STALE_IS_FINE_FOR_S = 10
WORTH_COMPRESSING = 1_000

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
class Copy:
    """A kept answer."""

    body: bytes
    compressed: bytes
    content_type: str
    etag: str
    headers: dict[str, str]
    made_at: float

    def age_s(self) -> float:
        """Seconds since it was made."""
        return time.time() - self.made_at


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

    Only answers of 200 are kept. A view may set its own ETag.
    """

    def decorate(view: View) -> View:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not freshness.kept:
                response = view(request, *args, **kwargs)
                if response.status_code != 200:
                    return response
                copy = copy_of(response, compress=False)
                return answer_from(request, copy, freshness.header, compress=True)
            key = _key(request, parameters)
            return _kept_answer(
                request, key, lambda: view(request, *args, **kwargs), freshness=freshness
            )

        return answer

    return decorate


def _kept_answer(
    request: HttpRequest, key: str, build: Callable[[], HttpResponse], *, freshness: Freshness
) -> HttpResponse:
    copy: Copy | None = cache.get(key)
    if copy is not None and _serves(copy, key, freshness):
        return answer_from(request, copy, freshness.header)
    try:
        response = build()
    except (*DATABASE_AWAY, TemporarilyUnavailable):
        if copy is None:
            raise
        return answer_from(request, copy, freshness.header)
    if response.status_code != 200:
        return response
    copy = copy_of(response)
    cache.set(key, copy, COPY_LASTS_S)
    cache.delete(f"{key}:building")
    return answer_from(request, copy, freshness.header)


def _serves(copy: Copy, key: str, freshness: Freshness) -> bool:
    """True while the copy is fresh, or a little older and another request is renewing it."""
    age = copy.age_s()
    if age <= freshness.kept:
        return True
    if age > freshness.kept + STALE_IS_FINE_FOR_S:
        return False
    return not cache.add(f"{key}:building", 1, BUILDING_TAKES_AT_MOST_S)


def _key(request: HttpRequest, parameters: tuple[str, ...]) -> str:
    asked = [(name, request.GET.getlist(name)) for name in parameters]
    address = f"{request.scheme}://{request.get_host()}{request.path}{asked}"
    return f"public:{COPY_FORMAT}:{hashlib.blake2b(address.encode(), digest_size=16).hexdigest()}"


class LastCopy:
    """The last answer of an address, renewed now and then, for when the database is away.

    Only of addresses without a query: there are as many as there are rows, while anybody can make
    up queries and would fill the cache with them.
    """

    def __init__(self, request: HttpRequest) -> None:
        digest = hashlib.blake2b(request.build_absolute_uri().encode(), digest_size=16)
        self.key = f"last:{COPY_FORMAT}:{digest.hexdigest()}"
        self.is_kept = not request.META.get("QUERY_STRING")

    @staticmethod
    def may_serve(error: Exception) -> bool:
        """Whether this error means that the database is away, and not a bug or a refusal."""
        return isinstance(error, (*DATABASE_AWAY, TemporarilyUnavailable))

    def keep(self, copy: Copy) -> None:
        """Keep this answer unless one was kept a moment ago."""
        if self.is_kept and cache.add(f"{self.key}:kept", 1, LAST_COPY_RENEWED_AFTER_S):
            cache.set(self.key, copy, COPY_LASTS_S)

    def find(self) -> Copy | None:
        """The last answer, if one is kept."""
        copy: Copy | None = cache.get(self.key) if self.is_kept else None
        return copy


def copy_of(response: HttpResponse, *, compress: bool = True) -> Copy:
    """The answer as it can be kept, compressed once."""
    body = response.content
    worth_it = compress and len(body) >= WORTH_COMPRESSING
    compressed = gzip.compress(body, 6, mtime=0) if worth_it else b""
    names = ("Content-Language", "Link", "Last-Modified")
    return Copy(
        body=body,
        compressed=compressed,
        content_type=response.headers["Content-Type"],
        etag=response.headers.get("ETag") or content_etag(body),
        headers={name: response.headers[name] for name in names if name in response.headers},
        made_at=time.time(),
    )


def answer_from(
    request: HttpRequest, copy: Copy, cache_control: str, *, compress: bool = False
) -> HttpResponse:
    """200 with the copy, or 304 for who has it already; `compress` does so for this answer."""
    may_pack = bool(copy.compressed) or (compress and len(copy.body) >= WORTH_COMPRESSING)
    packed = may_pack and "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {**copy.headers, "ETag": _weak(copy.etag) if packed else copy.etag}
    headers["Cache-Control"] = cache_control
    if may_pack:
        headers["Vary"] = "Accept-Encoding"
    response = HttpResponse(copy.body, content_type=copy.content_type, headers=headers)
    conditional = get_conditional_response(request, etag=headers["ETag"], response=response)
    if isinstance(conditional, HttpResponseNotModified):
        return conditional
    if packed:
        response.content = copy.compressed or gzip.compress(copy.body, 6, mtime=0)
        response["Content-Encoding"] = "gzip"
    return response


def _weak(etag: str) -> str:
    return etag if etag.startswith("W/") else f"W/{etag}"
