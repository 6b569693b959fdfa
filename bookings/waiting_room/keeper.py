"""What keeps waiting rooms going: beat every other second, or the first poll that finds work due.

Each step may be skipped, repeated or run twice at once without harm.
"""

import logging
import time
from collections.abc import Iterable
from itertools import islice
from typing import Any

import redis
from django.conf import settings

from bookings.waiting_room import books, line, sealing, tuning
from bookings.waiting_room.books import Written
from bookings.waiting_room.models import WaitingRoom, WaitingRoomEntry
from bookings.waiting_room.rooms import behind_rooms, dissolve_others, room_of, tell_line
from ticketmaster.core import redis as shared_redis

logger = logging.getLogger(__name__)

ONE_AT_A_TIME_MS = 10_000
# After a loss, nobody is let in until those inside have shown up again.
HELD_BACK_MS = 10_000
GAP_AFTER_LOSS = 1_000_000
AT_ONCE = 2_000
SAMPLE = 100
State = WaitingRoomEntry.State


def keep_all() -> None:
    """Look after every room that is on."""
    behind = behind_rooms()
    try:
        for event_id in sorted(behind):
            keep(event_id)
        dissolve_others(behind)
    except redis.RedisError as error:
        logger.warning("waiting rooms: Redis is away (%s)", error)


def keep(event_id: int) -> None:
    """Refill a lost line, write down what happened, tune, and open when it is time.

    Raises RedisError.
    """
    attend(event_id)
    books.write_down(event_id)
    room = room_of(event_id)
    _measure_flow(event_id)
    _measure_stays(event_id)
    free = tuning.count_tickets(room)
    if room.tunes_itself:
        tuning.tune(room, free=free)
    tell_line(room)


def attend(event_id: int) -> None:
    """Do what cannot wait: refill a line that Redis has lost, seal and draw at the opening.

    One process at a time; the others go on without. Raises RedisError.
    """
    lock = lock_key(event_id)
    if not line.connection().set(lock, 1, nx=True, px=ONE_AT_A_TIME_MS):
        return
    try:
        if not line.connection().hget(line.key_of(event_id, "room"), "restored"):
            restore(room_of(event_id))
        standing = line.look(event_id)
        if standing.draw_is_due:
            open_(room_of(event_id))
    finally:
        line.connection().delete(lock)


def lock_key(event_id: int) -> str:
    """Who holds it attends to this room."""
    return shared_redis.key(f"waiting-room:{{{event_id}}}:attending")


def open_(room: WaitingRoom) -> None:
    """Seal, draw if the public value is known, and put the line in order."""
    sealing.seal(room)
    if sealing.draw(room):
        sealing.place_in_line(room)


def restore(room: WaitingRoom) -> None:
    """Fill an empty Redis from the checkpoint. Raises RedisError.

    However long that takes, nobody else begins meanwhile: they would empty what is half full.
    """
    event_id = room.event_id
    client = line.connection()
    books.write_down(event_id)  # what a partial loss has left
    client.delete(*line.keys_of(event_id))
    highest = 0
    entries = iter(books.entries_of(event_id))
    while piece := list(islice(entries, AT_ONCE)):
        client.pexpire(lock_key(event_id), ONE_AT_A_TIME_MS)
        highest = max(highest, *(entry.number for entry in piece))
        _refill(event_id, piece)
    tell_line(room)
    now = int(time.time() * 1000)
    client.hset(
        line.key_of(event_id, "room"),
        mapping={
            "drawn": int(room.opens_at is None or room.drawn_at is not None),
            "number": highest + GAP_AFTER_LOSS if highest else 0,
            "credit": 1,
            "last": now,
            "held_back": now + HELD_BACK_MS if highest else 0,
            "restored": now,  # last: from here on the line is known again
        },
    )
    if highest:
        logger.warning("waiting room %s: refilled from the checkpoint", event_id)


def _refill(event_id: int, entries: Iterable[Written]) -> None:
    now = int(time.time() * 1000)
    parts: dict[str, dict[Any, Any]] = {}

    def put(part: str, visitor: str, value: Any) -> None:
        parts.setdefault(part, {})[visitor] = value

    for entry in entries:
        visitor = entry.visitor
        if entry.account is not None:
            put("owners", visitor, entry.account)
        if entry.state == State.LEFT:
            put("gone", visitor, entry.left_by or "left")
            continue
        if entry.account is not None:
            put("places", str(entry.account), visitor)
        put("seen", visitor, f"{now} 0")
        if entry.state == State.INSIDE:
            put("inside", visitor, now + settings.WAITING_ROOM_IDLE_SECONDS * 1000)
            put("stays", visitor, f"{entry.place or 0} {now} 1")
        elif entry.place is None:
            put("pool", visitor, entry.number)
            put("nonces", visitor, entry.nonce)
        else:
            put("waiting", visitor, entry.place)
    pipeline = line.connection().pipeline(transaction=False)
    for part, values in parts.items():
        key = line.key_of(event_id, part)
        if part in {"inside", "pool", "waiting"}:
            pipeline.zadd(key, values)
        else:
            pipeline.hset(key, mapping=values)
    pipeline.execute()


def _measure_stays(event_id: int) -> None:
    """For how long those inside have been there, at the mean of a hundred of them: those who stay
    have not been counted among those who went."""
    client = line.connection()
    inside: Any = client.zrandmember(line.key_of(event_id, "inside"), SAMPLE)
    stays: Any = client.hmget(line.key_of(event_id, "stays"), inside) if inside else []
    now = int(time.time() * 1000)
    ages = [now - int(stay.split()[1]) for stay in stays if stay]
    mean = sum(ages) // len(ages) if ages else 0
    client.hset(line.key_of(event_id, "room"), "mean_age", max(0, mean))


def _measure_flow(event_id: int) -> None:
    """How many were let in a second of late, smoothed over about half a minute."""
    client, key = line.connection(), line.key_of(event_id, "room")
    admitted, before, at, flow = client.hmget(key, "admitted", "flow_count", "flow_at", "flow")
    now, count = time.time(), int(admitted or 0)
    if at is not None and now > float(at):
        seconds = now - float(at)
        weight = min(1.0, seconds / 30)
        rate = max(0, count - int(before or 0)) / seconds
        flow = f"{(1 - weight) * float(flow or rate) + weight * rate:.4f}"
    client.hset(key, mapping={"flow_count": count, "flow_at": now, "flow": flow or 0})
