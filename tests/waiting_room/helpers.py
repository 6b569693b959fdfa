"""What tests of the waiting room share."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from bookings.waiting_room import keeper, line, rooms
from bookings.waiting_room.line import Standing
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.tokens import new_visitor
from events.models import Event
from tests.bookings.helpers import RESERVE, ids
from tests.house.test_two_users import token_of
from ticketmaster.accounts.models import User

# So fast that only the cap counts, however quick the machine: at a thousand a second a test would
# see as many let in as milliseconds have passed.
AT_ONCE = 1_000_000.0

# What the site publishes about a draw, or answers to who joins.
Record = dict[str, Any]


def behind_room(event: Event, **fields: Any) -> WaitingRoom:
    """Put an event behind a waiting room with these settings; the line is ready."""
    fields.setdefault("tunes_itself", False)
    Event.objects.filter(pk=event.pk).update(waiting_room=True)
    room, _ = WaitingRoom.objects.update_or_create(event=event, defaults=fields)
    rooms.forget()
    keeper.attend(event.pk)
    rooms.tell_line(room)
    if room.admit_per_second == AT_ONCE:
        line.connection().hset(line.key_of(event.pk, "room"), "credit", AT_ONCE)
    return room


def change(room: WaitingRoom, **fields: Any) -> None:
    """What staff do while people wait."""
    WaitingRoom.objects.filter(pk=room.pk).update(**fields)
    room.refresh_from_db()
    rooms.tell_line(room)


def standing_of(**fields: Any) -> Standing:
    """How somebody stands in an open line with nobody inside, but for these fields."""
    numbers = dict.fromkeys(
        ("ahead", "place", "admitted_at", "inside_until", "opens", "joins_from", "inside"), 0
    )
    room = {"is_sealed": True, "is_drawn": True, "is_paused": False, "is_closed": False}
    known = {"restored": 1, "now": 1, "most": 500, "stay": 240_000, "left": -1, "held": -1}
    words = {"state": "waiting", "visitor": "v", "message": "", "rate": 5.0}
    return Standing(**{**numbers, **room, **known, **words, **fields})


def opens_in(seconds: float) -> Any:
    return timezone.now() + timedelta(seconds=seconds)


def join_line(event: Event, count: int = 1) -> list[str]:
    """So many visitors join, one after the other; their ids."""
    visitors = [new_visitor() for _ in range(count)]
    for visitor in visitors:
        line.join(event.pk, visitor, "n")
    return visitors


def room_address(event: Event) -> str:
    return f"/api/v1/event/{event.pk}/waiting-room"


def join_by_api(event: Event, client: Client | None = None, **body: Any) -> dict[str, Any]:
    answer = (client or Client()).post(
        room_address(event), data=body, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def published(event: Event) -> Record:
    """What everybody may read about the draw now."""
    found: Record = Client().get(f"/api/v1/event/{event.pk}/waiting-room/draw").json()
    return found


def join_again(event: Event, visitor: str) -> Any:
    """The answer to a join with a token that one has already."""
    return Client().post(
        room_address(event),
        {},
        content_type="application/json",
        headers={"X-Waiting-Room-Visitor": visitor},
    )


def poll_by_api(event: Event, visitor: str, client: Client | None = None) -> Any:
    return (client or Client()).get(
        room_address(event), headers={"X-Waiting-Room-Visitor": visitor}
    )


def move_clock(event: Event, seconds: float, *visitors: str) -> None:
    """Let these people's places inside end that much earlier."""
    key = line.key_of(event.pk, "inside")
    for visitor in visitors:
        line.connection().zincrby(key, -seconds * 1000, visitor)


def reserve(user: User, event: Event, entry_pass: str, *, start: int = 0) -> Any:
    """Ask for a seat with this pass; the answer."""
    return Client(headers={"X-Session-Token": token_of(user)}).post(
        RESERVE,
        {"ticket_ids": ids(event, 1, start=start)},
        content_type="application/json",
        headers={"X-Waiting-Room-Pass": entry_pass},
    )
