"""A seat map as rows of neighbours, read once per process: a used map never changes."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bookings.blocks import Segment
from events.models import Seat

COLUMNS = ("section_id", "row", "row_rank", "aisle", "accessible", "companion")

SeatRow = tuple[int, str, int, bool, bool, bool]


@functools.lru_cache(maxsize=64)
def segments_of(seat_map_id: int) -> tuple[Segment, ...]:
    """The map's rows cut at their aisles, sorted by rank. One query the first time.

    Positions count from 0 in each section, as tickets' do.
    """
    seats = Seat.objects.filter(section__seat_map_id=seat_map_id).order_by("section_id", "position")
    rows = seats.values_list(*COLUMNS)
    found: list[Segment] = []
    for _, section in groupby(rows, key=lambda seat: seat[0]):
        found.extend(_section_segments(list(section)))
    return tuple(sorted(found, key=lambda segment: (segment.rank, segment.section_id)))


def _section_segments(seats: Sequence[SeatRow]) -> Iterator[Segment]:
    for _, row in groupby(enumerate(seats), key=lambda entry: entry[1][1]):
        entries = list(row)
        centre = (entries[0][0] + entries[-1][0]) / 2
        for piece in _cut_at_aisles(entries):
            yield _segment(piece, centre)


def _cut_at_aisles(
    entries: Iterable[tuple[int, SeatRow]],
) -> Iterator[list[tuple[int, SeatRow]]]:
    piece: list[tuple[int, SeatRow]] = []
    for entry in entries:
        piece.append(entry)
        if entry[1][3]:
            yield piece
            piece = []
    if piece:
        yield piece


def _segment(piece: Sequence[tuple[int, SeatRow]], centre: float) -> Segment:
    first, seat = piece[0]
    return Segment(
        section_id=seat[0],
        rank=seat[2],
        start=first,
        length=len(piece),
        centre=centre,
        special=frozenset(place for place, seat in piece if seat[4] or seat[5]),
        accessible=frozenset(place for place, seat in piece if seat[4]),
    )
