"""The draw: fair, sealed before the public value, and made once whatever dies."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.waiting_room import drand, keeper, line, sealing
from bookings.waiting_room.draw import Entry, commitment_to, draw_order, hash_of, list_text, name_of
from bookings.waiting_room.errors import RoomNotReady
from bookings.waiting_room.models import WaitingRoom
from events.models import Event
from tests.conftest import forget_redis_keys
from tests.waiting_room.helpers import (
    AT_ONCE,
    Record,
    behind_room,
    change,
    join_by_api,
    opens_in,
    poll_by_api,
    published,
)
from ticketmaster.accounts.models import User


def spearman(order: list[int]) -> float:
    """Between 0, 1, 2, … and the places in which they ended up."""
    n = len(order)
    apart = sum((position - joined) ** 2 for position, joined in enumerate(order))
    return 1 - 6 * apart / (n * (n * n - 1))


@pytest.mark.parametrize("number", range(5))
def test_who_came_early_has_no_better_place_than_who_came_late(number: int) -> None:
    source = random.Random(number)
    entries = [Entry(name_of(f"visitor {number} {n}"), f"nonce{n}") for n in range(10_000)]
    joined = {entry: n for n, entry in enumerate(entries)}
    list_hash = hash_of(list_text(entries))

    order = draw_order(
        entries, seed=source.randbytes(32).hex(), list_hash=list_hash, public_value="7"
    )

    assert abs(spearman([joined[entry] for entry in order])) < 0.04
    assert sorted(joined[entry] for entry in order) == list(range(10_000))


def test_a_line_in_order_of_joining_would_show() -> None:
    assert spearman(list(range(10_000))) == 1.0


@pytest.mark.django_db
def test_seed_and_list_are_secret_until_the_draw(event: Event) -> None:
    room = behind_room(event, opens_at=opens_in(3600), public_source="entered")
    join_by_api(event)
    before = published(event)
    change(room, opens_at=timezone.now())
    keeper.keep(event.pk)

    sealed = published(event)

    assert before["commitment"] == commitment_to(room.seed) == sealed["commitment"]
    assert (before["list_hash"], before["seed"], before["list"]) == (None, None, None)
    assert (sealed["list_length"], sealed["seed"], sealed["list"]) == (1, None, None)
    assert sealed["list_hash"]
    pages = [
        Client().get(reverse(name, args=[event.pk])).content.decode()
        for name in ("bookings:waiting-room", "bookings:waiting-room-draw")
    ]
    assert all(room.seed not in page for page in pages)
    assert Client().get(reverse("bookings:sealed-list", args=[event.pk])).status_code == 404


@pytest.mark.django_db
def test_the_draw_waits_for_the_public_value_and_nobody_enters_it_early(
    event: Event, staff: User
) -> None:
    room = behind_room(event, opens_at=opens_in(3600), public_source="entered")
    token = join_by_api(event)["visitor"]
    with pytest.raises(RoomNotReady):
        sealing.enter_public_value(room, "7", actor_id=staff.pk)
    change(room, opens_at=timezone.now())
    keeper.keep(event.pk)
    assert poll_by_api(event, token).json()["state"] == "pre_queue"

    sealing.enter_public_value(WaitingRoom.objects.get(), "7", actor_id=staff.pk)
    keeper.keep(event.pk)

    assert poll_by_api(event, token).json()["state"] == "admitted"
    assert published(event)["public_value"] == "7"
    with pytest.raises(RoomNotReady):
        sealing.enter_public_value(WaitingRoom.objects.get(), "8", actor_id=staff.pk)


@pytest.mark.django_db
def test_the_first_poll_after_the_opening_opens_without_beat(event: Event) -> None:
    room = behind_room(event, opens_at=opens_in(3600), admit_per_second=AT_ONCE)
    tokens_of = [join_by_api(event)["visitor"] for _ in range(5)]
    change(room, opens_at=timezone.now())

    states = [poll_by_api(event, token).json()["state"] for token in tokens_of]

    assert states == ["admitted"] * 5


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["seal", "draw", "place_in_line"])
def test_an_opening_that_dies_in_the_middle_is_finished_by_the_next_one(
    event: Event, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = behind_room(event, opens_at=opens_in(3600), is_paused=True)
    tokens_of = [join_by_api(event)["visitor"] for _ in range(20)]
    change(room, opens_at=timezone.now())
    original = getattr(sealing, step)

    def dies(*arguments: Any) -> None:
        original(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sealing, step, dies)
        with pytest.raises(KeyboardInterrupt):
            keeper.attend(event.pk)
    sealed = WaitingRoom.objects.get()

    keeper.attend(event.pk)

    room = WaitingRoom.objects.get()
    assert room.sealed_at == sealed.sealed_at
    assert room.list_hash == sealed.list_hash
    places = [poll_by_api(event, token).json()["place"] for token in tokens_of]
    assert sorted(places) == list(range(1, 21))


@pytest.mark.django_db
def test_the_drawn_order_survives_a_flush(opened: tuple[Event, list[Record]]) -> None:
    event, answers = opened
    before = [poll_by_api(event, answer["visitor"]).json()["place"] for answer in answers]
    keeper.keep(event.pk)

    forget_redis_keys()
    keeper.keep(event.pk)

    after = [poll_by_api(event, answer["visitor"]).json()["place"] for answer in answers]
    assert after == before


@pytest.mark.django_db
def test_an_account_is_in_the_draw_once(event: Event) -> None:
    room = behind_room(event, opens_at=opens_in(3600), is_paused=True)
    first, second = join_by_api(event, nonce="a"), join_by_api(event, nonce="b")
    from_token = [
        line.link(event.pk, token.split(".")[1], 7)
        for token in (first["visitor"], second["visitor"])
    ]
    change(room, opens_at=timezone.now())

    keeper.keep(event.pk)

    assert from_token[0] == from_token[1]
    assert WaitingRoom.objects.get().list_length == 1
    assert [row["place"] for row in (
        poll_by_api(event, one["visitor"]).json() for one in (first, second)
    )] == [1, 1]  # fmt: skip


def test_the_round_of_drand_is_made_after_the_opening() -> None:
    opening = datetime(2026, 11, 22, 10, tzinfo=UTC)

    number = drand.round_for(opening)

    made_at = drand.GENESIS_S + (number - 1) * drand.PERIOD_S
    assert 10 <= made_at - opening.timestamp() < 13
    assert drand.name_of(opening) == f"drand quicknet, round {number}"
