"""What staff do while people wait. Each works at once and leaves an audit record."""

import contextlib
from typing import Any

import redis
from django.db import transaction

from bookings.waiting_room import drand, sealing
from bookings.waiting_room.errors import RoomNotReady
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.rooms import tell_line
from ticketmaster.core import audit
from ticketmaster.core.clock import database_now


def steer(room: WaitingRoom, *, action: str, actor_id: int, **fields: Any) -> None:
    """Change these settings now; the line knows before this returns, or when Redis is back."""
    with transaction.atomic():
        WaitingRoom.objects.filter(pk=room.pk).update(**fields)
        audit.record(
            subject="waiting room",
            subject_id=room.pk,
            action=action,
            actor_id=actor_id,
            details={name: str(value) for name, value in fields.items()},
        )
    room.refresh_from_db()
    tell_quietly(room)


def tell_quietly(room: WaitingRoom) -> None:
    """Tell the line; with Redis away the keeper does it as soon as it is back."""
    with contextlib.suppress(redis.RedisError):
        tell_line(room)


def open_now(room: WaitingRoom, *, actor_id: int) -> None:
    """Open a room whose opening is still ahead: the draw is made with who is there now."""
    if room.sealed_at is not None:
        raise RoomNotReady("This room is open.")
    fields: dict[str, Any] = {"opens_at": database_now(), "joins_from": None}
    if room.public_source == WaitingRoom.PublicSource.DRAND:
        fields["public_source_name"] = drand.name_of(fields["opens_at"])
    steer(room, action="open now", actor_id=actor_id, **fields)


def go_on_without_public_value(room: WaitingRoom, *, actor_id: int) -> None:
    """Draw without the promised value; the draw's page says that it rests on our word."""
    if room.sealed_at is None or room.drawn_at is not None:
        raise RoomNotReady("Nothing waits for a public value.")
    steer(
        room,
        action="draw without public value",
        actor_id=actor_id,
        public_source=WaitingRoom.PublicSource.NONE,
    )


def enter_public_value(room: WaitingRoom, value: str, *, actor_id: int) -> None:
    """The value that was promised, once it is public. Raises RoomNotReady out of turn."""
    sealing.enter_public_value(room, value, actor_id=actor_id)
