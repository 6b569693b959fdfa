"""The drawing that pages and apps get, and versions of maps."""

from typing import Any

import orjson
import pytest

from events.maps import drawing
from events.maps.versions import freeze, new_version_of
from events.models import Seat, SeatMap
from events.publishing import put_on_sale
from tests.factories import priced_event, small_map

pytestmark = pytest.mark.django_db


def drawing_of(seat_map: SeatMap) -> dict[str, Any]:
    return orjson.loads(drawing.drawing_bytes(seat_map))


def frozen(seat_map: SeatMap) -> SeatMap:
    freeze(seat_map)
    return SeatMap.objects.get(pk=seat_map.pk)


def test_the_drawing_has_sections_rows_and_seats():
    seat_map = small_map(rows="A-B", seats_per_row=[2, 3], standing=7, accessible_rows=["B"])
    stalls, floor = seat_map.sections.all()

    drawn = drawing_of(seat_map)

    assert drawn == {
        "version": drawing.content_hash(seat_map),
        "width": 260,
        "height": 560,
        "stage": {"label": "Stage", "shape": [[80, 30], [180, 30], [180, 50], [80, 50]]},
        "sections": [
            {
                "id": stalls.pk,
                "name": "Stalls",
                "level": "",
                "kind": "seated",
                "outline": stalls.outline,
                "label": [130, 76.8],
                "capacity": 5,
                "rows": [
                    {"name": "A", "seats": [["1", 125, 70, 0], ["2", 135, 70, 0]]},
                    {
                        "name": "B",
                        "seats": [["1", 120, 82, 1], ["2", 130, 82, 2], ["3", 140, 82, 0]],
                    },
                ],
            },
            {
                "id": floor.pk,
                "name": "Floor",
                "level": "",
                "kind": "standing",
                "outline": [[30, 430], [230, 430], [230, 530], [30, 530]],
                "label": [130, 480],
                "capacity": 7,
                "rows": [],
            },
        ],
    }


def test_the_flags_add_up():
    seat_map = small_map(rows="A", seats_per_row=1)
    Seat.objects.filter(section__seat_map=seat_map).update(
        accessible=True, companion=True, restricted_view=True, aisle=True
    )

    [section] = drawing_of(seat_map)["sections"]

    assert section["rows"][0]["seats"][0][3] == 15


def test_the_hash_changes_with_any_seat():
    seat_map = small_map()
    before = drawing.content_hash(seat_map)
    assert drawing.content_hash(seat_map) == before

    Seat.objects.filter(section__seat_map=seat_map, row="B", number="3").update(x=99)

    assert drawing.content_hash(seat_map) != before


def test_a_drawing_takes_two_queries_and_that_of_a_map_in_use_none_again(
    django_assert_num_queries,
):
    seat_map = frozen(small_map(standing=5))

    with django_assert_num_queries(2):
        first = drawing.drawing_bytes(seat_map)
    with django_assert_num_queries(0):
        assert drawing.drawing_bytes(seat_map) == first

    assert orjson.loads(first)["version"] == seat_map.content_hash


def test_a_map_that_can_still_change_is_drawn_afresh():
    seat_map = small_map()
    before = drawing_of(seat_map)

    Seat.objects.filter(section__seat_map=seat_map, row="A").update(x=1)

    assert drawing_of(seat_map) != before


def test_a_map_in_use_is_found_by_its_hash():
    seat_map = frozen(small_map())

    assert drawing.frozen_map(seat_map.content_hash) == seat_map
    assert drawing.frozen_map("0" * 32) is None


def test_a_new_version_is_a_copy_that_can_be_changed(staff):
    event = priced_event(rows="A-C", seats_per_row=5, standing=9, accessible_rows=["C"])
    put_on_sale(event_id=event.pk)
    old = SeatMap.objects.get(pk=event.seat_map_id)

    new = new_version_of(seat_map_id=old.pk, actor_id=staff.pk)

    assert (new.venue_id, new.name, new.version, new.frozen_at) == (
        old.venue_id,
        old.name,
        2,
        None,
    )
    assert without_ids(drawing_of(new)) == without_ids(drawing_of(old))
    columns = ("section__name", "position", "row", "number", "row_rank")
    assert seats_of(new, columns) == seats_of(old, columns)
    assert new_version_of(seat_map_id=old.pk).version == 3


def without_ids(drawn):
    return drawn["width"], [
        {key: value for key, value in section.items() if key != "id"}
        for section in drawn["sections"]
    ]


def seats_of(seat_map, columns):
    seats = Seat.objects.filter(section__seat_map=seat_map)
    return list(seats.order_by("section__position", "position").values_list(*columns))
