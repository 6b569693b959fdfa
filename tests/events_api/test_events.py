"""GET /api/v1/event/{id} and what it leads to: exact shapes, the same bytes for everybody."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event, PriceLevel, SaleWindow, Ticket
from events.publishing import cancel_event
from tests.factories import (
    EventFactory,
    PerformerFactFactory,
    PerformerFactory,
    SaleWindowFactory,
    VenueFactory,
    on_sale_event,
    tickets_of,
)

MONEY = {"amount": 4500, "currency": "USD"}


@pytest.fixture
def api(db: None) -> APIClient:
    """An app that nobody signed in to."""
    return APIClient()


def read(api: APIClient, address: str, **query):
    answer = api.get(address, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


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


def test_tickets_come_in_drawing_order_with_all_of_a_ticket(api):
    event = on_sale_event(rows="A-B", seats_per_row=2, standing=2)
    level = PriceLevel.objects.get(event=event)

    found = read(api, f"/api/v1/event/{event.pk}/tickets")

    places = [(one["section"]["name"], one["row"], one["number"]) for one in found["results"]]
    assert places == [
        ("Stalls", "A", "1"),
        ("Stalls", "A", "2"),
        ("Stalls", "B", "1"),
        ("Stalls", "B", "2"),
        ("Floor", None, None),
        ("Floor", None, None),
    ]
    assert found["next"] is None
    first = found["results"][0]
    assert first == {
        "id": tickets_of(event)[0].pk,
        "section": {"id": tickets_of(event)[0].section_id, "name": "Stalls"},
        "row": "A",
        "number": "1",
        "price_level": {"id": level.pk, "name": "Standard"},
        "price": MONEY,
        "status": "available",
        "accessible": False,
        "companion": False,
        "restricted_view": False,
    }
    assert read(api, f"/api/v1/event/{event.pk}")["tickets"] == found


def test_following_next_reads_every_ticket_once(api):
    event = on_sale_event(rows="A-C", seats_per_row=50)

    page = read(api, f"/api/v1/event/{event.pk}")["tickets"]
    assert len(page["results"]) == 100
    ids = [one["id"] for one in page["results"]]
    while page["next"]:
        assert page["next"].startswith("http://testserver/api/v1/event/")
        page = api.get(page["next"]).json()
        ids += [one["id"] for one in page["results"]]

    assert ids == [ticket.pk for ticket in tickets_of(event)]


def test_pages_keep_their_filters(api):
    event = on_sale_event(rows="A-B", seats_per_row=4, standing=6)
    floor = tickets_of(event, "Floor")

    page = read(api, f"/api/v1/event/{event.pk}/tickets", section=floor[0].section_id, page_size=4)
    following = api.get(page["next"]).json()

    ids = [one["id"] for one in page["results"] + following["results"]]
    assert ids == [ticket.pk for ticket in floor]
    assert following["next"] is None


@pytest.mark.parametrize(
    ("asked", "given"), [(1, 1), (1_000, 1_000), (5_000, 1_000), (10**30, 1_000)]
)
def test_a_page_has_at_most_a_thousand_tickets(api, asked, given):
    event = on_sale_event(rows="", standing=1_001)

    assert len(read(api, f"/api/v1/event/{event.pk}/tickets", page_size=asked)["results"]) == given


def test_a_held_ticket_is_reserved_and_a_lapsed_one_available(api, event, fan):
    held, lapsed = tickets_of(event)[:2]
    hold_tickets(user=fan, ticket_ids=[held.pk])
    second = hold_tickets(user=fan, ticket_ids=[lapsed.pk])
    past = timezone.now() - timedelta(seconds=1)
    Ticket.objects.filter(pk=lapsed.pk).update(reserved_until=past)
    Booking.objects.filter(pk=second.pk).update(expires_at=past)
    address = f"/api/v1/event/{event.pk}/tickets"

    shown = {one["id"]: one["status"] for one in read(api, address)["results"]}
    assert shown[held.pk] == "reserved"
    assert shown[lapsed.pk] == "available"
    assert [one["id"] for one in read(api, address, status="reserved")["results"]] == [held.pk]
    assert lapsed.pk in [one["id"] for one in read(api, address, status="available")["results"]]
    assert read(api, address, status="sold")["results"] == []


def test_the_feed_has_a_character_a_seat(api, mixed_event):
    stalls = tickets_of(mixed_event, "Stalls")[0].section_id
    floor = tickets_of(mixed_event, "Floor")[0].section_id

    answer = api.get(f"/api/v1/event/{mixed_event.pk}/availability")

    feed = answer.json()
    assert feed["sections"] == {str(stalls): "1" * 20}
    assert feed["standing"] == {str(floor): 40}
    assert set(feed) == {"version", "as_of", "sections", "standing"}
    assert answer.headers["ETag"] == f'"{feed["version"]}"'


def test_the_feed_is_304_for_who_has_it(api, event):
    address = f"/api/v1/event/{event.pk}/availability"
    etag = api.get(address).headers["ETag"]

    answer = api.get(address, headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["ETag"] == etag


def test_the_drawing_and_the_feed_fit(api, mixed_event):
    drawing = read(api, f"/api/v1/event/{mixed_event.pk}/seat-map")
    feed = read(api, f"/api/v1/event/{mixed_event.pk}/availability")

    seated = [one for one in drawing["sections"] if one["kind"] == "seated"]
    assert {str(one["id"]) for one in seated} == set(feed["sections"])
    for section in seated:
        seats = [seat for row in section["rows"] for seat in row["seats"]]
        assert len(seats) == len(feed["sections"][str(section["id"])])
    assert set(drawing) >= {"version", "width", "height", "stage", "sections"}


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


PATHS = ["", "/tickets", "/availability", "/seat-map"]


@pytest.mark.parametrize("path", PATHS)
def test_a_draft_is_not_there(api, path):
    event = on_sale_event()
    Event.objects.filter(pk=event.pk).update(status="draft")

    answer = api.get(f"/api/v1/event/{event.pk}{path}")

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("event_id", ["0", "999999999", str(2**63), str(10**40), "x", "-1", "1.5"])
def test_an_unknown_event_is_404_in_the_envelope(api, path, event_id):
    answer = api.get(f"/api/v1/event/{event_id}{path}")

    assert answer.status_code == 404
    assert answer.json()["type"] == "client_error"
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("address", ["/api/v1/event/1/", "/api/v1/event/1/ticketsx", "/api/v1/x"])
def test_trailing_junk_is_404_in_the_envelope(api, address):
    answer = api.get(address)

    assert answer.status_code == 404
    assert answer.json()["errors"][0] == {
        "code": "not_found",
        "detail": "Not found.",
        "attr": None,
    }


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_another_method_is_405_in_the_envelope(api, event, path, method):
    answer = getattr(api, method)(f"/api/v1/event/{event.pk}{path}")

    assert answer.status_code == 405
    assert answer.json()["errors"][0]["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_like_get_without_a_body(api, event, path):
    address = f"/api/v1/event/{event.pk}{path}"

    head, get = api.head(address), api.get(address)

    assert head.status_code == 200
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.content == b""


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_public_and_personal_to_nobody(api, event, fan, path):
    address = f"/api/v1/event/{event.pk}{path}"
    stranger = api.get(address)
    signed_in = APIClient()
    signed_in.force_login(fan)

    known = signed_in.get(address, headers={"X-Session-Token": "anything"})

    assert known.content == stranger.content
    assert stranger.headers["Cache-Control"].startswith("public, max-age=")
    assert "s-maxage=" in stranger.headers["Cache-Control"]
    assert "stale-while-revalidate=" in stranger.headers["Cache-Control"]
    for answer in (stranger, known):
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies
        assert "cookie" not in answer.headers.get("Vary", "").lower()


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_gets_304(api, event, path):
    address = f"/api/v1/event/{event.pk}{path}"
    etag = api.get(address).headers["ETag"]

    assert api.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert api.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


BAD = [
    ("section", "x"),
    ("section", "-1"),
    ("section", "1.5"),
    ("section", str(2**63)),
    ("section", "9" * 500),
    ("section", "١"),
    ("status", "free"),
    ("status", "AVAILABLE;"),
    ("page_size", "0"),
    ("page_size", "-5"),
    ("page_size", "many"),
    ("page_size", "1e3"),
    ("cursor", "x"),
    ("cursor", "x" * 10_000),
    ("cursor", "W10:1abc:signature"),
    ("cursor", "🎟"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_value_that_cannot_be_is_400_and_named(api, event, name, value):
    answer = api.get(f"/api/v1/event/{event.pk}/tickets", {name: value})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == name


def test_a_cursor_fits_its_own_event_only(api):
    first, second = on_sale_event(seats_per_row=60), on_sale_event()
    page = read(api, f"/api/v1/event/{first.pk}")["tickets"]

    answer = api.get(page["next"].replace(f"event/{first.pk}/", f"event/{second.pk}/"))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "cursor"


def test_nul_is_a_plain_refusal(api, event):
    answer = api.get(f"/api/v1/event/{event.pk}/tickets", {"status": "\x00"})

    assert answer.status_code == 400
    assert answer.json()["type"] == "client_error"


@pytest.mark.parametrize("rows", ["A-B", "A-Z"])
def test_an_event_takes_the_same_few_queries_however_large(
    api, django_assert_max_num_queries, rows
):
    event = on_sale_event(rows=rows, seats_per_row=40)

    with django_assert_max_num_queries(11):
        api.get(f"/api/v1/event/{event.pk}")
    with django_assert_max_num_queries(3):
        api.get(f"/api/v1/event/{event.pk}/tickets", {"page_size": 1000})
