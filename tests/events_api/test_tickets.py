"""Tickets of an event: pages, filters, the feed of free seats and the drawing."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import PriceLevel, Ticket
from tests.events_api.conftest import MONEY, read
from tests.factories import on_sale_event, tickets_of


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


@pytest.mark.parametrize("path", ["", "/tickets"])
def test_unchanged_tickets_have_the_same_etag_a_minute_later(api, path, monkeypatch):
    event = on_sale_event(rows="A-C", seats_per_row=50)
    address = f"/api/v1/event/{event.pk}{path}"
    first = api.get(address)
    a_minute_later = time.time() + 60
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: a_minute_later))

    later = api.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert b"cursor=" in first.content
    assert later.status_code == 304


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
