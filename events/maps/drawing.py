"""The drawing of a seat map: what pages and apps get, once, since it never changes."""

import hashlib
from itertools import groupby
from typing import Any

import orjson
from django.core.cache import cache

from events.models import Seat, SeatMap, Section

ACCESSIBLE, COMPANION, RESTRICTED_VIEW, AISLE = 1, 2, 4, 8
CACHE_SECONDS = 24 * 60 * 60

SeatRow = tuple[int, str, str, float, float, bool, bool, bool, bool]


def drawing_bytes(seat_map: SeatMap) -> bytes:
    """The drawing as compact UTF-8 JSON: size, stage, and sections with rows of seats.

    A seat is [number, x, y, flags]; flags add up 1 accessible, 2 companion, 4 restricted view
    and 8 an aisle follows. The n-th seat of a section, rows one after another, is the ticket
    with position n and the n-th character of the availability feed. That of a frozen map is
    cached for a day under its hash.
    """
    if seat_map.frozen_at is None or not seat_map.content_hash:
        return orjson.dumps(_with_version(_draw(seat_map)))
    key = f"drawing:{seat_map.content_hash}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = orjson.dumps(_with_version(_draw(seat_map)))
        cache.set(key, kept, timeout=CACHE_SECONDS)
    return kept


def content_hash(seat_map: SeatMap) -> str:
    """32 hexadecimal characters that change whenever anything of the drawing does."""
    return _hash(_draw(seat_map))


def frozen_map(version: str) -> SeatMap | None:
    """The seat map that has this content hash, if one in use has."""
    return SeatMap.objects.filter(content_hash=version, frozen_at__isnull=False).first()


def _with_version(drawing: dict[str, Any]) -> dict[str, Any]:
    return {"version": _hash(drawing), **drawing}


def _hash(drawing: dict[str, Any]) -> str:
    content = orjson.dumps(drawing, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _draw(seat_map: SeatMap) -> dict[str, Any]:
    seats: dict[int, list[SeatRow]] = {}
    columns = ("section_id", "row", "number", "x", "y")
    flags = ("accessible", "companion", "restricted_view", "aisle")
    found = Seat.objects.filter(section__seat_map_id=seat_map.pk)
    for seat in found.order_by("section_id", "position").values_list(*columns, *flags):
        seats.setdefault(seat[0], []).append(seat)
    return {
        "width": seat_map.width,
        "height": seat_map.height,
        "stage": seat_map.stage,
        "sections": [
            _section(section, seats.get(section.pk, []))
            for section in seat_map.sections.order_by("position", "pk")
        ],
    }


def _section(section: Section, seats: list[SeatRow]) -> dict[str, Any]:
    return {
        "id": section.pk,
        "name": section.name,
        "level": section.level,
        "kind": section.kind,
        "outline": section.outline,
        "label": [_short(section.label_x), _short(section.label_y)],
        "capacity": section.capacity or len(seats),
        "rows": [
            {"name": name, "seats": [_seat(seat) for seat in row]}
            for name, row in groupby(seats, key=lambda seat: seat[1])
        ],
    }


def _seat(seat: SeatRow) -> list[str | float]:
    _, _, number, x, y, accessible, companion, restricted_view, aisle = seat
    flags = (
        ACCESSIBLE * accessible
        + COMPANION * companion
        + RESTRICTED_VIEW * restricted_view
        + AISLE * aisle
    )
    return [number, _short(x), _short(y), flags]


def _short(value: float) -> float:
    """One decimal, and none where it would be 0: 12, not 12.0."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
