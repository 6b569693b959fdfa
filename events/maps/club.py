"""Small rooms and open fields: a club with a balcony, and floors to stand on."""

import math
from collections.abc import Iterator, Sequence

from events.errors import InvalidLayout
from events.maps.blocks import Special, block
from events.maps.geometry import centre, rectangle
from events.maps.paths import Line
from events.maps.plans import LayoutPlan, SectionPlan

STAGE = rectangle(-120.0, 0.0, 120.0, 70.0)
FLOOR = rectangle(-165.0, 95.0, 165.0, 330.0)
SIDE_LENGTH = 220.0
BACK_LENGTH = 330.0

FIELD_WIDTH = 520.0
FIELD_GAP = 14.0
SMALLEST_DEPTH, LARGEST_DEPTH = 70.0, 260.0


def club(*, standing: int = 350) -> LayoutPlan:
    """A floor to stand on before the stage, and a balcony of about 150 seats around it."""
    floor = SectionPlan(
        name="Floor", level="Floor", outline=FLOOR, label=centre(FLOOR), capacity=standing
    )
    return LayoutPlan(stage_label="Stage", stage=STAGE, sections=(floor, *_balcony()))


def standing_floors(*, floors: Sequence[tuple[str, int]]) -> LayoutPlan:
    """Floors by (name, places), the first nearest to the stage, deeper the more they hold.

    Raises InvalidLayout for none.
    """
    if not floors:
        raise InvalidLayout("A map needs at least one floor.", attr="floors")
    largest = max(places for _, places in floors)
    sections, top = [], 110.0
    for name, places in floors:
        depth = max(SMALLEST_DEPTH, LARGEST_DEPTH * math.sqrt(places / largest))
        outline = rectangle(-FIELD_WIDTH / 2, top, FIELD_WIDTH / 2, top + depth)
        sections.append(
            SectionPlan(
                name=name, level="", outline=outline, label=centre(outline), capacity=places
            )
        )
        top += depth + FIELD_GAP
    stage = rectangle(-160.0, 0.0, 160.0, 80.0)
    return LayoutPlan(stage_label="Stage", stage=stage, sections=tuple(sections))


def _balcony() -> Iterator[SectionPlan]:
    """Two rows along each side, seen from across, and four at the back."""
    left = Line(origin=(-192.0, 105.0), angle=math.pi / 2)
    right = Line(origin=(192.0, 105.0 + SIDE_LENGTH), angle=-math.pi / 2)
    for name, path in (("Balcony Left", left), ("Balcony Right", right)):
        yield block(
            name=name,
            level="Balcony",
            path=path,
            start=0.0,
            end=SIDE_LENGTH,
            first_row_at=0.0,
            rows=["A", "B"],
            special=Special(restricted_rows=["B"]),
        )
    yield block(
        name="Balcony Back",
        level="Balcony",
        path=Line(origin=(-BACK_LENGTH / 2, 362.0)),
        start=0.0,
        end=BACK_LENGTH,
        first_row_at=0.0,
        rows=list("ABCD"),
        special=Special(accessible_rows=["A"]),
    )
