"""An event's details: GET /api/v1/event/{id} with exact shapes, and nothing secret."""

from datetime import UTC, datetime

import pytest

from events.models import PriceLevel, SaleWindow
from events.publishing import cancel_event
from tests.events_api.conftest import MONEY, read
from tests.factories import (
    EventFactory,
    PerformerFactFactory,
    PerformerFactory,
    SaleWindowFactory,
    VenueFactory,
    on_sale_event,
)


def test_an_event_has_all_that_a_list_shows(api):
    starts_at = datetime(2031, 3, 14, 19, 30, tzinfo=UTC)
    performer = PerformerFactory.create(name="The Larks", description="Five voices.")
    PerformerFactFactory.create(performer=performer, label="From", value="Leeds")
    event = on_sale_event(name="Larks by night", starts_at=starts_at, performers=[performer])
    venue = event.venue

    found = read(api, f"/api/v1/event/{event.pk}")

    assert found["id"] == event.pk
    assert found["name"] == "Larks by night"
    assert found["url"] == f"http://testserver/event/{event.pk}"
    assert found["status"] == "on_sale"
    assert found["starts_at"] == "2031-03-14T19:30:00+00:00"
    assert found["time_zone"] == "Europe/London"
    assert found["category"] == {"segment": "concert", "genre": "rock"}
    assert found["price_from"] == MONEY
    assert found["availability"] == {"state": "few", "available": 20, "total": 20}
    assert found["waiting_room"] is False
    assert {key: found["venue"][key] for key in ("id", "name", "city", "region", "country")} == {
        "id": venue.pk,
        "name": venue.name,
        "city": "London",
        "region": "England",
        "country": "GB",
    }
    assert found["venue"]["location"] == {"lat": 51.5, "lon": -0.12}
    assert found["performers"] == [
        {
            "id": performer.pk,
            "name": "The Larks",
            "description": "Five voices.",
            "facts": [{"label": "From", "value": "Leeds"}],
        }
    ]


def test_an_event_shows_its_prices_windows_and_links(api):
    event = on_sale_event()
    level = PriceLevel.objects.get(event=event)
    window = SaleWindow.objects.get(event=event)

    found = read(api, f"/api/v1/event/{event.pk}")

    assert found["price_levels"] == [
        {
            "id": level.pk,
            "name": "Standard",
            "price": MONEY,
            "face": {"amount": 4000, "currency": "USD"},
            "fee": {"amount": 400, "currency": "USD"},
            "tax": {"amount": 100, "currency": "USD"},
        }
    ]
    assert [one["id"] for one in found["sale_windows"]] == [window.pk]
    assert found["sale_windows"][0]["kind"] == "general"
    assert found["sale_windows"][0]["closes_at"] is None
    assert found["sale"]["state"] == "open"
    api_address = f"http://testserver/api/v1/event/{event.pk}"
    assert found["links"]["page"] == f"http://testserver/event/{event.pk}"
    assert found["links"]["seats"] == f"http://testserver/event/{event.pk}/seats"
    assert found["links"]["tickets"] == f"{api_address}/tickets"
    assert found["links"]["availability"] == f"{api_address}/availability"
    assert found["links"]["seat_map"] == f"{api_address}/seat-map"
    assert api.get(found["links"]["artwork"]).headers["Content-Type"] == "image/svg+xml"


def test_the_code_of_a_presale_is_not_told(api):
    event = EventFactory.create()
    SaleWindowFactory.create(event=event, kind="presale", access_code="SESAME")

    answer = api.get(f"/api/v1/event/{event.pk}")

    assert answer.json()["sale_windows"][0]["access_code_required"] is True
    assert b"SESAME" not in answer.content


def test_an_event_without_a_map_says_so(api):
    event = EventFactory.create()

    assert read(api, f"/api/v1/event/{event.pk}")["links"]["seat_map"] is None
    assert api.get(f"/api/v1/event/{event.pk}/seat-map").status_code == 404


def test_an_event_without_price_performers_or_point_is_whole(api):
    venue = VenueFactory.create(latitude=None, longitude=None, region="")
    event = EventFactory.create(venue=venue, name="N" * 250)

    found = read(api, f"/api/v1/event/{event.pk}")

    assert found["price_from"] is None
    assert found["performers"] == []
    assert found["venue"]["location"] is None
    assert found["availability"] == {"state": "not_on_sale", "available": 0, "total": 0}
    assert found["tickets"] == {"results": [], "next": None}


def test_a_cancelled_event_is_still_told_of(api, event):
    cancel_event(event_id=event.pk)

    found = read(api, f"/api/v1/event/{event.pk}")

    assert found["status"] == "cancelled"
    assert found["availability"]["state"] == "not_on_sale"


@pytest.mark.parametrize("rows", ["A-B", "A-Z"])
def test_an_event_takes_the_same_few_queries_however_large(
    api, django_assert_max_num_queries, rows
):
    event = on_sale_event(rows=rows, seats_per_row=40)

    with django_assert_max_num_queries(11):
        api.get(f"/api/v1/event/{event.pk}")
    with django_assert_max_num_queries(3):
        api.get(f"/api/v1/event/{event.pk}/tickets", {"page_size": 1000})
