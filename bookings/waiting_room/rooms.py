"""Which events stand behind a waiting room, and what their lines know of staff's settings."""

import threading
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from bookings.waiting_room import line
from bookings.waiting_room.models import WaitingRoom
from ticketmaster.core import redis as shared_redis
from ticketmaster.core.api_errors import DATABASE_AWAY

LOOK_EVERY_SECONDS = 1.0

BEHIND_ROOMS = """
SELECT id FROM events_event WHERE waiting_room AND status IN ('scheduled', 'on_sale')
"""


class _Known:
    """The events behind a room, as this process last saw them."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.event_ids: frozenset[int] = frozenset()
        self.until = 0.0


_known = _Known()


def behind_rooms() -> frozenset[int]:
    """The events whose waiting room is on, at most a second old. One small query a second."""
    if time.monotonic() < _known.until:
        return _known.event_ids
    with _known.guard:
        if time.monotonic() >= _known.until:
            try:
                _known.event_ids = _ask()
            except DATABASE_AWAY:
                if not _known.until:  # nothing is known yet, and open doors would be a guess
                    raise
            _known.until = time.monotonic() + LOOK_EVERY_SECONDS
    return _known.event_ids


def _ask() -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(BEHIND_ROOMS)
        return frozenset(row[0] for row in cursor.fetchall())


def forget() -> None:
    """Look again at once."""
    _known.until = 0.0


def room_of(event_id: int) -> WaitingRoom:
    """The room of an event behind one, made with the defaults where staff made none."""
    room, _ = WaitingRoom.objects.select_related("event").get_or_create(event_id=event_id)
    return room


def tell_line(room: WaitingRoom) -> None:
    """Put what staff set into the line, at once and while people wait. Raises RedisError.

    A room that tunes itself keeps what it has tuned (`tuning`).
    """
    key = line.key_of(room.event_id, "room")
    factor, most = line.connection().hmget(key, "factor", "tuned_most")
    tuned = room.tunes_itself
    fields: dict[Any, Any] = {
        "opens": milliseconds(room.opens_at),
        "joins_from": milliseconds(room.joins_from),
        "rate": room.admit_per_second * (float(factor) if factor and tuned else 1.0),
        "most": min(room.most_inside, int(most)) if most and tuned else room.most_inside,
        "paused": int(room.is_paused),
        "closed": int(room.is_closed),
        "message": room.message,
        "off": 0,
        "claim": settings.WAITING_ROOM_CLAIM_SECONDS * 1000,
        "idle": settings.WAITING_ROOM_IDLE_SECONDS * 1000,
        "away": settings.WAITING_ROOM_AWAY_SECONDS * 1000,
        "stay": settings.WAITING_ROOM_LONGEST_STAY_SECONDS * 1000,
    }
    if room.sealed_at is not None:
        fields["sealed"] = 1
    if room.opens_at is None:
        fields["drawn"] = 1
    elif room.drawn_at is None:
        fields["drawn"] = 0  # and 1 from whoever has put all of the drawn in line
    line.connection().hset(key, mapping=fields)
    line.connection().sadd(_lines_key(), room.event_id)


def dissolve_others(event_ids: frozenset[int]) -> None:
    """End the lines of events that have no room any more, or nothing to sell. Raises RedisError.

    Where staff have switched the room off, everybody may go in; where the event is over, nobody.
    """
    client = line.connection()
    lines: set[str] = client.smembers(_lines_key())  # type: ignore[assignment]
    ended = {int(one) for one in lines} - event_ids
    over = set(
        WaitingRoom.objects.filter(pk__in=ended, event__waiting_room=True).values_list(
            "pk", flat=True
        )
    )
    for event_id in ended:
        how = "closed" if event_id in over else "off"
        client.hset(line.key_of(event_id, "room"), how, 1)
        client.srem(_lines_key(), event_id)
        for key in line.keys_of(event_id):
            client.expire(key, line.KEPT_SECONDS)


def _lines_key() -> str:
    return shared_redis.key("waiting-room:lines")


def milliseconds(moment: datetime | None) -> int:
    """Since 1970; 0 for none."""
    return int(moment.timestamp() * 1000) if moment else 0
