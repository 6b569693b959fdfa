"""A layout before it has rows in the database: plain values, pure geometry.

Units: seats stand about 10 apart, rows about 12; x to the right, y downwards.
"""

from dataclasses import dataclass, field

Point = tuple[float, float]

SEAT_PITCH = 10.0
ROW_PITCH = 12.0


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """One seat at its place."""

    row: str
    number: str
    x: float
    y: float
    accessible: bool = False
    companion: bool = False
    restricted_view: bool = False
    aisle: bool = False


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A block of seats in drawing order, or a floor with a capacity."""

    name: str
    level: str
    outline: tuple[Point, ...]
    label: Point
    seats: tuple[SeatPlan, ...] = ()
    capacity: int = 0

    @property
    def is_standing(self) -> bool:
        """Whether people stand here."""
        return self.capacity > 0


@dataclass(frozen=True, slots=True)
class LayoutPlan:
    """A whole map: its stage and its sections in drawing order."""

    stage_label: str
    stage: tuple[Point, ...]
    sections: tuple[SectionPlan, ...] = field(default_factory=tuple)

    @property
    def capacity(self) -> int:
        """Places to sell, seats and standing ones together."""
        return sum(len(section.seats) + section.capacity for section in self.sections)
