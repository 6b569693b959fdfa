"""A block of seats between two points of a path: as many in each row as fit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from events.maps.geometry import at_distances, centre, walk
from events.maps.paths import Path
from events.maps.plans import ROW_PITCH, SEAT_PITCH, Point, SeatPlan, SectionPlan

# From the block's boundary to its outline, and to the middle of its first seat.
GAP = 4.0
MARGIN = 10.0
PADDING = 9.0
# A curved edge gets a corner about this often.
CORNER_EVERY = 45.0


@dataclass(frozen=True, slots=True)
class Special:
    """Rows whose ends have a wheelchair space and its companion's seat, and rows that see less."""

    accessible_rows: Collection[str] = ()
    restricted_rows: Collection[str] = ()


ORDINARY = Special()


def block(
    *,
    name: str,
    level: str,
    path: Path,
    start: float,
    end: float,
    first_row_at: float,
    rows: Sequence[str],
    special: Special = ORDINARY,
) -> SectionPlan:
    """The section of these rows along the path from `start` to `end`, the first row in front.

    Rows are about 12 apart; each is filled with seats 10 apart and centred, so longer rows have
    more. Seats are numbered from 1 along the path.
    """
    seats: list[SeatPlan] = []
    for index, row in enumerate(rows):
        points = _places(path, start, end, first_row_at + index * ROW_PITCH)
        seats += _seats(row, points, special)
    last_row_at = first_row_at + (len(rows) - 1) * ROW_PITCH
    front = _edge(path, start, end, first_row_at - PADDING)
    back = _edge(path, start, end, last_row_at + PADDING)
    outline = (*front, *reversed(back))
    return SectionPlan(
        name=name, level=level, outline=outline, label=centre(outline), seats=tuple(seats)
    )


def _places(path: Path, start: float, end: float, away: float) -> list[Point]:
    steps = walk(lambda along: path.point(along, away), start, end)
    length = steps[-1][0]
    count = max(1, int((length - 2 * MARGIN) // SEAT_PITCH) + 1)
    first = (length - (count - 1) * SEAT_PITCH) / 2
    return at_distances(steps, [first + number * SEAT_PITCH for number in range(count)])


def _seats(row: str, points: Sequence[Point], special: Special) -> list[SeatPlan]:
    last = len(points)
    with_spaces = row in special.accessible_rows and last >= 4
    return [
        SeatPlan(
            row=row,
            number=str(number),
            x=x,
            y=y,
            accessible=with_spaces and number in {1, last},
            companion=with_spaces and number in {2, last - 1},
            restricted_view=row in special.restricted_rows,
        )
        for number, (x, y) in enumerate(points, 1)
    ]


def _edge(path: Path, start: float, end: float, away: float) -> list[Point]:
    steps = walk(lambda along: path.point(along, away), start, end)
    length = steps[-1][0]
    straight = abs(length - _distance(steps[0][1], steps[-1][1])) < 0.01
    corners = 2 if straight else max(3, round(length / CORNER_EVERY) + 1)
    span = length - 2 * GAP
    return at_distances(steps, [GAP + span * corner / (corners - 1) for corner in range(corners)])


def _distance(start: Point, end: Point) -> float:
    return ((start[0] - end[0]) ** 2 + (start[1] - end[1]) ** 2) ** 0.5
