"""Shapes: rows along curves, outlines around them, and how far a row is from the stage."""

import math
from collections.abc import Callable, Iterable, Sequence

from events.maps.plans import Point

# How finely a curve is walked when seats are spaced along it.
STEPS = 160


def bounds(points: Iterable[Point]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all these points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def centre(points: Sequence[Point]) -> Point:
    """The centroid of a polygon's area; of its corners where it has no area."""
    area = x_sum = y_sum = 0.0
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        area += cross
        x_sum += (x0 + x1) * cross
        y_sum += (y0 + y1) * cross
    if abs(area) < 1e-9:
        return (
            sum(x for x, _ in points) / len(points),
            sum(y for _, y in points) / len(points),
        )
    return x_sum / (3 * area), y_sum / (3 * area)


def distance_to_polygon(point: Point, polygon: Sequence[Point]) -> float:
    """How far the point is from the nearest edge of the polygon."""
    edges = zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    return min(_distance_to_edge(point, start, end) for start, end in edges)


def _distance_to_edge(point: Point, start: Point, end: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = 0.0 if length == 0 else ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length
    along = min(1.0, max(0.0, along))
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def walk(curve: Callable[[float], Point], start: float, end: float) -> list[tuple[float, Point]]:
    """The curve from one parameter to another as (distance walked, point), finely."""
    walked = 0.0
    last = curve(start)
    steps = [(0.0, last)]
    for step in range(1, STEPS + 1):
        point = curve(start + (end - start) * step / STEPS)
        walked += math.dist(last, point)
        steps.append((walked, point))
        last = point
    return steps


def at_distances(steps: Sequence[tuple[float, Point]], wanted: Sequence[float]) -> list[Point]:
    """The points at these ascending distances along a walked curve."""
    points, index = [], 0
    for distance in wanted:
        while index < len(steps) - 2 and steps[index + 1][0] < distance:
            index += 1
        (d0, (x0, y0)), (d1, (x1, y1)) = steps[index], steps[index + 1]
        share = 0.0 if d1 == d0 else (distance - d0) / (d1 - d0)
        points.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share))
    return points


def rectangle(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    """Its four corners, clockwise from the top left."""
    return (left, top), (right, top), (right, bottom), (left, bottom)
