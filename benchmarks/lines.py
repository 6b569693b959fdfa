"""Events behind a waiting room, and people in line before anything is measured."""

import contextlib
import threading
import time

import redis
from django.db import connection

from bookings.waiting_room import keeper, line, rooms
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.tokens import Visitor, new_visitor, sign_visitor
from events.models import Event


def behind_room(event: Event, **fields: object) -> WaitingRoom:
    """Put the event behind an open room of these settings, which does not tune itself."""
    Event.objects.filter(pk=event.pk).update(waiting_room=True)
    room, _ = WaitingRoom.objects.update_or_create(
        event=event, defaults={"tunes_itself": False, **fields}
    )
    rooms.forget()
    keeper.attend(event.pk)
    rooms.tell_line(room)
    return room


def pause(room: WaitingRoom, *, is_paused: bool) -> None:
    """Let nobody in any more, or go on."""
    WaitingRoom.objects.filter(pk=room.pk).update(is_paused=is_paused)
    room.refresh_from_db()
    rooms.tell_line(room)


def open_later(room: WaitingRoom, seconds: float) -> threading.Thread:
    """Open a paused room in so many seconds: those in line have shown up by then."""

    def let_in() -> None:
        time.sleep(seconds)
        with contextlib.suppress(redis.RedisError):  # too busy just now: beat tells the line
            pause(room, is_paused=False)
        connection.close()

    thread = threading.Thread(target=let_in)
    thread.start()
    return thread


def line_up(event: Event, count: int) -> list[str]:
    """So many join, as the API lets them; their tokens, in the order of the line."""
    tokens = []
    for _ in range(count):
        visitor = new_visitor()
        standing, number = line.join(event.pk, visitor, "n")
        tokens.append(
            sign_visitor(
                Visitor(
                    event_id=event.pk,
                    visitor=visitor,
                    number=number,
                    place=standing.place,
                    signed_at=standing.now,
                    nonce="n",
                )
            )
        )
    return tokens


def in_line(event_id: int) -> list[str]:
    """Who stands in line now, first to last."""
    found: list[str] = line.connection().zrange(line.key_of(event_id, "waiting"), 0, -1)  # type: ignore[assignment]
    return found
