"""Redis, asked politely: who finds it away lets it rest, and everybody goes on without meanwhile.

Nothing here is the truth. Callers catch `redis.RedisError` and do without. Each Redis has a
breaker in each process: after a failure nobody waits for it until it has rested, then one call
tries it while the others still go without. So a frozen Redis costs every thread one time-out and
after that one thread now and then, never half a second of every call.
"""

import functools
import logging
import os
import threading
import time
from collections import deque
from typing import Any

import redis
from django.conf import settings
from redis.client import Pipeline
from redis.connection import ConnectionInterface, ConnectionPool

logger = logging.getLogger(__name__)

FIRST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 5.0


class RedisResting(redis.ConnectionError):
    """Redis failed a moment ago and is not asked again yet."""


class Breaker:
    """Whether Redis may be asked. A rest doubles with each failure in a row, to five seconds."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._until = 0.0
        self._rest = FIRST_REST_SECONDS

    @property
    def is_closed(self) -> bool:
        """True while Redis answers, as far as this process knows."""
        return self._until == 0.0

    def admit(self) -> bool:
        """True for the one who tries a resting Redis, False where it is awake.

        Raises RedisResting to all others.
        """
        if self._until == 0.0:
            return False
        with self._guard:
            now = time.monotonic()
            if now < self._until:
                raise RedisResting
            self._until = now + self._rest  # the others wait for what this one finds
            return True

    def failed(self, *, trial: bool = False) -> None:
        """Note that Redis did not answer; `trial` if it had rested before."""
        with self._guard:
            self._rest = min(self._rest * 2, LONGEST_REST_SECONDS) if trial else FIRST_REST_SECONDS
            self._until = time.monotonic() + self._rest

    def answered(self) -> None:
        """Note that it did."""
        if self._until != 0.0:
            with self._guard:
                self._until = 0.0


class Idle:
    """A pool's connections between two commands, the last used first.

    redis-py's pool keeps figures and sends events about each command, which nobody here reads and
    which take as long as the command (docs/benchmarks.md). So it only makes the connections.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._connections: deque[ConnectionInterface] = deque()
        self._process = os.getpid()

    def take(self) -> ConnectionInterface:
        """One that has nothing left to say, closed where the server has closed it; a new one where
        there is none. A command opens a closed one."""
        if self._process != os.getpid():  # forked: these are the parent's
            self._connections.clear()
            self._process = os.getpid()
        try:
            connection = self._connections.pop()
        except IndexError:
            return self._pool.get_connection()
        if connection.is_connected and not _is_silent(connection):
            connection.disconnect()
        return connection

    def give_back(self, connection: ConnectionInterface) -> None:
        """For the next command. One that failed has closed itself."""
        self._connections.append(connection)


def _is_silent(connection: ConnectionInterface) -> bool:
    try:
        return not connection.can_read()
    except (redis.ConnectionError, redis.TimeoutError, OSError):
        return False


def breaker_of(client: redis.Redis) -> Breaker:
    """The breaker that all clients of this pool share."""
    pool = client.connection_pool.__dict__
    found: Breaker = pool.get("breaker") or pool.setdefault("breaker", Breaker())
    return found


def idle_of(pool: ConnectionPool) -> Idle:
    found: Idle = pool.__dict__.get("idle") or pool.__dict__.setdefault("idle", Idle(pool))
    return found


class GuardedRedis(redis.Redis):
    """A client that asks its breaker first. Raises RedisResting without waiting where that
    refuses. Nothing is tried twice."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis-py's."""
        breaker = breaker_of(self)
        trial = breaker.admit()
        idle = idle_of(self.connection_pool)
        try:
            connection = idle.take()
            try:
                connection.send_command(*args, **options)
                answer = self.parse_response(connection, args[0], **options)
            finally:
                idle.give_back(connection)
        except (redis.ConnectionError, redis.TimeoutError):
            breaker.failed(trial=trial)
            raise
        breaker.answered()
        return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """As redis-py's."""
        return GuardedPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )


class GuardedPipeline(Pipeline):
    """The same for a pipeline, at its execution."""

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """As redis-py's."""
        breaker = breaker_of(self)
        trial = breaker.admit()
        try:
            answers: list[Any] = super().execute(raise_on_error)
        except (redis.ConnectionError, redis.TimeoutError):
            breaker.failed(trial=trial)
            raise
        breaker.answered()
        return answers


@functools.cache
def _connection(url: str) -> redis.Redis:
    connection: redis.Redis = GuardedRedis.from_url(
        url,
        decode_responses=True,
        socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
        max_connections=settings.REDIS_MOST_CONNECTIONS,
        retry=None,
    )
    return connection


def client() -> redis.Redis:
    """The process's client for what is not the cache: ticket locks, limits, the waiting room."""
    return _connection(settings.REDIS_URL)


def key(name: str) -> str:
    """The key under which this installation keeps `name`: several may share one Redis."""
    return f"{settings.CACHES['default']['KEY_PREFIX']}:{name}"


def is_answering() -> bool:
    """Whether this process's last call was answered; asks nobody."""
    return breaker_of(_connection(settings.REDIS_URL)).is_closed


def wake() -> None:
    """Ask Redis again at once, whatever happened before."""
    breaker_of(_connection(settings.REDIS_URL)).answered()


def note_absence(error: redis.RedisError, *, part: str, instead: str) -> None:
    """Log, once in each rest, that this part goes on without Redis, and what decides instead.

    A time-out or a lost connection the client has noted already, and how often in a row; any
    other failure, such as a full Redis that refuses to write, lets it rest from here.
    """
    if isinstance(error, RedisResting):
        return
    if not isinstance(error, (redis.ConnectionError, redis.TimeoutError)):
        breaker_of(_connection(settings.REDIS_URL)).failed()
    logger.warning("%s: Redis is away (%s); %s", part, error, instead)
