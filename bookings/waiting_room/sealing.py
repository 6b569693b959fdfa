"""The opening: the list is sealed and hashed, then drawn, then the line is put in that order.

Each step is a compare-and-set on the room's row and may be run again after a crash at any point:
from the sealing on Postgres has the list, from the draw on it has the places.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from bookings.waiting_room import books, drand, line
from bookings.waiting_room.draw import Entry, draw_order, hash_of, list_text, name_of
from bookings.waiting_room.errors import RoomNotReady
from bookings.waiting_room.models import WaitingRoom, WaitingRoomEntry
from bookings.waiting_room.rooms import tell_line
from ticketmaster.core import audit
from ticketmaster.core.clock import database_now

AT_ONCE = 1_000

IN_DRAW = """
UPDATE bookings_waitingroomentry SET in_draw = (visitor = ANY(%s))
WHERE room_id = %s AND in_draw <> (visitor = ANY(%s))
"""
MISSING = """
INSERT INTO bookings_waitingroomentry
    (room_id, visitor, nonce, number, in_draw, state, left_by, joined_at)
SELECT %s, pool.visitor, pool.nonce, pool.number, true, 'waiting', '', clock_timestamp()
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS pool (visitor, nonce, number)
ON CONFLICT (room_id, visitor) DO NOTHING
"""
PLACED = """
UPDATE bookings_waitingroomentry AS entry SET place = drawn.place
FROM unnest(%s::text[], %s::bigint[]) AS drawn (visitor, place)
WHERE entry.room_id = %s AND entry.visitor = drawn.visitor
"""


def seal(room: WaitingRoom) -> None:
    """Close the list at the opening and publish its hash. Raises RedisError."""
    if room.sealed_at is not None:
        return
    line.run("seal", room.event_id)
    books.write_down(room.event_id)
    visitors, numbers, nonces = _pool(room.event_id)
    entries = [
        Entry(name_of(visitor), nonce) for visitor, nonce in zip(visitors, nonces, strict=True)
    ]
    text = list_text(entries)
    with transaction.atomic():
        if _advance_room(room, "sealed_at", list_hash=hash_of(text), list_length=len(entries)):
            with connection.cursor() as cursor:
                cursor.execute(MISSING, [room.event_id, visitors, nonces, numbers])
                cursor.execute(IN_DRAW, [visitors, room.event_id, visitors])


def _pool(event_id: int) -> tuple[list[str], list[int], list[str]]:
    """Who is in the draw: visitors, their numbers and their nonces."""
    client = line.connection()
    numbered: Any = client.zrange(line.key_of(event_id, "pool"), 0, -1, withscores=True)
    visitors = [visitor for visitor, _ in numbered]
    numbers = [int(number) for _, number in numbered]
    found: Any = client.hmget(line.key_of(event_id, "nonces"), visitors) if visitors else []
    return visitors, numbers, [nonce or "-" for nonce in found]


def _advance_room(room: WaitingRoom, moment: str, **fields: str | int) -> bool:
    """Set this moment once. False for whoever comes second, who finds what the first one wrote."""
    changed = WaitingRoom.objects.filter(pk=room.pk, **{f"{moment}__isnull": True}).update(
        **{moment: database_now()}, **fields
    )
    if changed:
        audit.record(subject="waiting room", subject_id=room.pk, action=moment.removesuffix("_at"))
    room.refresh_from_db()
    return changed == 1


def sealed_entries(event_id: int) -> list[tuple[str, Entry]]:
    """The list with whose entry is whose; the visitors are secret."""
    rows = WaitingRoomEntry.objects.filter(room=event_id, in_draw=True)
    return [
        (visitor, Entry(name_of(visitor), nonce))
        for visitor, nonce in rows.values_list("visitor", "nonce")
    ]


def public_value_of(room: WaitingRoom) -> str | None:
    """The public value; blank where none was promised, None while it is awaited."""
    if room.public_source == WaitingRoom.PublicSource.NONE:
        return ""
    if room.public_source == WaitingRoom.PublicSource.DRAND and room.opens_at is not None:
        return drand.fetch(drand.round_for(room.opens_at))
    return room.public_value or None


@transaction.atomic
def enter_public_value(room: WaitingRoom, value: str, *, actor_id: int) -> None:
    """Staff enter the public value once it is known. Raises RoomNotReady out of turn."""
    if room.sealed_at is None:
        raise RoomNotReady("The list is not sealed yet: the value would come too early.")
    if room.drawn_at is not None:
        raise RoomNotReady("The draw has been made.")
    WaitingRoom.objects.filter(pk=room.pk, drawn_at__isnull=True).update(public_value=value)
    audit.record(
        subject="waiting room",
        subject_id=room.pk,
        action="enter public value",
        actor_id=actor_id,
        details={"value": value},
    )


def draw(room: WaitingRoom) -> bool:
    """Draw the sealed list, if the public value is known. True once it is drawn."""
    if room.drawn_at is not None:
        return True
    value = public_value_of(room)
    if value is None:
        return False
    listed = sealed_entries(room.event_id)
    by_entry = {entry: visitor for visitor, entry in listed}
    order = draw_order(list(by_entry), seed=room.seed, list_hash=room.list_hash, public_value=value)
    with transaction.atomic():
        if _advance_room(room, "drawn_at", public_value=value):
            visitors = [by_entry[entry] for entry in order]
            places = list(range(1, len(order) + 1))
            with connection.cursor() as cursor:
                cursor.execute(PLACED, [visitors, places, room.event_id])
    return True


def place_in_line(room: WaitingRoom) -> None:
    """Put the drawn in front of the line, in their order. Raises RedisError."""
    rows = WaitingRoomEntry.objects.filter(room=room.event_id, in_draw=True, place__isnull=False)
    placed = list(rows.order_by("place").values_list("visitor", "place"))
    for start in range(0, len(placed), AT_ONCE):
        line.run("place", room.event_id, *_flat(placed[start : start + AT_ONCE]))
    line.connection().delete(
        line.key_of(room.event_id, "pool"), line.key_of(room.event_id, "nonces")
    )
    line.connection().hset(line.key_of(room.event_id, "room"), "drawn", 1)
    tell_line(room)


def _flat(pairs: Sequence[tuple[str, int | None]]) -> list[str | int]:
    return [word or 0 for pair in pairs for word in pair]
