"""A plain claim's session and the ticket lock are read in one round trip."""

from typing import Any

import pytest
import redis
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings import ticket_lock
from bookings.waiting_room import rooms
from events.models import Event
from tests.bookings.helpers import ids
from tests.bookings.ways import ask, both, somebody_holds
from tests.waiting_room.helpers import behind_room
from ticketmaster.core.redis import GuardedRedis

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_of_redis(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of each command that Redis is sent."""
    sent: list[str] = []
    execute = GuardedRedis.execute_command

    def seen(self: GuardedRedis, *args: Any, **options: Any) -> Any:
        sent.append(args[0])
        return execute(self, *args, **options)

    monkeypatch.setattr(GuardedRedis, "execute_command", seen)
    return sent


def test_a_loser_asks_redis_once_and_postgres_nothing(
    app: Client,
    event: Event,
    ways: list[str],
    asked_of_redis: list[str],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    [wanted] = ids(event, 1)
    somebody_holds(wanted)
    rooms.behind_rooms()
    asked_of_redis.clear()

    with django_assert_num_queries(0):
        answer = ask(app, {"ticket_ids": [wanted]})

    assert answer.status_code == 409
    assert ways == ["short"]
    assert asked_of_redis == ["EVAL"]


def test_looking_locks_nothing_for_a_wrong_token(event: Event) -> None:
    [wanted] = ids(event, 1)

    answer = ask(Client(headers={"X-Session-Token": "x" * 32}), {"ticket_ids": [wanted]})

    assert answer.status_code == 401
    assert ticket_lock.locked_among([wanted]) == set()


def gone(*_: Any, **__: Any) -> None:
    raise redis.ConnectionError


@pytest.mark.parametrize("without", ["its own Redis", "an answer", "the cached session"])
def test_where_lock_and_session_cannot_be_read_together_the_lock_is_asked_alone(
    app: Client,
    event: Event,
    ways: list[str],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    without: str,
) -> None:
    [wanted] = ids(event, 1)
    somebody_holds(wanted)
    if without == "its own Redis":
        settings.REDIS_CACHE_URL = "redis://elsewhere:6379/0"
    elif without == "an answer":
        monkeypatch.setattr(ticket_lock, "look", gone)
    else:
        token = app.defaults["HTTP_X_SESSION_TOKEN"]
        assert cache.delete(SessionStore.cache_key_prefix + token)

    short, long = both(app, {"ticket_ids": [wanted]})

    assert ways == ["short", "long"]
    assert short == long
    assert (short[0], short[1]["data"]["ticket_ids"]) == (409, [wanted])


def test_whoever_has_no_pass_hears_of_the_waiting_room_before_the_lock(
    app: Client, event: Event, ways: list[str]
) -> None:
    [wanted] = ids(event, 1)
    behind_room(event)
    somebody_holds(wanted)

    short, long = both(app, {"ticket_ids": [wanted]})

    assert ways == ["short", "long"]
    assert short == long
    assert (short[0], short[1]["errors"][0]["code"]) == (403, "waiting_room_required")
