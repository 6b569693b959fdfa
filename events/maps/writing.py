"""Writing a layout as rows: a new seat map, or one more section of a map nobody uses yet."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Max

from events.errors import SeatMapFrozen
from events.locks import lock_seat_map
from events.maps.geometry import bounds, distance_to_polygon
from events.maps.plans import LayoutPlan, Point, SeatPlan, SectionPlan
from events.models import Seat, SeatMap, Section
from ticketmaster.core.copying import copy_rows

MARGIN = 30.0
SEAT_COLUMNS = (
    *("section_id", "row", "number", "x", "y", "position", "row_rank"),
    *("accessible", "companion", "restricted_view", "aisle"),
)

RANK_ROWS = """
UPDATE events_seat seat SET row_rank = ranked.rank
FROM unnest(%s::bigint[], %s::text[], %s::integer[]) AS ranked (section_id, row, rank)
WHERE seat.section_id = ranked.section_id AND seat.row = ranked.row
  AND seat.row_rank <> ranked.rank
"""


@transaction.atomic
def write_layout(*, venue_id: int, name: str, layout: LayoutPlan) -> SeatMap:
    """A new seat map with all its sections and seats, moved so that it starts at (0, 0).

    Its version is one more than the venue's last of that name.
    """
    left, top, right, bottom = bounds(_all_points(layout))
    dx, dy = MARGIN - left, MARGIN - top
    seat_map = SeatMap.objects.create(
        venue_id=venue_id,
        name=name,
        version=next_version(venue_id=venue_id, name=name),
        width=round(right - left + 2 * MARGIN),
        height=round(bottom - top + 2 * MARGIN),
        stage={"label": layout.stage_label, "shape": _moved(layout.stage, dx, dy)},
    )
    _write_sections(seat_map, layout.sections, dx=dx, dy=dy, first_position=0)
    rank_rows(seat_map)
    return seat_map


@transaction.atomic
def add_section(*, seat_map_id: int, plan: SectionPlan) -> Section:
    """Add one section to a map that no event uses, growing the map where it sticks out.

    Raises SeatMapFrozen.
    """
    seat_map = unfrozen(seat_map_id)
    last = seat_map.sections.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    [section] = _write_sections(seat_map, [plan], dx=0, dy=0, first_position=position)
    _, _, right, bottom = bounds([*plan.outline, *((seat.x, seat.y) for seat in plan.seats)])
    seat_map.width = max(seat_map.width, round(right + MARGIN))
    seat_map.height = max(seat_map.height, round(bottom + MARGIN))
    seat_map.save(update_fields=["width", "height"])
    rank_rows(seat_map)
    return section


def unfrozen(seat_map_id: int) -> SeatMap:
    """The map, locked for a change. Raises SeatMapFrozen if an event uses it, or NotFound."""
    seat_map = lock_seat_map(seat_map_id)
    if seat_map.frozen_at is not None:
        raise SeatMapFrozen
    return seat_map


def next_version(*, venue_id: int, name: str) -> int:
    """One more than the last version of that map."""
    versions = SeatMap.objects.filter(venue_id=venue_id, name=name)
    return (versions.aggregate(last=Max("version"))["last"] or 0) + 1


def rank_rows(seat_map: SeatMap) -> None:
    """Number the rows of all sections by distance of their middle from the stage, 1 the nearest.

    Rows equally far to the unit share a number. Without a stage, the map's top is the front.
    """
    stage = [(x, y) for x, y in seat_map.stage.get("shape", [])] or [(seat_map.width / 2, 0.0)]
    found = Seat.objects.filter(section__seat_map=seat_map).order_by("section", "position")
    rows: list[tuple[int, str, int]] = []
    for (section, name), group in groupby(
        found.values_list("section_id", "row", "x", "y"), key=lambda seat: seat[:2]
    ):
        places = [(x, y) for _, _, x, y in group]
        (x0, y0), (x1, y1) = places[(len(places) - 1) // 2], places[len(places) // 2]
        far = distance_to_polygon(((x0 + x1) / 2, (y0 + y1) / 2), stage)
        rows.append((section, name, round(far)))
    ranks = {far: rank for rank, far in enumerate(sorted({far for _, _, far in rows}), 1)}
    with connection.cursor() as cursor:
        cursor.execute(
            RANK_ROWS,
            [
                [section for section, _, _ in rows],
                [name for _, name, _ in rows],
                [ranks[far] for _, _, far in rows],
            ],
        )


def _write_sections(
    seat_map: SeatMap,
    plans: Sequence[SectionPlan],
    *,
    dx: float,
    dy: float,
    first_position: int,
) -> list[Section]:
    sections = Section.objects.bulk_create(
        Section(
            seat_map=seat_map,
            name=plan.name,
            level=plan.level,
            kind=Section.Kind.STANDING if plan.is_standing else Section.Kind.SEATED,
            position=position,
            capacity=plan.capacity,
            outline=_moved(plan.outline, dx, dy),
            label_x=round(plan.label[0] + dx, 1),
            label_y=round(plan.label[1] + dy, 1),
        )
        for position, plan in enumerate(plans, first_position)
    )
    copy_rows(
        table=Seat._meta.db_table,
        columns=SEAT_COLUMNS,
        rows=(
            _seat(section.pk, seat, position, dx, dy)
            for section, plan in zip(sections, plans, strict=True)
            for position, seat in enumerate(plan.seats)
        ),
    )
    return sections


def _seat(
    section_id: int, plan: SeatPlan, position: int, dx: float, dy: float
) -> tuple[int | float | str | bool, ...]:
    """The values of SEAT_COLUMNS; `rank_rows` numbers the rows afterwards."""
    return (
        section_id,
        plan.row,
        plan.number,
        round(plan.x + dx, 1),
        round(plan.y + dy, 1),
        position,
        1,
        plan.accessible,
        plan.companion,
        plan.restricted_view,
        plan.aisle,
    )


def _moved(shape: Iterable[Point], dx: float, dy: float) -> list[list[float]]:
    return [[round(x + dx, 1), round(y + dy, 1)] for x, y in shape]


def _all_points(layout: LayoutPlan) -> list[Point]:
    points = [*layout.stage]
    for section in layout.sections:
        points += section.outline
        points += [(seat.x, seat.y) for seat in section.seats]
    return points or [(0.0, 0.0)]
