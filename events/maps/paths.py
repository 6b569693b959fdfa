"""Lines along which rows of seats run. A path has a point for each (along, away).

`away` is the distance from the stage's side of the path outwards; rows of one block differ in it.
Where `along` grows, a fan who faces the stage or pitch in a theatre reads from left to right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from events.maps.plans import Point


class Path(Protocol):
    """A family of parallel curves."""

    def point(self, along: float, away: float) -> Point:
        """The point at `along` on the curve that is `away` from the front."""


@dataclass(frozen=True, slots=True)
class Arc:
    """Circles around a centre. `along` is an angle in radians, 0 straight down, to the right
    positive; `away` is the radius."""

    centre: Point = (0.0, 0.0)

    def point(self, along: float, away: float) -> Point:
        """On the circle."""
        x, y = self.centre
        return x + away * math.sin(along), y + away * math.cos(along)


@dataclass(frozen=True, slots=True)
class Line:
    """Straight rows. `along` is in map units from the origin in the direction of `angle` (0 to
    the right, in radians, turning clockwise on the map); `away` is to the right of it."""

    origin: Point
    angle: float = 0.0

    def point(self, along: float, away: float) -> Point:
        """On the line."""
        x, y = self.origin
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return x + along * cos - away * sin, y + along * sin + away * cos


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the eight parts of a rounded rectangle: straight, or a quarter of a circle."""

    start: Point
    length: float
    # the direction in which a straight part runs; for a corner the angle at which it starts
    angle: float
    radius: float | None = None


@dataclass(frozen=True, slots=True)
class RoundedRectangle:
    """Rows around a floor: a rectangle with round corners, growing outwards with `away`.

    `along` runs clockwise from the middle of the top, in map units measured at the distance
    `measured_at`, so that blocks of equal length there hold about as many seats.
    """

    half_width: float
    half_height: float
    corner: float
    measured_at: float = 0.0
    _sides: tuple[_Side, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sides", tuple(self._walk_round()))

    @property
    def length(self) -> float:
        """All the way round."""
        return sum(side.length for side in self._sides)

    def point(self, along: float, away: float) -> Point:
        """On the curve that lies `away` outside the rectangle."""
        along %= self.length
        for side in self._sides:
            if along <= side.length:
                return _on(side, along, away)
            along -= side.length
        return _on(self._sides[0], 0.0, away)  # rounding carried it past the end

    def _walk_round(self) -> Sequence[_Side]:
        width, height = self.half_width - self.corner, self.half_height - self.corner
        reach = self.corner
        turn = (self.corner + self.measured_at) * math.pi / 2
        right, down, left, up = 0.0, math.pi / 2, math.pi, -math.pi / 2
        return [
            _Side((0, -self.half_height), width, right),
            _Side((width, -height), turn, up, reach),
            _Side((self.half_width, -height), 2 * height, down),
            _Side((width, height), turn, right, reach),
            _Side((width, self.half_height), 2 * width, left),
            _Side((-width, height), turn, down, reach),
            _Side((-self.half_width, height), 2 * height, up),
            _Side((-width, -height), turn, left, reach),
            _Side((-width, -self.half_height), width, right),
        ]


def _on(side: _Side, along: float, away: float) -> Point:
    x, y = side.start
    if side.radius is None:
        cos, sin = math.cos(side.angle), math.sin(side.angle)
        return x + along * cos + away * sin, y + along * sin - away * cos
    angle = side.angle + along / side.length * math.pi / 2
    reach = side.radius + away
    return x + reach * math.cos(angle), y + reach * math.sin(angle)
