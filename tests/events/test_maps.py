"""Layouts: what staff type, and the theatre, arena and club that come ready."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import InvalidLayout
from events.maps.arena import arena_for_concerts, arena_for_games
from events.maps.club import club, standing_floors
from events.maps.paths import RoundedRectangle
from events.maps.rows import row_names, rows_and_numbers
from events.maps.theatre import theatre
from events.maps.writing import write_layout
from events.models import Seat
from tests.factories import VenueFactory

LAYOUTS = {
    "theatre": theatre,
    "arena for games": arena_for_games,
    "arena for concerts": arena_for_concerts,
    "club": club,
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A-D", "A B C D"),
        ("a-c", "A B C"),
        ("7", "7"),
        ("1-3, 5", "1 2 3 5"),
        ("Y-AB", "Y Z AA AB"),
        ("A - B,D-E", "A B D E"),
    ],
)
def test_rows_are_typed_as_ranges(text, names):
    assert row_names(text) == names.split()


@pytest.mark.parametrize(
    "text", ["", "A-", "D-A", "A-4", "A-C,B", "1-200", "A-!", "AAA", ",", "9-1"]
)
def test_what_is_no_range_of_rows_is_refused(text):
    with pytest.raises(InvalidLayout) as refusal:
        row_names(text)

    assert refusal.value.attr == "rows"


def test_rows_may_have_different_numbers_of_seats():
    plan = rows_and_numbers(name="Stalls", rows="A-C", seats_per_row=[2, 3, 4])

    names = [seat.row + seat.number for seat in plan.seats]
    assert names == "A1 A2 B1 B2 B3 C1 C2 C3 C4".split()
    assert [(seat.x, seat.y) for seat in plan.seats[:5]] == [
        (-5, 0), (5, 0), (-10, 12), (0, 12), (10, 12)
    ]  # fmt: skip


def test_an_aisle_is_a_gap_after_its_seat():
    plan = rows_and_numbers(name="Stalls", rows="A", seats_per_row=4, aisles_after=[2])

    assert [seat.aisle for seat in plan.seats] == [False, True, False, False]
    gaps = [b.x - a.x for a, b in pairwise(plan.seats)]
    assert gaps == [10, 19, 10]


def test_the_ends_of_curved_rows_bend_towards_the_stage():
    plan = rows_and_numbers(name="Stalls", rows="A-B", seats_per_row=21, curve=0.8)

    front = [seat for seat in plan.seats if seat.row == "A"]
    assert front[0].y == pytest.approx(front[-1].y)
    assert front[10].y - front[0].y == pytest.approx(18.3, abs=0.1)
    for a, b in pairwise(front):
        assert math.dist((a.x, a.y), (b.x, b.y)) == pytest.approx(10, abs=0.1)


def test_an_accessible_row_begins_with_a_space_and_its_companion():
    plan = rows_and_numbers(name="Stalls", rows="A-B", seats_per_row=4, accessible_rows=["B"])

    assert [seat.row + seat.number for seat in plan.seats if seat.accessible] == ["B1"]
    assert [seat.row + seat.number for seat in plan.seats if seat.companion] == ["B2"]


@pytest.mark.parametrize(
    ("arguments", "attr"),
    [
        ({"rows": "A-B", "seats_per_row": [1, 2, 3]}, "seats_per_row"),
        ({"rows": "A", "seats_per_row": 0}, "seats_per_row"),
        ({"rows": "A", "seats_per_row": 201}, "seats_per_row"),
        ({"rows": "A", "seats_per_row": 10, "curve": 3}, "curve"),
    ],
)
def test_rows_that_cannot_be_drawn_are_refused(arguments, attr):
    with pytest.raises(InvalidLayout) as refusal:
        rows_and_numbers(name="Stalls", **arguments)

    assert refusal.value.attr == attr


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_two_seats_of_a_layout_overlap(name):
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for section in LAYOUTS[name]().sections:
        for seat in section.seats:
            cell = int(seat.x // 10), int(seat.y // 10)
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    for other in cells.get((cell[0] + dx, cell[1] + dy), []):
                        assert math.dist(other, (seat.x, seat.y)) > 9.5
            cells.setdefault(cell, []).append((seat.x, seat.y))


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_seat_stands_inside_its_sections_outline(name):
    for section in LAYOUTS[name]().sections:
        outside = [seat for seat in section.seats if not inside((seat.x, seat.y), section.outline)]
        assert outside == []
        assert inside(section.label, section.outline)


@pytest.mark.parametrize("name", LAYOUTS)
def test_names_are_unique_within_a_layout(name):
    sections = LAYOUTS[name]().sections

    assert len({section.name for section in sections}) == len(sections)
    for section in sections:
        places = [(seat.row, seat.number) for seat in section.seats]
        assert len(set(places)) == len(places)


def inside(point, polygon):
    """Whether a ray to the right crosses the polygon's edges an odd number of times."""
    x, y = point
    crossings = 0
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            crossings += 1
    return crossings % 2 == 1


def test_the_layouts_hold_what_their_houses_hold():
    capacities = {name: make().capacity for name, make in LAYOUTS.items()}

    assert capacities == {
        "theatre": 1230,
        "arena for games": 17360,
        "arena for concerts": 16054,
        "club": 562,
    }


def test_rows_of_the_theatre_grow_towards_the_back():
    stalls = next(s for s in theatre().sections if s.name == "Stalls Centre")
    counts = [sum(seat.row == row for seat in stalls.seats) for row in "ABCDEFGHJKLM"]

    assert counts == [18, 18, 19, 20, 20, 21, 22, 23, 23, 24, 25, 25]


def test_wheelchair_spaces_have_a_companion_beside_them():
    for make in LAYOUTS.values():
        for section in make().sections:
            for index, seat in enumerate(section.seats):
                if seat.accessible:
                    beside = section.seats[max(index - 1, 0) : index + 2]
                    assert any(s.companion and s.row == seat.row for s in beside)


def test_nobody_is_sold_a_seat_behind_the_stage():
    bowl = [s for s in arena_for_concerts().sections if s.level != "Floor"]

    assert {"101", "102", "124", "201", "202", "232"} & {s.name for s in bowl} == set()
    assert len(bowl) == 44


@given(
    along=st.floats(-5000, 5000), away=st.floats(0, 600),
    width=st.floats(200, 600), height=st.floats(200, 600),
)  # fmt: skip
def test_a_point_of_a_bowl_is_as_far_from_the_floor_as_asked(along, away, width, height):
    path = RoundedRectangle(width, height, 150.0, measured_at=100.0)

    x, y = path.point(along, away)

    beyond = math.hypot(max(abs(x) - (width - 150), 0), max(abs(y) - (height - 150), 0))
    assert beyond == pytest.approx(150 + away, abs=0.01)


@pytest.mark.django_db
def test_a_written_layout_starts_at_the_margin_and_fits_its_size():
    seat_map = write_layout(venue_id=VenueFactory.create().pk, name="House", layout=theatre())

    points = [point for s in seat_map.sections.all() for point in s.outline]
    points += seat_map.stage["shape"]
    assert min(x for x, _ in points) == 30
    assert min(y for _, y in points) == 30
    assert max(x for x, _ in points) == pytest.approx(seat_map.width - 30, abs=1)
    assert max(y for _, y in points) == pytest.approx(seat_map.height - 30, abs=1)
    assert seat_map.version == 1
    assert Seat.objects.filter(section__seat_map=seat_map).count() == 1230


@pytest.mark.django_db
def test_rows_are_ranked_by_their_distance_from_the_stage():
    seat_map = write_layout(venue_id=VenueFactory.create().pk, name="House", layout=theatre())

    ranks = {
        (section, row): rank
        for section, row, rank in Seat.objects.filter(section__seat_map=seat_map).values_list(
            "section__name", "row", "row_rank"
        )
    }
    assert min(ranks.values()) == 1
    assert ranks["Stalls Centre", "A"] == 1
    centre = [ranks["Stalls Centre", row] for row in "ABCDEFGHJKLM"]
    assert centre == sorted(set(centre))
    assert ranks["Stalls Left", "C"] == ranks["Stalls Right", "C"]
    assert ranks["Stalls Centre", "M"] < ranks["Circle Centre", "A"]
    assert ranks["Circle Centre", "F"] < ranks["Balcony Centre", "A"]


@pytest.mark.django_db
def test_floors_are_as_deep_as_they_hold():
    layout = standing_floors(floors=[("Pit", 100), ("Field", 400)])

    pit, field = layout.sections
    assert (pit.capacity, field.capacity) == (100, 400)
    assert pit.outline[2][1] - pit.outline[0][1] == 130
    assert field.outline[2][1] - field.outline[0][1] == 260
    with pytest.raises(InvalidLayout):
        standing_floors(floors=[])
