"""Arenas: a lower and an upper bowl all around, for a concert at one end or a game inside."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events.maps.blocks import Special, block
from events.maps.geometry import rectangle
from events.maps.paths import Line, RoundedRectangle
from events.maps.plans import ROW_PITCH, LayoutPlan, Point, SectionPlan

LOWER_ROWS = [str(number) for number in range(1, 20)]
UPPER_ROWS = [str(number) for number in range(1, 22)]
LOWER_BLOCKS = 24
UPPER_BLOCKS = 32
# From the floor's edge to the first row, and from bowl to bowl.
LOWER_AT = 30.0
CONCOURSE = 66.0
UPPER_AT = LOWER_AT + len(LOWER_ROWS) * ROW_PITCH + CONCOURSE

LONG, SHORT, CORNER = 500.0, 310.0, 190.0
# Blocks behind the stage are not sold: those within this angle of straight up.
BEHIND_STAGE = math.radians(34)

FLOOR_ROWS = [str(number) for number in range(1, 19)]
FLOOR_BLOCK_WIDTH = 168.0
FLOOR_ACROSS = 3
FLOOR_TOP = -345.0
FLOOR_BLOCK_STEP = len(FLOOR_ROWS) * ROW_PITCH + 44.0
BLOCK_LETTERS = "ABCDEFGHJKLM"


@dataclass(frozen=True, slots=True)
class Tier:
    """One bowl."""

    level: str
    first_name: int
    blocks: int
    first_row_at: float
    rows: Sequence[str]

    @property
    def middle(self) -> float:
        """How far its middle row is from the floor's edge: where blocks are measured."""
        return self.first_row_at + len(self.rows) * ROW_PITCH / 2


LOWER = Tier("Lower bowl", 101, LOWER_BLOCKS, LOWER_AT, LOWER_ROWS)
UPPER = Tier("Upper bowl", 201, UPPER_BLOCKS, UPPER_AT, UPPER_ROWS)


def arena_for_games(*, inside: str = "Court") -> LayoutPlan:
    """Both bowls all around a court, a rink or a pitch: about 17,000 seats."""
    sections = [
        section
        for tier in (LOWER, UPPER)
        for section in _bowl(tier, half_width=LONG, half_height=SHORT)
    ]
    inner = rectangle(-LONG + 110, -SHORT + 90, LONG - 110, SHORT - 90)
    return LayoutPlan(stage_label=inside, stage=inner, sections=tuple(sections))


def arena_for_concerts() -> LayoutPlan:
    """A stage at the top end, seats on the floor, and the bowls but for what is behind the
    stage: over 15,000 seats."""
    bowls = [
        section
        for tier in (LOWER, UPPER)
        for section in _bowl(tier, half_width=SHORT, half_height=LONG)
        if not _is_behind_stage(section.label)
    ]
    stage = (
        *((-210.0, -610.0), (210.0, -610.0), (210.0, -440.0), (50.0, -440.0)),
        *((50.0, -375.0), (-50.0, -375.0), (-50.0, -440.0), (-210.0, -440.0)),
    )
    return LayoutPlan(stage_label="Stage", stage=stage, sections=(*_floor_blocks(), *bowls))


def _bowl(tier: Tier, *, half_width: float, half_height: float) -> Iterator[SectionPlan]:
    """The tier's blocks clockwise, the first in the middle of the top."""
    path = RoundedRectangle(half_width, half_height, CORNER, measured_at=tier.middle)
    length = path.length / tier.blocks
    for number in range(tier.blocks):
        has_spaces = tier is LOWER and number % 2 == 0
        yield block(
            name=str(tier.first_name + number),
            level=tier.level,
            path=path,
            start=(number - 0.5) * length,
            end=(number + 0.5) * length,
            first_row_at=tier.first_row_at,
            rows=tier.rows,
            special=Special(accessible_rows=tier.rows[-1:] if has_spaces else ()),
        )


def _is_behind_stage(label: Point) -> bool:
    x, y = label
    return y < 0 and abs(math.atan2(x, -y)) < BEHIND_STAGE


def _floor_blocks() -> Iterator[SectionPlan]:
    """Three blocks across and three deep, lettered from the front left."""
    width = FLOOR_BLOCK_WIDTH
    for place, letter in enumerate(BLOCK_LETTERS[: FLOOR_ACROSS * 3]):
        down, across = divmod(place, FLOOR_ACROSS)
        left = (across - FLOOR_ACROSS / 2) * width
        yield block(
            name=f"Floor {letter}",
            level="Floor",
            path=Line(origin=(left, FLOOR_TOP + down * FLOOR_BLOCK_STEP)),
            start=0.0,
            end=width,
            first_row_at=0.0,
            rows=FLOOR_ROWS,
            special=Special(accessible_rows=FLOOR_ROWS[-1:] if down == 2 else ()),
        )
