"""A theatre with curved rows: stalls, circle, balcony and boxes, about 1,200 seats."""

from collections.abc import Iterator

from events.maps.blocks import Special, block
from events.maps.paths import Arc
from events.maps.plans import LayoutPlan, Point, SectionPlan

# Rows are arcs around a point behind the stage; the radii are distances from it.
AROUND = Arc()
STALLS_AT = 330.0
CIRCLE_AT = 528.0
BALCONY_AT = 662.0
BOXES_AT = 350.0

STALLS_ROWS = list("ABCDEFGHJKLM")  # no I, which reads like a 1
CIRCLE_ROWS = list("ABCDEF")
BALCONY_ROWS = list("ABCD")

# Where the blocks of a level begin and end, as angles in radians.
WINGS = (-0.62, -0.29, 0.29, 0.62)
BALCONY_WINGS = (-0.54, -0.25, 0.25, 0.54)
SIDES = ("Left", "Centre", "Right")

BOX_WIDTH = 0.095
BOX_STEP = 46.0


def theatre() -> LayoutPlan:
    """The layout. Wheelchair spaces are at the ends of the last row of the stalls."""
    sections = [
        *_level("Stalls", STALLS_AT, STALLS_ROWS, WINGS, Special(accessible_rows=["M"])),
        *_boxes(),
        *_level("Circle", CIRCLE_AT, CIRCLE_ROWS, WINGS, Special()),
        *_level("Balcony", BALCONY_AT, BALCONY_ROWS, BALCONY_WINGS, Special()),
    ]
    return LayoutPlan(stage_label="Stage", stage=tuple(_stage()), sections=tuple(sections))


def _level(
    level: str, first_row_at: float, rows: list[str], wings: tuple[float, ...], special: Special
) -> Iterator[SectionPlan]:
    for side, start, end in zip(SIDES, wings, wings[1:], strict=False):
        yield block(
            name=f"{level} {side}",
            level=level,
            path=AROUND,
            start=start,
            end=end,
            first_row_at=first_row_at,
            rows=rows,
            special=special,
        )


def _boxes() -> Iterator[SectionPlan]:
    """Three boxes on either side of the stalls, two rows of two or three, seen from the side."""
    for side, letters in ((-1, "ABC"), (1, "DEF")):
        for place, letter in enumerate(letters):
            edges = sorted((side * 0.66, side * (0.66 + BOX_WIDTH)))
            yield block(
                name=f"Box {letter}",
                level="Boxes",
                path=AROUND,
                start=edges[0],
                end=edges[1],
                first_row_at=BOXES_AT + place * BOX_STEP,
                rows=["1", "2"],
                special=Special(restricted_rows=["2"]),
            )


def _stage() -> Iterator[Point]:
    """Straight at the back, with an apron that follows the first row."""
    yield -130.0, 170.0
    yield 130.0, 170.0
    for step in range(9):
        yield AROUND.point(0.5 - step * 0.125, STALLS_AT - 42.0)
