"""Maps made to a size: a bowl around a pitch, a fan before a stage, a plain hall.

For houses of which nothing but the number of seats is known. The number asked for is met exactly:
a layout a little too large loses places at the back.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from events.errors import InvalidLayout
from events.maps.blocks import Special, block
from events.maps.geometry import rectangle
from events.maps.paths import Arc, RoundedRectangle
from events.maps.plans import ROW_PITCH, SEAT_PITCH, LayoutPlan, Point, SectionPlan
from events.maps.rows import rows_and_numbers

FEWEST_SEATS = 200
MOST_SEATS = 150_000
# How many rows a bowl or a fan has for its seats, by eye: deeper the larger.
BOWL_ROWS_PER_ROOT = 0.19
FAN_ROWS_PER_ROOT = 0.34
MOST_ROWS_IN_TIER = 22
SEATS_PER_BLOCK_ROW = 24
FEWEST_BLOCKS = 8
# A house too small for its seats grows by this share at least until they fit.
SMALLEST_STEP = 1.004
FIRST_ROW_AT = 26.0
CONCOURSE = 54.0
TIERS = ("Lower tier", "Middle tier", "Upper tier")
# A pitch's proportions, and how round its corners are.
LENGTH_TO_WIDTH, ROUNDNESS = 1.5, 0.45
FAN_HALF_ANGLE = 0.85
FAN_LEVELS = ("Stalls", "Circle", "Balcony")
HALL_ROW, SEATS_IN_HALL_BLOCK = 20, 1_000
HALL_BLOCK_WIDTH = HALL_ROW * SEAT_PITCH + 40.0
HALL_BLOCK_DEPTH = SEATS_IN_HALL_BLOCK / HALL_ROW * ROW_PITCH + 40.0


@dataclass(frozen=True, slots=True)
class Tier:
    """Rows between two walkways."""

    level: str
    first_row_at: float
    rows: Sequence[str]

    @property
    def middle(self) -> float:
        """How far its middle row is from the front."""
        return self.first_row_at + len(self.rows) * ROW_PITCH / 2


def bowl_of(seats: int, *, inside: str = "Pitch") -> LayoutPlan:
    """Exactly so many seats all around a pitch, a court or a rink, in eight sections or more.

    Levels are the tier and whether one sits along the pitch or at its ends, such as
    "Lower tier, ends". Raises InvalidLayout for fewer than 200 or more than 150,000.
    """
    _check(seats)
    tiers = _tiers(TIERS, rows=math.sqrt(seats) * BOWL_ROWS_PER_ROOT)
    half_height, made = 20.0, 0
    sections: tuple[SectionPlan, ...] = ()
    while made < seats:
        sections = tuple(_bowl(half_height, tiers, seats))
        made = sum(len(section.seats) for section in sections)
        half_height *= max(SMALLEST_STEP, seats / made)
    top = half_height * 0.86
    pitch = rectangle(-top * LENGTH_TO_WIDTH, -top, top * LENGTH_TO_WIDTH, top)
    return LayoutPlan(stage_label=inside, stage=pitch, sections=_trimmed(sections, seats))


def fan_of(seats: int, *, stage_label: str = "Stage") -> LayoutPlan:
    """Exactly so many seats in curved rows before a stage, in eight sections or more.

    Levels are Stalls, Circle and Balcony. Raises InvalidLayout as `bowl_of` does.
    """
    _check(seats)
    tiers = _tiers(FAN_LEVELS, rows=math.sqrt(seats) * FAN_ROWS_PER_ROOT)
    radius, made = 40.0, 0
    sections: tuple[SectionPlan, ...] = ()
    while made < seats:
        sections = tuple(_fan(radius, tiers, seats))
        made = sum(len(section.seats) for section in sections)
        radius *= max(SMALLEST_STEP, seats / made)
    half, deep = radius * 0.55, radius * 0.5
    stage = rectangle(-half, 0.0, half, deep)
    return LayoutPlan(stage_label=stage_label, stage=stage, sections=_trimmed(sections, seats))


def hall_of(seats: int) -> LayoutPlan:
    """So many seats in straight rows, up to a thousand in a section, side by side: any size.

    Raises InvalidLayout for fewer than one.
    """
    if seats < 1:
        raise InvalidLayout("A hall has at least one seat.", attr="seats")
    blocks = math.ceil(seats / SEATS_IN_HALL_BLOCK)
    across = math.ceil(math.sqrt(blocks))
    sections, left = [], seats
    for number in range(blocks):
        here = min(left, SEATS_IN_HALL_BLOCK)
        down, column = divmod(number, across)
        x = (column - (across - 1) / 2) * HALL_BLOCK_WIDTH
        sections.append(_straight(number + 1, here, (x, 70.0 + down * HALL_BLOCK_DEPTH)))
        left -= here
    stage = rectangle(-60.0, 0.0, 60.0, 36.0)
    return LayoutPlan(stage_label="Stage", stage=stage, sections=tuple(sections))


def _straight(number: int, seats: int, top_centre: Point) -> SectionPlan:
    full, rest = divmod(seats, HALL_ROW)
    counts = [HALL_ROW] * full + ([rest] if rest else [])
    return rows_and_numbers(
        name=f"Block {number}",
        level="Hall",
        rows=f"1-{len(counts)}",
        seats_per_row=counts,
        accessible_rows=("1",) if counts[0] >= 4 else (),
        top_centre=top_centre,
    )


def _check(seats: int) -> None:
    if not FEWEST_SEATS <= seats <= MOST_SEATS:
        raise InvalidLayout(
            f"A drawn house has between {FEWEST_SEATS} and {MOST_SEATS:,} seats.", attr="seats"
        )


def _tiers(levels: Sequence[str], *, rows: float) -> list[Tier]:
    """As many tiers as the rows need, the front one the deepest or as deep as the others."""
    whole = max(3, round(rows))
    count = min(len(levels), math.ceil(whole / MOST_ROWS_IN_TIER))
    tiers, at, first = [], FIRST_ROW_AT, 1
    for number in range(count):
        here = whole // count + (1 if number < whole % count else 0)
        names = [str(row) for row in range(first, first + here)]
        tiers.append(Tier(levels[number], at, names))
        at += here * ROW_PITCH + CONCOURSE
        first += here
    return tiers


def _row_count(tiers: Sequence[Tier]) -> int:
    return sum(len(tier.rows) for tier in tiers)


def _blocks(seats: int, tiers: Sequence[Tier]) -> int:
    """How many sections a tier has: a multiple of four, so that the two halves mirror."""
    per_row = seats / _row_count(tiers)
    return max(FEWEST_BLOCKS, 4 * round(per_row / SEATS_PER_BLOCK_ROW / 4))


def _bowl(half_height: float, tiers: Sequence[Tier], seats: int) -> Iterator[SectionPlan]:
    blocks = _blocks(seats, tiers)
    for number, tier in enumerate(tiers, 1):
        path = RoundedRectangle(
            half_height * LENGTH_TO_WIDTH,
            half_height,
            half_height * ROUNDNESS,
            measured_at=tier.middle,
        )
        length = path.length / blocks
        for place in range(blocks):
            section = block(
                name=str(number * 100 + 1 + place),
                level=tier.level,
                path=path,
                start=(place - 0.5) * length,
                end=(place + 0.5) * length,
                first_row_at=tier.first_row_at,
                rows=tier.rows,
                special=_spaces(tier, number, place),
            )
            x, y = section.label
            side = "ends" if abs(x) / LENGTH_TO_WIDTH > abs(y) else "sides"
            yield replace(section, level=f"{tier.level}, {side}")


def _fan(radius: float, tiers: Sequence[Tier], seats: int) -> Iterator[SectionPlan]:
    per_tier = max(FEWEST_BLOCKS // len(tiers), min(8, round(math.sqrt(seats) / 9)))
    blocks = per_tier if per_tier * len(tiers) >= FEWEST_BLOCKS else FEWEST_BLOCKS
    step = 2 * FAN_HALF_ANGLE / blocks
    for number, tier in enumerate(tiers, 1):
        for place in range(blocks):
            start = -FAN_HALF_ANGLE + place * step
            yield block(
                name=f"{tier.level} {place + 1}",
                level=tier.level,
                path=Arc(),
                start=start,
                end=start + step,
                first_row_at=radius + tier.first_row_at,
                rows=tier.rows,
                special=_spaces(tier, number, place),
            )


def _spaces(tier: Tier, number: int, place: int) -> Special:
    """Wheelchair spaces and companions' seats in every second block in front, at its back."""
    has_spaces = number == 1 and place % 2 == 0
    return Special(accessible_rows=tier.rows[-1:] if has_spaces else ())


def _trimmed(sections: Sequence[SectionPlan], seats: int) -> tuple[SectionPlan, ...]:
    """The sections without what is too much: last rows are shortened, the rearmost sections first.

    Rows with wheelchair spaces stay whole, and every section keeps half of its seats.
    """
    surplus = sum(len(section.seats) for section in sections) - seats
    kept = list(sections)
    order = [index for index in reversed(range(len(kept))) if not _has_spaces(kept[index])]
    for turn, index in enumerate(order):
        share = math.ceil(surplus / (len(order) - turn))
        give = min(share, len(kept[index].seats) // 2)
        if give:
            kept[index] = replace(kept[index], seats=kept[index].seats[:-give])
            surplus -= give
    return tuple(kept)


def _has_spaces(section: SectionPlan) -> bool:
    return any(seat.accessible for seat in section.seats)
