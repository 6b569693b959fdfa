"""Letting in no more than can be served: by how long holds take and how many seats are free."""

import contextlib
import math

import redis
from django.conf import settings

from bookings.models import Booking
from bookings.waiting_room import line
from bookings.waiting_room.models import WaitingRoom
from events.models import Event, Ticket
from ticketmaster.core import redis as shared_redis
from ticketmaster.core.clock import database_now

SAMPLES = 200
SLOWEST_FACTOR = 0.1


def _samples_key(event_id: int) -> str:
    return shared_redis.key(f"waiting-room:{{{event_id}}}:holds")


def note_hold(event_id: int, *, seconds: float) -> None:
    """Remember how long a hold took; of the last two hundred."""
    key = _samples_key(event_id)
    with contextlib.suppress(redis.RedisError):
        pipeline = line.connection().pipeline(transaction=False)
        pipeline.lpush(key, round(seconds * 1000))
        pipeline.ltrim(key, 0, SAMPLES - 1)
        pipeline.expire(key, 30)
        pipeline.execute()


def percentile_95(milliseconds: list[int]) -> int:
    """Of these; 0 of none."""
    ordered = sorted(milliseconds)
    return ordered[math.ceil(len(ordered) * 0.95) - 1] if ordered else 0


def next_factor(factor: float, *, hold_ms: int, slow_ms: int) -> float:
    """What part of staff's rate is let in: halved while holds are slow, then slowly more again."""
    if hold_ms > slow_ms:
        return max(SLOWEST_FACTOR, factor / 2)
    return min(1.0, factor * 1.1)


def most_inside(most: int, *, holding: int, free: int) -> int:
    """As many as staff allow, but never more who choose than there are seats to choose from."""
    return min(most, holding + free)


def count_tickets(room: WaitingRoom) -> int:
    """How many tickets are free; the line knows, so that those who wait do. Raises RedisError."""
    tickets = Ticket.objects.filter(event=room.event)
    free = tickets.shown_as(Ticket.Status.AVAILABLE).count()
    key = line.key_of(room.event_id, "room")
    if room.event.status != Event.Status.ON_SALE:
        line.connection().hdel(key, "left", "held")
        return free
    held = tickets.shown_as(Ticket.Status.RESERVED).count()
    line.connection().hset(key, mapping={"left": free, "held": held})
    return free


def tune(room: WaitingRoom, *, free: int) -> None:
    """Measure, with so many tickets free, and let the line know. Raises RedisError."""
    event_id, now = room.event_id, database_now()
    open_ = Booking.objects.filter(
        event_id=event_id,
        status__in=[Booking.Status.RESERVED, Booking.Status.PAYING],
        expires_at__gt=now,
    )
    client, key = line.connection(), line.key_of(event_id, "room")
    samples: list[str] = client.lrange(_samples_key(event_id), 0, -1)  # type: ignore[assignment]
    factor = next_factor(
        float(client.hget(key, "factor") or 1),
        hold_ms=percentile_95([int(sample) for sample in samples]),
        slow_ms=settings.WAITING_ROOM_SLOW_HOLD_MS,
    )
    tuned_most = most_inside(room.most_inside, holding=open_.count(), free=free)
    client.hset(key, mapping={"factor": factor, "tuned_most": tuned_most})
