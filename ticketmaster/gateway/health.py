"""Whether the parts that the site stands on answer, found out within a second."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

import psycopg
import redis
from django.conf import settings
from django.db import connection

PATIENCE_SECONDS = 1.0
CONNECT_SECONDS = 2  # libpq's least


class Probe:
    """Asks one part in a thread of its own. While an answer is outstanding nobody asks again, so
    that a part that hangs costs one thread, not one per question."""

    def __init__(self, ask: Callable[[], None], *errors: type[Exception]) -> None:
        self._ask = ask
        self._errors = errors
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="probe")
        self._lock = threading.Lock()
        self._asked: Future[None] | None = None

    def begin(self) -> Future[None]:
        """The question under way, a new one where there is none."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = self._thread.submit(self._ask)
            return self._asked

    def answered(self, asked: Future[None]) -> bool:
        """True when it answered within the second."""
        try:
            asked.result(timeout=PATIENCE_SECONDS)
        except TookTooLong:
            return False
        except self._errors:
            return False
        return True


def _ask_postgres() -> None:
    """On a connection of its own: a busy pool is no reason to take the process out of service."""
    parameters = connection.get_connection_params()
    for name in ("pool", "cursor_factory", "context", "connect_timeout"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters, connect_timeout=CONNECT_SECONDS) as own:
        own.execute("SELECT 1")


def _ask_redis() -> None:
    patience = settings.REDIS_TIMEOUT_SECONDS
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=patience, socket_connect_timeout=patience, retry=None
    )
    with client:
        client.ping()


PROBES = {
    "postgres": Probe(_ask_postgres, psycopg.Error),
    "redis": Probe(_ask_redis, redis.RedisError),
}


def parts() -> dict[str, bool]:
    """Which parts answer, all asked at once."""
    asked = {name: probe.begin() for name, probe in PROBES.items()}
    return {name: PROBES[name].answered(future) for name, future in asked.items()}
