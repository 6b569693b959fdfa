"""Sections by rows and numbers: what staff type, and what the larger layouts are made of."""

import math
import re
from collections.abc import Collection, Sequence

from events.errors import InvalidLayout
from events.maps.geometry import centre
from events.maps.plans import ROW_PITCH, SEAT_PITCH, Point, SeatPlan, SectionPlan

AISLE_WIDTH = 9.0
PADDING = 8.0
MOST_ROWS = 120
MOST_SEATS_IN_ROW = 200
RANGE = re.compile(r"^\s*([A-Za-z]{1,2}|\d{1,3})\s*(?:-\s*([A-Za-z]{1,2}|\d{1,3})\s*)?$")


def row_names(text: str) -> list[str]:
    """The rows that `A-T`, `1-20`, `A-H, K-T` or `X-Z, AA-CC` stands for.

    Raises InvalidLayout for anything else, for a row named twice and for more than 120 rows.
    """
    names: list[str] = []
    for part in text.split(","):
        names += _range(part)
    if len(set(names)) != len(names):
        raise InvalidLayout("A row is named twice.", attr="rows")
    if len(names) > MOST_ROWS:
        raise InvalidLayout(f"A section has at most {MOST_ROWS} rows.", attr="rows")
    return names


def rows_and_numbers(
    *,
    name: str,
    rows: str,
    seats_per_row: int | Sequence[int],
    level: str = "",
    aisles_after: Collection[int] = (),
    curve: float = 0.0,
    accessible_rows: Collection[str] = (),
    top_centre: Point = (0.0, 0.0),
) -> SectionPlan:
    """A section of rows, each centred below the last, the first one nearest to the stage.

    `rows` is as in `row_names`; `seats_per_row` one number for all rows or one for each;
    `aisles_after` the seat numbers that an aisle follows. `curve` bends the rows around the
    stage: 0 is straight, 1 is as round as the row is wide. In an accessible row the first two
    places are a wheelchair space and its companion's. Raises InvalidLayout.
    """
    names = row_names(rows)
    counts = _counts(seats_per_row, len(names))
    if not 0 <= curve <= 2:
        raise InvalidLayout("The curve of the rows is between 0 and 2.", attr="curve")
    halves = [_half_width(count, aisles_after) for count in counts]
    radius = 2 * max(halves) / curve if curve else 0.0
    seats: list[SeatPlan] = []
    for index, (row, count) in enumerate(zip(names, counts, strict=True)):
        places = _places(count, aisles_after)
        points = [_bent(x, index * ROW_PITCH, radius, top_centre) for x in places]
        seats += _row_of_seats(row, points, aisles_after, accessible=row in accessible_rows)
    outline = _outline(halves, radius, top_centre)
    return SectionPlan(
        name=name, level=level, outline=outline, label=centre(outline), seats=tuple(seats)
    )


def _range(part: str) -> list[str]:
    match = RANGE.match(part)
    if match is None:
        raise InvalidLayout(f"{part.strip()!r} is not a row or a range of rows.", attr="rows")
    first, last = match[1].upper(), (match[2] or match[1]).upper()
    if first.isdigit() != last.isdigit():
        raise InvalidLayout(f"{part.strip()!r} mixes letters and figures.", attr="rows")
    if first.isdigit():
        names = [str(number) for number in range(int(first), int(last) + 1)]
    else:
        names = [_letters(number) for number in range(_number(first), _number(last) + 1)]
    if not names:
        raise InvalidLayout(f"{part.strip()!r} runs backwards.", attr="rows")
    return names


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - ord("A") + 1
    return value


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _counts(seats_per_row: int | Sequence[int], rows: int) -> list[int]:
    counts = [seats_per_row] * rows if isinstance(seats_per_row, int) else list(seats_per_row)
    if len(counts) != rows:
        raise InvalidLayout(f"{rows} rows need {rows} numbers of seats.", attr="seats_per_row")
    if not all(1 <= count <= MOST_SEATS_IN_ROW for count in counts):
        raise InvalidLayout(
            f"A row has between 1 and {MOST_SEATS_IN_ROW} seats.", attr="seats_per_row"
        )
    return counts


def _places(count: int, aisles_after: Collection[int]) -> list[float]:
    """Where along the row each seat stands, the row's middle at 0."""
    places, along = [], 0.0
    for number in range(1, count + 1):
        places.append(along)
        along += SEAT_PITCH + (AISLE_WIDTH if number in aisles_after else 0.0)
    middle = places[-1] / 2
    return [place - middle for place in places]


def _half_width(count: int, aisles_after: Collection[int]) -> float:
    return _places(count, aisles_after)[-1] + PADDING


def _bent(along: float, down: float, radius: float, top_centre: Point) -> Point:
    """A place of a row, its ends bent up towards the stage where there is a radius."""
    x0, y0 = top_centre
    if not radius:
        return x0 + along, y0 + down
    reach = radius + down
    angle = along / reach
    return x0 + reach * math.sin(angle), y0 - radius + reach * math.cos(angle)


def _row_of_seats(
    row: str, points: Sequence[Point], aisles_after: Collection[int], *, accessible: bool
) -> list[SeatPlan]:
    return [
        SeatPlan(
            row=row,
            number=str(number),
            x=x,
            y=y,
            accessible=accessible and number == 1,
            companion=accessible and number == 2,
            aisle=number in aisles_after and number < len(points),
        )
        for number, (x, y) in enumerate(points, 1)
    ]


def _outline(halves: Sequence[float], radius: float, top_centre: Point) -> tuple[Point, ...]:
    """Around all rows, clockwise from the front left; a corner wherever the width changes."""
    deep = (len(halves) - 1) * ROW_PITCH + PADDING
    turns = [
        (halves[row], row * ROW_PITCH)
        for row in range(1, len(halves) - 1)
        if halves[row] - halves[row - 1] != halves[row + 1] - halves[row]
    ]
    edges = [(halves[0], -PADDING), *turns, (halves[-1], deep)]
    right = [_bent(half, down, radius, top_centre) for half, down in edges[1:-1]]
    left = [_bent(-half, down, radius, top_centre) for half, down in reversed(edges[1:-1])]
    front = [_bent(along, -PADDING, radius, top_centre) for along in _steps(halves[0], radius)]
    back = [_bent(along, deep, radius, top_centre) for along in _steps(halves[-1], radius)]
    return (*front, *right, *reversed(back), *left)


def _steps(half: float, radius: float) -> list[float]:
    """Along an edge from left to right: its ends, and what lies between on a bent one."""
    parts = 12 if radius else 1
    return [half * (2 * part / parts - 1) for part in range(parts + 1)]
