"""Redis away: everybody keeps their place, who is inside buys, nothing is a 500."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.waiting_room import books, line, rooms, tokens
from events.models import Event
from tests.waiting_room.helpers import join_by_api, poll_by_api, reserve
from ticketmaster.accounts.models import User
from ticketmaster.core import redis as shared_redis

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waiting room's Redis does not answer."""

    def away() -> Any:
        raise shared_redis.RedisResting

    monkeypatch.setattr(line.shared_redis, "client", away)


def test_with_redis_away_everybody_is_told_to_hold_on(event: Event, redis_away: None) -> None:
    Event.objects.filter(pk=event.pk).update(waiting_room=True)

    rooms.forget()
    token = tokens.sign_visitor(
        tokens.Visitor(
            event_id=event.pk, visitor="v" * 22, number=1, place=0, signed_at=1, nonce="n"
        )
    )

    told = poll_by_api(event, token)
    joined = join_by_api(event)
    page = Client().get(reverse("bookings:waiting-room", args=[event.pk]))

    assert told.status_code == 200
    assert (told.json()["state"], told.json()["visitor"]) == ("paused", token)
    assert told.json()["retry_after"] == 5
    assert (joined["state"], joined["visitor"]) == ("paused", None)
    assert page.status_code == 200
    assert "Please hold on" in page.content.decode()


def test_with_redis_away_who_is_far_behind_asks_seldom(event: Event, redis_away: None) -> None:
    Event.objects.filter(pk=event.pk).update(waiting_room=True)
    rooms.forget()

    def told(**where: int) -> int:
        visitor = tokens.Visitor(
            event_id=event.pk, visitor="v" * 22, nonce="n", signed_at=1, **where
        )
        return poll_by_api(event, tokens.sign_visitor(visitor)).json()["retry_after"]

    assert told(number=20_000, place=999) == 5
    assert 5 < told(number=1, place=5_000) < told(number=1, place=20_000)
    assert told(number=20_000, place=0) == told(number=1, place=20_000) >= 45


def test_with_redis_away_who_is_inside_buys_and_nobody_else(
    room_event: Event, fan: User, other_fan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined, left = join_by_api(room_event), join_by_api(room_event)
    Client().delete(
        f"/api/v1/event/{room_event.pk}/waiting-room",
        headers={"X-Waiting-Room-Visitor": left["visitor"]},
    )
    books.write_down(room_event.pk)

    def away() -> Any:
        raise shared_redis.RedisResting

    monkeypatch.setattr(line.shared_redis, "client", away)

    assert reserve(fan, room_event, joined["pass"]).status_code == 201
    assert reserve(other_fan, room_event, joined["pass"], start=3).status_code == 403
    assert reserve(other_fan, room_event, left["pass"], start=3).status_code == 403
    assert reserve(other_fan, room_event, "", start=3).status_code == 403
