"""What everybody may know of a draw, at each stage: enough to recompute every place."""

from typing import Any

from bookings.waiting_room.draw import Entry
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.sealing import sealed_entries


def public_record(room: WaitingRoom) -> dict[str, Any]:
    """The draw as published so far: null is what is not known or not told yet.

    The seed is told once the draw is made, never before.
    """
    drawn = room.drawn_at is not None
    return {
        "event": room.event_id,
        "commitment": room.commitment,
        "opens_at": _text(room.opens_at),
        "public_source": room.public_source,
        "public_source_name": room.public_source_name,
        "sealed_at": _text(room.sealed_at),
        "list_hash": room.list_hash or None,
        "list_length": room.list_length if room.sealed_at else None,
        "public_value": room.public_value if drawn else None,
        "drawn_at": _text(room.drawn_at),
        "seed": room.seed if drawn else None,
    }


def places(room: WaitingRoom) -> list[tuple[int, Entry]]:
    """Who got which place in the draw, first place first; empty before it."""
    if room.drawn_at is None:
        return []
    by_visitor = dict(sealed_entries(room.event_id))
    rows = room.entries.filter(in_draw=True, place__isnull=False).order_by("place")
    placed = rows.values_list("visitor", "place")
    return [(int(place or 0), by_visitor[visitor]) for visitor, place in placed]


def _text(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
