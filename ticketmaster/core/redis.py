"""Redis for what is not the cache: ticket locks and, later, the waiting room.

Nothing here is the truth. Callers catch `redis.RedisError` and go on without; after a failure the
connection rests for a second, so that a frozen Redis costs one request its half second, not all.
"""

import functools
import time

import redis
from django.conf import settings

REST_SECONDS = 1.0

_resting_until = 0.0


class RedisResting(redis.RedisError):
    """Redis failed less than a second ago and is not asked again yet."""


@functools.cache
def _connection(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
        retry=None,
    )


def client() -> redis.Redis:
    """The process's client. Raises RedisResting right after a failure."""
    if time.monotonic() < _resting_until:
        raise RedisResting
    return _connection(settings.REDIS_URL)


def key(name: str) -> str:
    """The key under which this installation keeps `name`: several may share one Redis."""
    return f"{settings.CACHES['default']['KEY_PREFIX']}:{name}"


def wake() -> None:
    """Ask Redis again at once, whatever happened before."""
    global _resting_until
    _resting_until = 0.0


def rest() -> None:
    """Note a failure: nobody asks Redis for the next second."""
    global _resting_until
    _resting_until = time.monotonic() + REST_SECONDS
