"""Five thousand at the opening: never more inside than the cap, at any sample (F96).

The control takes the one Lua call apart into a look and a step, as two calls of Redis, and shows
the cap being broken.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from bookings.best_available import hold_best_available
from bookings.models import Booking
from bookings.waiting_room import line
from bookings.waiting_room.errors import WaitingRoomRequired
from bookings.waiting_room.tokens import new_visitor, sign_pass
from bookings.wishes import Wish
from events.models import Event
from tests.factories import UserFactory, on_sale_event
from tests.races.interleaving import at_once
from tests.waiting_room.helpers import AT_ONCE, behind_room, change, join_line

CLIENTS = 5_000
CAP = 40
THREADS = 16

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def event(transactional_db: None) -> Event:
    return on_sale_event()


def inside(event: Event) -> int:
    return int(line.connection().zcard(line.key_of(event.pk, "inside")))


@contextmanager
def sampled(event: Event) -> Iterator[list[int]]:
    """How many are inside, looked at as often as Redis answers, and once when all is over."""
    samples: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            samples.append(inside(event))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()
        samples.append(inside(event))


def rush(visitors: list[str], ask: Callable[[str], Any]) -> list[Any]:
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return list(pool.map(ask, visitors))


def waiting_crowd(event: Event, count: int) -> list[str]:
    """So many in line at a paused room that lets in a thousand a second, forty at once."""
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=CAP, is_paused=True)
    visitors = [new_visitor() for _ in range(count)]
    rush(visitors, lambda visitor: line.join(event.pk, visitor, "n"))
    change(room, is_paused=False)
    return visitors


def test_no_more_are_inside_than_the_cap_at_any_sample(event: Event) -> None:
    visitors = waiting_crowd(event, CLIENTS)

    def ask_and_leave(visitor: str) -> str:
        state = line.poll(event.pk, visitor).state
        samples.append(inside(event))
        if state == "admitted" and ord(visitor[0]) % 2:
            line.leave(event.pk, visitor, why="left")
        return state

    with sampled(event) as samples:
        rush(visitors, ask_and_leave)

    assert len(samples) > CLIENTS
    assert max(samples) == CAP


def test_looking_and_letting_in_as_two_calls_breaks_the_cap(event: Event) -> None:
    visitors = waiting_crowd(event, 400)
    key = line.key_of(event.pk, "inside")
    barrier = threading.Barrier(THREADS)

    def look_then_let_in(visitor: str) -> None:
        free = inside(event) < CAP
        barrier.wait(timeout=60)  # everybody has looked, as happens without it now and then
        if free:
            line.connection().zadd(key, {visitor: 2**52})

    with sampled(event) as samples:
        rush(visitors, look_then_let_in)

    assert max(samples) > CAP


def test_a_pass_shared_by_many_at_once_lets_in_one(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=CAP)
    [visitor] = join_line(event)
    standing = line.poll(event.pk, visitor)
    shared = sign_pass(event_id=event.pk, visitor=visitor, admitted_at=standing.admitted_at)
    fans = [UserFactory.create() for _ in range(12)]

    outcomes = at_once([
        lambda fan=fan: hold_best_available(
            user=fan, wish=Wish(event_id=event.pk, quantity=1, waiting_room_pass=shared)
        )
        for fan in fans
    ])  # fmt: skip

    held = [one for one in outcomes if isinstance(one, Booking)]
    refused = [one for one in outcomes if isinstance(one, WaitingRoomRequired)]
    assert (len(held), len(refused)) == (1, 11)
    assert Booking.objects.count() == 1


def test_the_same_visitor_joining_from_many_tabs_at_once_has_one_place(event: Event) -> None:
    behind_room(event, is_paused=True)
    visitor = new_visitor()

    at_once([lambda: line.join(event.pk, visitor, "n")] * 20)

    assert line.numbers(event.pk)["waiting"] == 1
    assert line.numbers(event.pk)["joined"] == 1
