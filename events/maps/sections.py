"""Adding sections to a map by hand: what the staff's form calls."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db import transaction

from events.errors import InvalidLayout
from events.maps.geometry import bounds, centre, rectangle
from events.maps.plans import Point, SectionPlan
from events.maps.rows import rows_and_numbers
from events.maps.writing import add_section, unfrozen
from events.models import SeatMap, Section
from ticketmaster.core import audit

GAP = 40.0
MOST_STANDING = 200_000
FLOOR_HEIGHT = 160.0
FLOOR_WIDTH = 480.0


@transaction.atomic
def make_section(
    *,
    seat_map_id: int,
    name: str,
    rows: str,
    seats_per_row: int | Sequence[int],
    level: str = "",
    aisles_after: Collection[int] = (),
    curve: float = 0.0,
    accessible_rows: Collection[str] = (),
    actor_id: int | None = None,
) -> Section:
    """Add a seated section by rows and numbers, below all that the map has already.

    The arguments are those of `rows_and_numbers`. Raises InvalidLayout, SeatMapFrozen, NotFound.
    """
    seat_map = _with_free_name(seat_map_id, name)
    plan = rows_and_numbers(
        name=name,
        level=level,
        rows=rows,
        seats_per_row=seats_per_row,
        aisles_after=aisles_after,
        curve=curve,
        accessible_rows=accessible_rows,
    )
    section = add_section(seat_map_id=seat_map_id, plan=_below(seat_map, plan))
    _record(seat_map, section, len(plan.seats), actor_id)
    return section


@transaction.atomic
def make_standing_section(
    *,
    seat_map_id: int,
    name: str,
    capacity: int,
    level: str = "",
    actor_id: int | None = None,
) -> Section:
    """Add a floor to stand on, below all that the map has already.

    Raises InvalidLayout, SeatMapFrozen, NotFound.
    """
    seat_map = _with_free_name(seat_map_id, name)
    if not 1 <= capacity <= MOST_STANDING:
        raise InvalidLayout(f"A floor has between 1 and {MOST_STANDING} places.", attr="capacity")
    outline = rectangle(-FLOOR_WIDTH / 2, 0, FLOOR_WIDTH / 2, FLOOR_HEIGHT)
    plan = SectionPlan(
        name=name, level=level, outline=outline, label=centre(outline), capacity=capacity
    )
    section = add_section(seat_map_id=seat_map_id, plan=_below(seat_map, plan))
    _record(seat_map, section, capacity, actor_id)
    return section


@transaction.atomic
def remove_section(*, section_id: int, seat_map_id: int, actor_id: int | None = None) -> None:
    """Take a section and its seats off a map. Raises SeatMapFrozen, NotFound for the map."""
    seat_map = unfrozen(seat_map_id)
    section = seat_map.sections.filter(pk=section_id).first()
    if section is None:
        return
    audit.record(
        subject="seat_map",
        subject_id=seat_map.pk,
        action="remove_section",
        actor_id=actor_id,
        details={"section": section.name},
    )
    section.delete()


def _with_free_name(seat_map_id: int, name: str) -> SeatMap:
    seat_map = unfrozen(seat_map_id)
    if not name.strip():
        raise InvalidLayout("A section needs a name.", attr="name")
    if seat_map.sections.filter(name=name).exists():
        raise InvalidLayout("The map has a section of that name already.", attr="name")
    return seat_map


def _below(seat_map: SeatMap, plan: SectionPlan) -> SectionPlan:
    """The plan moved below stage and sections, its middle on the map's, its left edge inside."""
    shapes = [shape for shape in seat_map.sections.values_list("outline", flat=True) if shape]
    lowest = max(
        (y for shape in [seat_map.stage.get("shape", []), *shapes] for _, y in shape), default=0.0
    )
    left, top, _, _ = bounds(plan.outline)
    dx = max(seat_map.width / 2, GAP - left)
    return _moved(plan, dx, lowest + GAP - top)


def _moved(plan: SectionPlan, dx: float, dy: float) -> SectionPlan:
    def moved(point: Point) -> Point:
        return point[0] + dx, point[1] + dy

    return replace(
        plan,
        outline=tuple(moved(point) for point in plan.outline),
        label=moved(plan.label),
        seats=tuple(replace(seat, x=seat.x + dx, y=seat.y + dy) for seat in plan.seats),
    )


def _record(seat_map: SeatMap, section: Section, places: int, actor_id: int | None) -> None:
    audit.record(
        subject="seat_map",
        subject_id=seat_map.pk,
        action="add_section",
        actor_id=actor_id,
        details={"section": section.name, "places": places},
    )
