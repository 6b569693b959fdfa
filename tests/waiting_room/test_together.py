"""What two processes do at the same moment: no record is lost, nobody passes the drawn."""

from collections.abc import Iterable
from typing import Any

import pytest

from bookings.models import WaitingRoomEntry
from bookings.waiting_room import books, keeper, line, rooms
from events.models import Event
from tests.waiting_room.helpers import AT_ONCE, behind_room, change, join_line, opens_in

pytestmark = pytest.mark.django_db


def test_two_who_write_down_at_once_lose_no_record(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_room(event, is_paused=True)
    join_line(event, 3)
    apply = books.apply

    def apply_while_another_does_too(event_id: int, records: Iterable[str]) -> None:
        monkeypatch.setattr(books, "apply", apply)
        books.write_down(event_id)
        join_line(event, 3)
        apply(event_id, records)

    monkeypatch.setattr(books, "apply", apply_while_another_does_too)

    books.write_down(event.pk)
    books.write_down(event.pk)

    assert WaitingRoomEntry.objects.filter(room=event.pk).count() == 6
    assert line.numbers(event.pk)["not_written"] == 0


def test_who_came_late_waits_until_all_of_the_drawn_stand_in_front(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = behind_room(event, opens_at=opens_in(3600), admit_per_second=AT_ONCE, most_inside=50)
    drawn = join_line(event, 3)
    change(room, opens_at=opens_in(-1))
    [late] = join_line(event)
    run, told = line.run, []

    def run_beside_the_keeper(name: str, event_id: int, *arguments: Any) -> Any:
        if name == "place":
            rooms.tell_line(rooms.room_of(event_id))
            state, _, ahead, *_ = run("poll", event_id, late, 0, 10)
            told.append((state, ahead))
        return run(name, event_id, *arguments)

    monkeypatch.setattr(line, "run", run_beside_the_keeper)

    keeper.attend(event.pk)

    assert told == [("waiting", 3)]
    assert {line.poll(event.pk, visitor).state for visitor in [*drawn, late]} == {"admitted"}
