"""Redis flushed: the order is kept, who is inside buys, who is through stays through."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import WaitingRoomEntry
from bookings.waiting_room import books, gate, keeper, line, rooms
from bookings.waiting_room.errors import WaitingRoomRequired
from events.models import Event
from tests.conftest import forget_redis_keys
from tests.waiting_room.helpers import (
    AT_ONCE,
    behind_room,
    change,
    join_again,
    join_by_api,
    join_line,
    opens_in,
    poll_by_api,
    reserve,
)
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_order_is_kept_when_redis_forgets_everything(event: Event) -> None:
    behind_room(event, is_paused=True)
    visitors = join_line(event, 300)
    books.write_down(event.pk)

    forget_redis_keys()

    assert [line.poll(event.pk, one).state for one in visitors[:1]] == ["lost"]
    keeper.keep(event.pk)
    assert [line.poll(event.pk, visitor).ahead for visitor in visitors] == list(range(300))


def test_whoever_refills_keeps_the_others_away_however_long_it_takes(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_room(event, is_paused=True)
    visitors = join_line(event, 10)
    books.write_down(event.pk)
    forget_redis_keys()
    monkeypatch.setattr(keeper, "AT_ONCE", 2)
    lock, left_ms = keeper.lock_key(event.pk), []
    refill = keeper._refill

    def slowly(event_id: int, entries: Any) -> None:
        left_ms.append(line.connection().pttl(lock))
        line.connection().pexpire(lock, keeper.ONE_AT_A_TIME_MS // 2)  # as after a long piece
        keeper.attend(event_id)  # somebody else's poll
        refill(event_id, entries)

    monkeypatch.setattr(keeper, "_refill", slowly)
    keeper.attend(event.pk)

    assert len(left_ms) == 5
    assert min(left_ms) > keeper.ONE_AT_A_TIME_MS // 2
    assert [line.poll(event.pk, visitor).ahead for visitor in visitors] == list(range(10))


def test_a_poll_refills_the_line_by_itself(event: Event) -> None:
    behind_room(event, is_paused=True)
    tokens_of = [join_by_api(event)["visitor"] for _ in range(3)]
    books.write_down(event.pk)

    forget_redis_keys()

    assert [poll_by_api(event, token).json()["ahead"] for token in tokens_of] == [0, 1, 2]


def test_who_joined_after_the_last_checkpoint_comes_back_by_the_token(event: Event) -> None:
    behind_room(event, is_paused=True)
    written = [join_by_api(event)["visitor"] for _ in range(3)]
    books.write_down(event.pk)
    missed = [join_by_api(event)["visitor"] for _ in range(3)]

    forget_redis_keys()
    keeper.keep(event.pk)
    newcomer = join_by_api(event)["visitor"]

    for token in reversed(missed):
        assert poll_by_api(event, token).status_code == 200
    found = [poll_by_api(event, token).json()["ahead"] for token in [*written, *missed, newcomer]]
    assert found == [0, 1, 2, 3, 4, 5, 6]


def test_the_pool_before_the_opening_comes_back_with_its_nonces(event: Event) -> None:
    behind_room(event, opens_at=opens_in(600))
    written = join_by_api(event, nonce="mine-1")["visitor"]
    books.write_down(event.pk)
    missed = join_by_api(event, nonce="mine-2")["visitor"]

    forget_redis_keys()
    keeper.keep(event.pk)

    assert [poll_by_api(event, token).json()["state"] for token in (written, missed)] == [
        "pre_queue", "pre_queue"
    ]  # fmt: skip
    nonces = line.connection().hvals(line.key_of(event.pk, "nonces"))
    assert sorted(nonces) == ["mine-1", "mine-2"]


def test_after_a_loss_nobody_is_let_in_until_those_inside_have_shown_up(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=2)
    inside = [join_by_api(event) for _ in range(2)]
    books.write_down(event.pk)
    waiting = join_by_api(event)

    forget_redis_keys()
    keeper.keep(event.pk)

    assert poll_by_api(event, waiting["visitor"]).json()["state"] == "waiting"
    assert [poll_by_api(event, one["visitor"]).json()["state"] for one in inside] == [
        "admitted", "admitted"
    ]  # fmt: skip
    assert line.numbers(event.pk)["inside"] == 2


def test_who_is_through_does_not_come_back_by_a_loss(room_event: Event, fan: User) -> None:
    joined = join_by_api(room_event)
    Client().delete(
        f"/api/v1/event/{room_event.pk}/waiting-room",
        headers={"X-Waiting-Room-Visitor": joined["visitor"]},
    )
    books.write_down(room_event.pk)

    forget_redis_keys()
    keeper.keep(room_event.pk)

    assert poll_by_api(room_event, joined["visitor"]).status_code == 404
    assert reserve(fan, room_event, joined["pass"]).status_code == 403


def test_a_pass_that_the_checkpoint_missed_still_lets_in_once(
    room_event: Event, fan: User, other_fan: User
) -> None:
    joined = join_by_api(room_event)  # never written down

    forget_redis_keys()
    keeper.keep(room_event.pk)

    assert reserve(fan, room_event, joined["pass"]).status_code == 201
    assert line.numbers(room_event.pk)["inside"] == 1
    assert reserve(other_fan, room_event, joined["pass"], start=4).status_code == 403


def test_after_a_loss_a_pass_never_lets_more_in_than_the_cap(event: Event, fan: User) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=1)
    first = join_by_api(event)
    missed = join_by_api(event)
    books.write_down(event.pk)
    line.leave(event.pk, first["visitor"].split(".")[1], why="left")  # never written down,
    entry_pass = poll_by_api(event, missed["visitor"]).json()["pass"]  # and neither is this

    forget_redis_keys()
    keeper.keep(event.pk)
    refused = reserve(fan, event, entry_pass)

    assert room.most_inside == line.numbers(event.pk)["inside"] == 1
    assert refused.status_code == 403
    assert poll_by_api(event, missed["visitor"]).json()["ahead"] == 0
    line.leave(event.pk, first["visitor"].split(".")[1], why="left")
    line.connection().hset(line.key_of(event.pk, "room"), "held_back", 0)
    assert poll_by_api(event, missed["visitor"]).json()["state"] == "admitted"
    assert reserve(fan, event, entry_pass).status_code == 201


def test_after_a_loss_who_was_inside_and_is_in_line_again_is_counted_inside(
    event: Event, fan: User
) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=2, is_paused=True)
    token = join_by_api(event)["visitor"]
    books.write_down(event.pk)
    change(room, is_paused=False)
    entry_pass = poll_by_api(event, token).json()["pass"]  # never written down

    forget_redis_keys()
    keeper.keep(event.pk)
    assert line.numbers(event.pk)["waiting"] == 1

    assert reserve(fan, event, entry_pass).status_code == 201
    numbers = line.numbers(event.pk)
    assert (numbers["inside"], numbers["waiting"]) == (1, 0)


def test_who_gives_the_place_up_after_a_loss_stands_behind_the_others_when_joining_again(
    event: Event,
) -> None:
    behind_room(event, is_paused=True)
    first, second = join_by_api(event)["visitor"], join_by_api(event)["visitor"]
    books.write_down(event.pk)

    forget_redis_keys()
    keeper.keep(event.pk)
    line.leave(event.pk, first.split(".")[1], why="left")
    again = join_again(event, first).json()

    assert again["visitor"].split(".")[1] != first.split(".")[1]
    assert again["ahead"] == 1
    assert poll_by_api(event, second).json()["ahead"] == 0


def test_a_pass_given_back_after_a_loss_is_refused_without_asking_postgres(
    room_event: Event, fan: User, django_assert_num_queries: Any
) -> None:
    joined = join_by_api(room_event)
    books.write_down(room_event.pk)
    forget_redis_keys()
    keeper.keep(room_event.pk)
    line.leave(room_event.pk, joined["visitor"].split(".")[1], why="left")

    with django_assert_num_queries(0), pytest.raises(WaitingRoomRequired):
        gate.check(room_event.pk, account=fan.pk, shown=joined["pass"])


def test_writing_down_twice_changes_nothing(room_event: Event) -> None:
    join_line(room_event, 5)
    records = line.connection().lrange(line.key_of(room_event.pk, "journal"), 0, -1)
    books.apply(room_event.pk, records)
    before = list(WaitingRoomEntry.objects.order_by("pk").values())

    books.apply(room_event.pk, records)

    assert list(WaitingRoomEntry.objects.order_by("pk").values()) == before
    assert [row["state"] for row in before] == ["inside"] * 5


def test_a_room_that_is_switched_off_lets_everybody_through(event: Event) -> None:
    room = behind_room(event, is_paused=True)
    token = join_by_api(event)["visitor"]
    Event.objects.filter(pk=event.pk).update(waiting_room=False)

    rooms.forget()

    keeper.keep_all()

    assert poll_by_api(event, token).json()["state"] == "admitted"
    change(room, is_paused=False)
