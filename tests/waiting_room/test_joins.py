"""Joining the line: one place per person, however often and in whatever way somebody tries."""

import pytest
from django.test import Client

from bookings.waiting_room import line
from events.models import Event
from tests.waiting_room.helpers import (
    behind_room,
    join_again,
    join_by_api,
    poll_by_api,
    room_address,
)

pytestmark = pytest.mark.django_db


def test_a_thousand_joins_with_one_visitor_are_one_place(event: Event) -> None:
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]
    client = Client()

    for _ in range(50):
        again = client.post(
            room_address(event),
            {},
            content_type="application/json",
            headers={"X-Waiting-Room-Visitor": visitor},
        ).json()
        assert again["place"] == 1

    assert line.numbers(event.pk)["waiting"] == 1


def test_joins_of_one_address_are_limited(event: Event, settings) -> None:
    settings.RATE_LIMITS = True
    settings.WAITING_ROOM_JOINS_PER_MINUTE = 5
    behind_room(event, is_paused=True)

    codes = [
        Client().post(room_address(event), {}, content_type="application/json").status_code
        for _ in range(8)
    ]

    assert codes == [200] * 5 + [429] * 3
    assert line.numbers(event.pk)["waiting"] == 5


def test_a_place_given_back_buys_no_new_one_past_the_limit(event: Event, settings) -> None:
    settings.RATE_LIMITS = True
    settings.WAITING_ROOM_JOINS_PER_MINUTE = 5
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]
    Client().delete(room_address(event), headers={"X-Waiting-Room-Visitor": visitor})

    codes = [join_again(event, visitor).status_code for _ in range(8)]

    assert codes == [200] * 4 + [429] * 4
    assert line.numbers(event.pk)["waiting"] == 4


def test_a_place_given_back_does_not_get_around_the_challenge(event: Event, settings) -> None:
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]
    Client().delete(room_address(event), headers={"X-Waiting-Room-Visitor": visitor})
    settings.WAITING_ROOM_CHALLENGE = "tests.waiting_room.challenge.refuse_all"

    refused = join_again(event, visitor)

    assert refused.status_code == 403
    assert line.numbers(event.pk)["waiting"] == 0


def test_joining_again_and_again_with_one_visitor_is_429_in_the_end(event: Event, settings) -> None:
    settings.RATE_LIMITS = True
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]

    answers = [join_again(event, visitor) for _ in range(40)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 10
    assert answers[-1].json()["errors"][0]["code"] == "throttled"
    assert line.numbers(event.pk)["waiting"] == 1


def test_joins_and_refused_polls_say_what_is_left(
    event: Event, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LEAST_BETWEEN_POLLS_MS", 60_000)  # no poll is ever slow enough
    settings.RATE_LIMITS = True
    settings.WAITING_ROOM_JOINS_PER_MINUTE = 2
    behind_room(event, is_paused=True)

    joins = [
        Client().post(room_address(event), {}, content_type="application/json") for _ in range(3)
    ]
    visitor = joins[0].json()["visitor"]
    poll = [poll_by_api(event, visitor) for _ in range(11)][-1]

    assert [join["RateLimit-Policy"] for join in joins] == ['"waiting-room-join";q=2;w=60'] * 3
    assert [join["RateLimit"].rpartition(";")[0] for join in joins] == [
        '"waiting-room-join";r=1',
        '"waiting-room-join";r=0',
        '"waiting-room-join";r=0',
    ]
    assert poll.status_code == 429
    assert poll["RateLimit-Policy"] == '"waiting-room-poll";q=10;w=5'
    assert poll["RateLimit"] == f'"waiting-room-poll";r=0;t={poll["Retry-After"]}'


def test_a_challenge_decides_who_joins(event: Event, settings) -> None:
    behind_room(event, is_paused=True)
    settings.WAITING_ROOM_CHALLENGE = "tests.waiting_room.challenge.refuse_all"

    answer = Client().post(room_address(event), {}, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "challenge_failed"
    assert line.numbers(event.pk)["joined"] == 0
