"""Sections that staff add to a map and take off it."""

import pytest

from events.errors import InvalidLayout, SeatMapFrozen
from events.maps.sections import make_section, make_standing_section, remove_section
from events.models import Section
from events.publishing import put_on_sale
from tests.factories import SeatMapFactory, priced_event, small_map
from ticketmaster.core.errors import NotFound
from ticketmaster.core.models import AuditRecord


@pytest.mark.django_db
def test_staff_add_a_section_below_what_is_drawn(staff):
    seat_map = SeatMapFactory.create(width=400, height=100)

    first = make_section(
        seat_map_id=seat_map.pk, name="Stalls", rows="A-C", seats_per_row=20, actor_id=staff.pk
    )
    second = make_standing_section(seat_map_id=seat_map.pk, name="Floor", capacity=50)

    assert [seat.row_rank for seat in first.seats.all()] == [1] * 20 + [2] * 20 + [3] * 20
    lowest = max(y for _, y in first.outline)
    assert min(y for _, y in second.outline) == pytest.approx(lowest + 40, abs=0.2)
    seat_map.refresh_from_db()
    assert seat_map.height >= max(y for _, y in second.outline)
    assert (first.position, second.position, second.capacity) == (0, 1, 50)
    record = AuditRecord.objects.get(subject="seat_map", actor=staff)
    assert (record.action, record.details) == ("add_section", {"section": "Stalls", "places": 60})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "attr"),
    [({"name": "Stalls"}, "name"), ({"name": "  "}, "name"), ({"rows": "?"}, "rows")],
)
def test_a_section_that_cannot_be_drawn_is_refused(arguments, attr):
    seat_map = small_map()

    with pytest.raises(InvalidLayout) as refusal:
        make_section(
            **{"seat_map_id": seat_map.pk, "name": "New", "rows": "A", "seats_per_row": 2}
            | arguments
        )

    assert refusal.value.attr == attr
    assert seat_map.sections.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("capacity", [0, -1, 200_001])
def test_a_floor_holds_between_one_and_two_hundred_thousand(capacity):
    with pytest.raises(InvalidLayout):
        make_standing_section(seat_map_id=small_map().pk, name="Floor", capacity=capacity)


@pytest.mark.django_db
def test_a_map_in_use_cannot_be_changed():
    event = priced_event()
    put_on_sale(event_id=event.pk)
    stalls = Section.objects.get(seat_map_id=event.seat_map_id)

    with pytest.raises(SeatMapFrozen):
        make_section(seat_map_id=event.seat_map_id, name="New", rows="A", seats_per_row=2)
    with pytest.raises(SeatMapFrozen):
        make_standing_section(seat_map_id=event.seat_map_id, name="New", capacity=2)
    with pytest.raises(SeatMapFrozen):
        remove_section(seat_map_id=event.seat_map_id, section_id=stalls.pk)

    assert list(event.seat_map.sections.all()) == [stalls]


@pytest.mark.django_db
def test_a_section_is_taken_off_a_map_that_nobody_uses():
    seat_map = small_map(standing=10)
    floor = seat_map.sections.get(name="Floor")

    remove_section(seat_map_id=seat_map.pk, section_id=floor.pk)

    assert [section.name for section in seat_map.sections.all()] == ["Stalls"]


@pytest.mark.django_db
def test_an_unknown_map_is_not_found():
    with pytest.raises(NotFound):
        make_section(seat_map_id=4_000_000, name="New", rows="A", seats_per_row=2)
