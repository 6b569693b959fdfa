"""Houses of which only the number of seats is known."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import InvalidLayout
from events.maps.generated import bowl_of, fan_of, hall_of
from events.maps.writing import write_layout
from events.models import Seat
from tests.factories import VenueFactory

HOUSES = pytest.mark.parametrize("house_of", [bowl_of, fan_of], ids=["bowl", "fan"])


def rows_of(layout):
    """How many seats each row has, by section and row."""
    return Counter(
        (section.name, seat.row) for section in layout.sections for seat in section.seats
    )


@HOUSES
@settings(max_examples=25, deadline=None)
@given(seats=st.integers(200, 6_000))
def test_a_house_has_exactly_the_seats_asked_for_in_eight_sections_or_more(house_of, seats):
    layout = house_of(seats)

    assert layout.capacity == seats
    assert len(layout.sections) >= 8
    assert len({section.name for section in layout.sections}) == len(layout.sections)
    assert min(rows_of(layout).values()) >= 2


@HOUSES
@pytest.mark.parametrize("seats", [200, 5_000, 20_000])
def test_rows_differ_in_length_and_there_is_room_for_wheelchairs(house_of, seats):
    layout = house_of(seats)

    lengths = set(rows_of(layout).values())
    assert len(lengths) >= 3
    everyone = [seat for section in layout.sections for seat in section.seats]
    assert sum(seat.accessible for seat in everyone) >= 8
    assert sum(seat.companion for seat in everyone) == sum(seat.accessible for seat in everyone)


def test_a_full_stadium_has_three_tiers_with_ends_and_sides():
    layout = bowl_of(60_361, inside="Pitch")

    assert layout.capacity == 60_361
    assert layout.stage_label == "Pitch"
    assert {section.level for section in layout.sections} == {
        f"{tier} tier, {side}"
        for tier in ("Lower", "Middle", "Upper")
        for side in ("ends", "sides")
    }


@HOUSES
def test_no_two_seats_of_a_house_share_a_place(house_of):
    layout = house_of(2_000)

    places = Counter(
        (round(seat.x), round(seat.y)) for section in layout.sections for seat in section.seats
    )
    assert max(places.values()) == 1


@pytest.mark.parametrize(
    ("seats", "sections"), [(1, 1), (21, 1), (1_000, 1), (1_001, 2), (7_777, 8)]
)
def test_a_plain_hall_has_any_number_of_seats(seats, sections):
    layout = hall_of(seats)

    assert layout.capacity == seats
    assert len(layout.sections) == sections


@pytest.mark.parametrize(
    ("make", "seats"), [(bowl_of, 199), (fan_of, 0), (bowl_of, 150_001), (hall_of, 0)]
)
def test_sizes_that_cannot_be_drawn_are_refused(make, seats):
    with pytest.raises(InvalidLayout) as refusal:
        make(seats)

    assert refusal.value.attr == "seats"


@pytest.mark.django_db
def test_a_generated_house_is_written_like_any_other():
    seat_map = write_layout(venue_id=VenueFactory().pk, name="Pitch", layout=bowl_of(500))

    assert Seat.objects.filter(section__seat_map=seat_map).count() == 500
    assert Seat.objects.filter(section__seat_map=seat_map, accessible=True).count() == 8
    ranks = Seat.objects.filter(section__seat_map=seat_map).values_list("row_rank", flat=True)
    assert len(set(ranks)) >= 4
