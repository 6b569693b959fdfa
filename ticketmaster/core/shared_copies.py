"""Copies that all processes share for a moment, each made by one of them at a time.

For what many look at and nobody decides by. Redis holds the copies; with Redis away each process
keeps its own. With Postgres away or slow the last copy serves on, so that looking never stops.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

import redis
from django.conf import settings
from django_redis import get_redis_connection

from ticketmaster.core.api_errors import DATABASE_AWAY
from ticketmaster.core.errors import TemporarilyUnavailable
from ticketmaster.core.redis import RedisResting, breaker_of

logger = logging.getLogger(__name__)

# How long a process trusts what it last read before it asks Redis again.
LOOK_SECONDS = 0.25
# A copy this old still serves those who come while somebody makes the next.
TOLERATED_SECONDS = 2.0
# How long the others wait for the maker where the copy is older or missing.
WAIT_SECONDS = 0.4
MAKER_SECONDS = 3.0
KEPT_SECONDS = 3600
LAST_COPY_RENEWED_AFTER_SECONDS = 10
MOST_LOCAL_COPIES = 512

Make = Callable[[bytes | None], bytes]


@dataclass(frozen=True, slots=True)
class Copy:
    """Some content, and when it was made (seconds since 1970)."""

    content: bytes
    made_at: float

    @property
    def age(self) -> float:
        """In seconds."""
        return time.time() - self.made_at


@dataclass(frozen=True, slots=True)
class _Wanted:
    key: str
    make: Make
    fresh_seconds: float
    tolerated_seconds: float


class LocalCopies:
    """What this process last saw, the newest few hundred."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[Copy, float]] = OrderedDict()
        self._guard = threading.Lock()
        self._makers: dict[str, threading.Lock] = {}

    def get(self, key: str) -> tuple[Copy, float] | None:
        """The copy and when it was looked at (monotonic)."""
        return self._seen.get(key)

    def put(self, key: str, copy: Copy) -> None:
        """Remember it as looked at now."""
        with self._guard:
            self._seen[key] = copy, time.monotonic()
            self._seen.move_to_end(key)
            while len(self._seen) > MOST_LOCAL_COPIES:
                gone, _ = self._seen.popitem(last=False)
                self._makers.pop(gone, None)

    def maker(self, key: str) -> threading.Lock:
        """The lock of whoever makes this copy in this process."""
        with self._guard:
            return self._makers.setdefault(key, threading.Lock())

    def clear(self) -> None:
        """Forget everything, as a fresh process."""
        with self._guard:
            self._seen.clear()
            self._makers.clear()


local = LocalCopies()


def shared_copy(
    key: str, make: Make, *, fresh_seconds: float, tolerated_seconds: float = TOLERATED_SECONDS
) -> Copy:
    """Content made at most about `fresh_seconds` ago, by one maker at a time for all processes.

    `make` is called with the last content, if there is one. While somebody makes the next copy
    the others take one of up to `tolerated_seconds`. Where the database is away the last copy
    serves whatever its age; raises TemporarilyUnavailable where there is none.
    """
    seen = local.get(key)
    if seen is not None:
        copy, looked = seen
        if copy.age < fresh_seconds or time.monotonic() - looked < LOOK_SECONDS:
            return copy
    wanted = _Wanted(key, make, fresh_seconds, tolerated_seconds)
    try:
        copy = _through_redis(_redis(), wanted)
    except redis.RedisError as error:
        _away(error)
        return _made_here(wanted)
    local.put(key, copy)
    return copy


def shared_copies(
    keys: Collection[str],
    make: Callable[[list[str]], Mapping[str, bytes]],
    *,
    fresh_seconds: int,
) -> dict[str, bytes]:
    """Several contents made at most `fresh_seconds` ago; all that are missing made at once.

    A key for which `make` returns nothing is missing in the answer. Where the database is away
    raises TemporarilyUnavailable.
    """
    found = _read_many(keys, fresh_seconds)
    missing = [key for key in keys if key not in found]
    if missing:
        try:
            made = dict(make(missing))
        except DATABASE_AWAY as error:
            raise TemporarilyUnavailable from error
        _write_many(made, fresh_seconds)
        found.update(made)
    return found


def keep_last(key: str, content: Callable[[], bytes]) -> None:
    """Keep this content as the last under that key, unless one was kept a moment ago."""
    seen = local.get(key)
    if seen is not None and seen[0].age < LAST_COPY_RENEWED_AFTER_SECONDS:
        return
    copy = Copy(content(), time.time())
    local.put(key, copy)
    try:
        _write(_redis(), _name(key), copy)
    except redis.RedisError as error:
        _away(error)


def last_copy(key: str) -> bytes | None:
    """The last content under that key, whoever kept it."""
    try:
        copy = _read(_redis(), _name(key))
    except redis.RedisError as error:
        _away(error)
        copy = None
    if copy is None:
        seen = local.get(key)
        copy = seen[0] if seen else None
    return copy.content if copy else None


def forget() -> None:
    """Forget what this process has seen, as if it had just started."""
    breaker_of(_redis()).answered()
    local.clear()


def _through_redis(connection: redis.Redis, wanted: _Wanted) -> Copy:
    name = _name(wanted.key)
    copy = _read(connection, name)
    if copy is not None and copy.age < wanted.fresh_seconds:
        return copy
    if connection.set(f"{name}:maker", 1, nx=True, px=int(MAKER_SECONDS * 1000)):
        try:
            fresh = _make(wanted.make, copy)
            _write(connection, name, fresh)
        finally:
            connection.delete(f"{name}:maker")
        return fresh
    if copy is not None and copy.age < wanted.tolerated_seconds:
        return copy
    return _awaited(connection, name, copy) or copy or _make(wanted.make, None)


def _awaited(connection: redis.Redis, name: str, old: Copy | None) -> Copy | None:
    """The copy that somebody else is making; None if it does not come soon, or not at all."""
    until = time.monotonic() + WAIT_SECONDS
    is_made = True
    while is_made and time.monotonic() < until:
        time.sleep(0.02)
        is_made = bool(connection.exists(f"{name}:maker"))
        copy = _read(connection, name)
        if copy is not None and (old is None or copy.made_at > old.made_at):
            return copy
    return None


def _make(make: Make, old: Copy | None) -> Copy:
    try:
        return Copy(make(old.content if old else None), time.time())
    except (*DATABASE_AWAY, TemporarilyUnavailable) as error:
        if old is None:
            raise TemporarilyUnavailable from error
        logger.warning("the last copy serves on: %s", error)
        # As if just made: the database is asked again in a second, not by everybody who comes.
        return Copy(old.content, time.time())


def _made_here(wanted: _Wanted) -> Copy:
    """Without Redis: one maker at a time in this process, the others wait for it."""
    with local.maker(wanted.key):
        seen = local.get(wanted.key)
        if seen is not None and seen[0].age < wanted.fresh_seconds:
            return seen[0]
        copy = _make(wanted.make, seen[0] if seen else None)
        local.put(wanted.key, copy)
        return copy


def _read(connection: redis.Redis, name: str) -> Copy | None:
    kept = cast("bytes | None", connection.get(name))
    if kept is None:
        return None
    made_at, _, content = kept.partition(b" ")
    return Copy(content, float(made_at))


def _write(connection: redis.Redis, name: str, copy: Copy) -> None:
    kept = b"%.3f %b" % (copy.made_at, copy.content)
    connection.set(name, kept, ex=KEPT_SECONDS)


def _read_many(keys: Collection[str], fresh_seconds: int) -> dict[str, bytes]:
    if not keys:
        return {}
    try:
        kept = cast("list[bytes | None]", _redis().mget([_name(key) for key in keys]))
        return {key: value for key, value in zip(keys, kept, strict=True) if value is not None}
    except redis.RedisError as error:
        _away(error)
    seen = {key: local.get(key) for key in keys}
    return {
        key: copy[0].content
        for key, copy in seen.items()
        if copy is not None and copy[0].age < fresh_seconds
    }


def _write_many(made: Mapping[str, bytes], fresh_seconds: int) -> None:
    for key, content in made.items():
        local.put(key, Copy(content, time.time()))
    try:
        pipeline = _redis().pipeline(transaction=False)
        for key, content in made.items():
            pipeline.set(_name(key), content, ex=fresh_seconds)
        pipeline.execute()
    except redis.RedisError as error:
        _away(error)


def _name(key: str) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:copy:{key}"


def _redis() -> redis.Redis:
    """The cache's own connection."""
    connection: redis.Redis = get_redis_connection("default")
    return connection


def _away(error: redis.RedisError) -> None:
    if not isinstance(error, RedisResting):
        logger.warning("shared copies: Redis is away (%s); this process keeps its own", error)
