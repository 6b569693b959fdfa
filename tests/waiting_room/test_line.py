"""The line in Redis: order, rate, cap, presence, and places given back."""

import time

import pytest

from bookings.waiting_room import line
from bookings.waiting_room.tokens import new_visitor
from events.models import Event
from tests.waiting_room.helpers import AT_ONCE, behind_room, change, join_line, move_clock

pytestmark = pytest.mark.django_db


def test_late_arrivals_stand_in_order_of_joining(event: Event) -> None:
    behind_room(event, is_paused=True)

    visitors = join_line(event, 5)

    assert [line.poll(event.pk, visitor).ahead for visitor in visitors] == [0, 1, 2, 3, 4]


def test_joining_again_keeps_the_place(event: Event) -> None:
    behind_room(event, is_paused=True)
    visitors = join_line(event, 3)

    standing, _ = line.join(event.pk, visitors[1], "n")

    assert (standing.state, standing.ahead) == ("waiting", 1)


def test_no_more_are_inside_than_the_cap_allows(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=3)

    visitors = join_line(event, 10)

    states = [line.poll(event.pk, visitor).state for visitor in visitors]
    assert states == ["admitted"] * 3 + ["waiting"] * 7


def test_the_rate_lets_in_one_and_not_two_at_once(event: Event) -> None:
    behind_room(event, admit_per_second=0.01, most_inside=50)

    visitors = join_line(event, 4)

    states = [line.poll(event.pk, visitor).state for visitor in visitors]
    assert states == ["admitted", "waiting", "waiting", "waiting"]


def test_who_leaves_makes_room_for_the_next_one(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=1)
    first, second = join_line(event, 2)
    assert line.poll(event.pk, second).state == "waiting"

    assert line.leave(event.pk, first, why="left")

    assert line.poll(event.pk, second).state == "admitted"
    assert line.poll(event.pk, first).state == "gone"


def test_who_was_let_in_and_fell_silent_gives_the_place_back(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=1)
    first, second = join_line(event, 2)
    assert line.poll(event.pk, first).state == "admitted"

    move_clock(event, 301, first)

    assert line.poll(event.pk, second).state == "admitted"
    assert line.poll(event.pk, first).state == "gone"


def test_who_was_let_in_and_did_not_come_keeps_a_place_in_front(event: Event) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=1, is_paused=True)
    first, second, third = join_line(event, 3)
    change(room, is_paused=False)
    line.look(event.pk)  # lets the first one in, who does not know it yet
    move_clock(event, 121, first)
    assert line.poll(event.pk, second).state == "admitted"

    standing = line.poll(event.pk, first)

    assert (standing.state, standing.ahead) == ("waiting", 0)
    line.leave(event.pk, second, why="left")
    assert line.poll(event.pk, first).state == "admitted"
    assert line.poll(event.pk, third).state == "waiting"


def test_who_is_away_is_passed_over_and_goes_in_next_when_back(event: Event) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=1, is_paused=True)
    away, here = join_line(event, 2)
    line.connection().hset(line.key_of(event.pk, "seen"), away, "1000 0")
    change(room, is_paused=False)
    assert line.poll(event.pk, here).state == "admitted"

    back = line.poll(event.pk, away)
    line.leave(event.pk, here, why="left")

    assert (back.state, back.ahead) == ("waiting", 0)
    assert line.poll(event.pk, away).state == "admitted"


def test_places_never_grow_while_others_come_back(event: Event) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=1, is_paused=True)
    visitors = join_line(event, 6)
    for visitor in visitors[:2]:
        line.connection().hset(line.key_of(event.pk, "seen"), visitor, "1000 0")
    before = [line.poll(event.pk, visitor).ahead for visitor in visitors[3:]]
    change(room, is_paused=False)
    line.look(event.pk)
    for visitor in visitors[:2]:
        line.poll(event.pk, visitor)

    after = [line.poll(event.pk, visitor).ahead for visitor in visitors[3:]]

    assert before == [3, 4, 5]
    assert after == [0, 1, 2]


def test_who_came_back_is_passed_by_nobody_who_comes_back_later(event: Event) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=1, is_paused=True)
    _, *away, _ = join_line(event, 5)
    for visitor in away:
        line.connection().hset(line.key_of(event.pk, "seen"), visitor, "1000 0")
    change(room, is_paused=False, most_inside=2)
    line.look(event.pk)
    change(room, most_inside=1)

    back = [line.poll(event.pk, visitor) for visitor in reversed(away)]
    again = [line.poll(event.pk, visitor) for visitor in reversed(away)]

    assert [one.ahead for one in back] == [0, 1, 2]
    assert [one.ahead for one in again] == [0, 1, 2]
    assert [one.place % 1000 for one in again] == [4, 3, 2]


def test_a_lower_cap_lets_nobody_in_and_throws_nobody_out(event: Event) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=3)
    visitors = join_line(event, 5)

    change(room, most_inside=2)
    line.leave(event.pk, visitors[0], why="left")

    states = [line.poll(event.pk, visitor).state for visitor in visitors[1:]]
    assert states == ["admitted", "admitted", "waiting", "waiting"]


def test_a_paused_room_keeps_places_and_lets_nobody_in(event: Event) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=50, is_paused=True)
    visitors = join_line(event, 2)
    assert [line.poll(event.pk, visitor).state for visitor in visitors] == ["waiting"] * 2

    change(room, is_paused=False)

    assert [line.poll(event.pk, visitor).state for visitor in visitors] == ["admitted"] * 2


def test_nobody_joins_a_closed_room(event: Event) -> None:
    behind_room(event, is_closed=True)

    standing, number = line.join(event.pk, new_visitor(), "n")

    assert (standing.state, number) == ("closed", 0)


def test_an_account_has_one_place_the_better_of_two(event: Event) -> None:
    behind_room(event, is_paused=True)
    early, between, late = join_line(event, 3)
    assert line.link(event.pk, late, 7) == late

    best = line.link(event.pk, early, 7)

    assert best == early
    assert line.poll(event.pk, late).visitor == early
    assert line.poll(event.pk, between).ahead == 1
    assert line.numbers(event.pk)["waiting"] == 2


def test_another_accounts_visitor_stays_that_accounts(event: Event) -> None:
    behind_room(event, is_paused=True)
    [visitor] = join_line(event)
    line.link(event.pk, visitor, 7)

    assert line.link(event.pk, visitor, 8) == ""
    assert line.link(event.pk, "", 7) == visitor


def test_polls_far_faster_than_told_are_refused_by_redis_alone(
    event: Event, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LEAST_BETWEEN_POLLS_MS", 60_000)  # however slow this machine is
    settings.RATE_LIMITS = True
    behind_room(event, is_paused=True)
    [visitor] = join_line(event)

    states = [line.poll(event.pk, visitor).state for _ in range(15)]

    assert states[:10] == ["waiting"] * 10
    assert states[-1] == "fast"


@pytest.mark.parametrize("beat_ran_on", [False, True])
def test_after_a_long_outage_who_asks_first_does_not_pass_those_in_front(
    event: Event, beat_ran_on: bool
) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=50, is_paused=True)
    visitors = join_line(event, 30)
    change(room, is_paused=False)
    since = int(time.time() * 1000) - 300_000
    seen = dict.fromkeys(visitors, f"{since} 0")
    line.connection().hset(line.key_of(event.pk, "seen"), mapping=seen)
    line.connection().hset(line.key_of(event.pk, "room"), mapping={"last": since, "heard": since})
    for _ in range(3 if beat_ran_on else 0):
        line.look(event.pk)
        line.connection().hset(line.key_of(event.pk, "room"), "held_back", 0)

    standing = [line.poll(event.pk, visitor) for visitor in reversed(visitors)]
    line.connection().hset(line.key_of(event.pk, "room"), "held_back", 0)

    assert [one.state for one in standing] == ["waiting"] * 30
    assert [one.ahead for one in standing] == list(range(29, -1, -1))
    assert [line.poll(event.pk, visitor).state for visitor in visitors] == ["admitted"] * 30
