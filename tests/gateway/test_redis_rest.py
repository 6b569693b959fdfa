"""A Redis that is gone or frozen costs a moment, not half a second of every call."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django_redis import get_redis_connection

from tests.gateway.silence import connections_made_to
from ticketmaster.core import redis as shared_redis
from ticketmaster.core.redis import (
    Breaker,
    GuardedRedis,
    RedisResting,
    breaker_of,
    idle_of,
    note_absence,
)
from ticketmaster.embedded.ports import free_port
from ticketmaster.embedded.website import WEB_THREADS

ITS_OWN_LIMIT = 100  # redis-py's


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """Takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield listener


@pytest.fixture
def frozen(silence: socket.socket, clock: list[float]) -> GuardedRedis:
    """A Redis that never answers; no rest ends by itself."""
    return GuardedRedis(
        host="127.0.0.1",
        port=silence.getsockname()[1],
        socket_timeout=0.2,
        socket_connect_timeout=5,
        retry=None,
        protocol=2,
    )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time by which breakers rest, to be set."""
    now = [1000.0]
    monkeypatch.setattr("ticketmaster.core.redis.time.monotonic", lambda: now[0])
    return now


def outcome(work: Any) -> str:
    """How a call ended: answered, resting, or the error's name."""
    try:
        work()
    except RedisResting:
        return "resting"
    except redis.RedisError as error:
        return type(error).__name__
    return "answered"


def test_a_frozen_redis_costs_one_time_out_and_then_nothing(
    frozen: GuardedRedis, silence: socket.socket
) -> None:
    ends = [outcome(lambda: frozen.get("x")) for _ in range(100)]

    assert ends == ["TimeoutError"] + ["resting"] * 99
    assert connections_made_to(silence) == 1


def test_a_pipeline_to_a_frozen_redis_rests_too(frozen: GuardedRedis) -> None:
    def both() -> None:
        frozen.pipeline().set("a", 1).get("a").execute()

    assert [outcome(both) for _ in range(3)] == ["TimeoutError", "resting", "resting"]
    assert outcome(lambda: frozen.get("x")) == "resting"


def test_after_its_rest_one_call_tries_and_the_others_go_without(clock: list[float]) -> None:
    breaker = Breaker()
    breaker.failed()
    clock[0] += 1.1

    assert breaker.admit() is True
    assert [outcome(breaker.admit) for _ in range(3)] == ["resting"] * 3


def test_an_answer_ends_the_rest_for_all(clock: list[float]) -> None:
    breaker = Breaker()
    breaker.failed()
    clock[0] += 1.1
    breaker.admit()

    breaker.answered()

    assert breaker.is_closed
    assert breaker.admit() is False


def test_each_vain_trial_doubles_the_rest_up_to_five_seconds(clock: list[float]) -> None:
    breaker = Breaker()
    breaker.failed()
    rests = []
    for _ in range(4):
        began = clock[0]
        while outcome(breaker.admit) == "resting":
            clock[0] += 0.25
        rests.append(clock[0] - began)
        breaker.failed(trial=True)

    assert rests == [1.0, 2.0, 4.0, 5.0]


def test_a_part_that_goes_on_without_it_shortens_no_rest(clock: list[float]) -> None:
    gone = GuardedRedis(host="127.0.0.1", port=free_port(), retry=None)

    def is_asked() -> bool:
        try:
            gone.get("x")
        except redis.RedisError as error:
            note_absence(error, part="a test", instead="it goes on")
            return not isinstance(error, RedisResting)
        return True

    is_asked()
    rests = []
    for _ in range(3):
        began = clock[0]
        while not is_asked():
            clock[0] += 0.25
        rests.append(clock[0] - began)

    assert rests == [1.0, 2.0, 4.0]


def test_a_refused_command_is_no_absence(frozen: GuardedRedis) -> None:
    from ticketmaster.core.redis import client  # noqa: PLC0415 - the real one, as a control

    assert outcome(lambda: client().eval("return redis.error_reply('no')", 0)) == "ResponseError"
    assert outcome(lambda: client().ping()) == "answered"


@pytest.mark.django_db
def test_the_cache_rests_with_its_redis(
    silence: socket.socket, clock: list[float], settings: Any
) -> None:
    from django.core.cache import caches  # noqa: PLC0415 - made anew with these settings

    port = silence.getsockname()[1]
    default = settings.CACHES["default"]
    options = {**default["OPTIONS"], "SOCKET_TIMEOUT": 0.2, "SOCKET_CONNECT_TIMEOUT": 5}
    settings.CACHES = {
        **settings.CACHES,
        "frozen": {**default, "LOCATION": f"redis://127.0.0.1:{port}/0", "OPTIONS": options},
    }

    found = [caches["frozen"].get("x", "missing") for _ in range(20)]

    assert found == ["missing"] * 20
    assert connections_made_to(silence) == 1


@pytest.fixture
def own(settings: Any) -> GuardedRedis:
    """A client of the real Redis with connections of its own."""
    client: GuardedRedis = GuardedRedis.from_url(settings.REDIS_URL, retry=None)
    return client


def test_commands_one_after_the_other_share_a_connection(own: GuardedRedis) -> None:
    assert len({own.client_id() for _ in range(3)}) == 1


def test_a_connection_that_the_server_has_closed_is_opened_again(own: GuardedRedis) -> None:
    from ticketmaster.core.redis import client  # noqa: PLC0415 - somebody else's connection

    first = own.client_id()
    client().client_kill_filter(_id=first)

    assert own.client_id() not in {first, None}
    assert breaker_of(own).is_closed


def test_what_came_too_late_is_not_taken_for_the_next_answer(own: GuardedRedis) -> None:
    first = own.client_id()
    connection = idle_of(own.connection_pool).take()
    connection.send_command("ECHO", "late")
    connection.can_read(timeout=5)
    idle_of(own.connection_pool).give_back(connection)

    assert own.echo("now") == b"now"
    assert own.client_id() != first


def test_a_forked_process_opens_connections_of_its_own(
    own: GuardedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    parents = own.client_id()
    monkeypatch.setattr("ticketmaster.core.redis.os.getpid", lambda: 1)

    assert own.client_id() != parents


def test_all_threads_of_a_process_may_ask_at_once() -> None:
    """The client's own limit would be taken for an absent Redis, by everybody and for a second."""
    for ours in (shared_redis.client(), get_redis_connection("default")):
        idle = idle_of(ours.connection_pool)
        taken = [idle.take() for _ in range(ITS_OWN_LIMIT + 1)]
        for connection in taken:
            connection.disconnect()
            idle.give_back(connection)

        assert ours.ping()
        assert ours.connection_pool.max_connections >= WEB_THREADS
        assert breaker_of(ours).is_closed
