"""Staff make a venue, a map, an event with prices and a sale window, and put it on sale."""

import re
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from events.models import Event, PriceLevel, SaleWindow, SeatMap, Section, Ticket, Venue
from tests.factories import CategoryFactory, PerformerFactory, VenueFactory, priced_event, small_map
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db

VENUE = {
    "name": "Kuppelsaal",
    "address": "Theodor-Heuss-Platz 1",
    "postal_code": "30175",
    "city": "Hannover",
    "region": "Niedersachsen",
    "country": "de",
    "latitude": "52.377",
    "longitude": "9.769",
    "time_zone": "",
    "capacity": "",
    "travel": "",
    "access": "",
}


@pytest.fixture
def browser(staff: User) -> Client:
    """Staff, signed in."""
    client = Client()
    client.force_login(staff)
    return client


def text_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return page


def messages_of(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def step(browser: Client, what: str, pk: int, which: str, /, **data: Any) -> Any:
    return browser.post(f"/admin/events/{what}/{pk}/step/{which}/", data, follow=True)


def no_inlines(*prefixes: str) -> dict[str, str]:
    return {
        f"{prefix}-{name}": "0"
        for prefix in prefixes
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }


def event_fields(venue: Venue, seat_map: SeatMap, **changes: str) -> dict[str, str]:
    return {
        "name": "Mahler 8",
        "description": "With 350 voices.",
        "venue": str(venue.pk),
        "seat_map": str(seat_map.pk),
        "category": str(CategoryFactory.create().pk),
        "starts_at_0": "2027-07-14",
        "starts_at_1": "19:30",
        "doors_at_0": "2027-07-14",
        "doors_at_1": "18:30",
        "ends_at_0": "",
        "ends_at_1": "",
        "currency": "EUR",
        "max_tickets_per_person": "6",
        "refund_policy": "",
        **no_inlines("billing"),
        **changes,
    }


def test_from_an_empty_house_to_tickets_on_sale(browser: Client, staff: User) -> None:
    made = browser.post("/admin/events/venue/add/", VENUE, follow=True)
    venue = Venue.objects.get()
    assert (venue.time_zone, venue.country) == ("Europe/Berlin", "DE")
    assert any("Europe/Berlin" in message for message in messages_of(made))

    browser.post(
        "/admin/events/seatmap/add/",
        {"venue": venue.pk, "name": "Concert", "stage_label": "Podium"},
    )
    seat_map = SeatMap.objects.get()
    assert (seat_map.name, seat_map.version, seat_map.stage["label"]) == ("Concert", 1, "Podium")
    step(
        browser, "seatmap", seat_map.pk, "seats",
        name="Parkett", level="Parkett", rows="A-T", seats_per_row="20", aisles_after="10",
        curve="0.5", accessible_rows="t",
    )  # fmt: skip
    step(browser, "seatmap", seat_map.pk, "floor", name="Stehplatz", level="", capacity="40")
    sections = {section.name: section for section in seat_map.sections.all()}
    assert sections["Parkett"].seats.count() == 400
    assert sections["Parkett"].seats.filter(accessible=True).count() == 1
    assert sections["Stehplatz"].capacity == 40
    page = text_of(browser.get(f"/admin/events/seatmap/{seat_map.pk}/change/"))
    assert page.count("<polygon") == 3

    browser.post("/admin/events/event/add/", event_fields(venue, seat_map))
    event = Event.objects.get()
    assert event.status == Event.Status.DRAFT
    assert event.starts_at == datetime(2027, 7, 14, 17, 30, tzinfo=UTC)  # 19:30 in Hannover

    saved = browser.post(
        f"/admin/events/event/{event.pk}/change/",
        {
            **event_fields(venue, seat_map),
            **no_inlines("price_levels", "sale_windows"),
            "price_levels-TOTAL_FORMS": "2",
            "price_levels-MAX_NUM_FORMS": "1000",
            "price_levels-0-name": "Parkett",
            "price_levels-0-face": "45,50",
            "price_levels-0-fee": "4.50",
            "price_levels-0-tax": "",
            "price_levels-0-on_sections": [str(sections["Parkett"].pk)],
            "price_levels-0-position": "0",
            "price_levels-1-name": "Stehen",
            "price_levels-1-face": "20",
            "price_levels-1-fee": "2",
            "price_levels-1-tax": "0.50",
            "price_levels-1-on_sections": [str(sections["Stehplatz"].pk)],
            "price_levels-1-position": "1",
            "sale_windows-TOTAL_FORMS": "1",
            "sale_windows-MAX_NUM_FORMS": "1000",
            "sale_windows-0-kind": "general",
            "sale_windows-0-name": "",
            "sale_windows-0-opens_at_0": "2026-01-01",
            "sale_windows-0-opens_at_1": "10:00",
            "sale_windows-0-closes_at_0": "",
            "sale_windows-0-closes_at_1": "",
            "sale_windows-0-access_code": "",
            "sale_windows-0-limit_per_person": "",
        },
    )
    assert saved.status_code == 302, re.findall("error[^<]*<li>[^<]*", text_of(saved))
    prices = {
        level.name: (level.face_minor, level.fee_minor, level.tax_minor)
        for level in PriceLevel.objects.all()
    }
    assert prices == {"Parkett": (4550, 450, 0), "Stehen": (2000, 200, 50)}
    assert SaleWindow.objects.get().opens_at == datetime(2026, 1, 1, 9, 0, tzinfo=UTC)

    step(browser, "event", event.pk, "schedule")
    sold = step(browser, "event", event.pk, "on-sale")

    event.refresh_from_db()
    assert (event.status, event.ticket_total) == ("on_sale", 440)
    assert messages_of(sold) == ["“Mahler 8” is on sale with 440 tickets."]
    assert Ticket.objects.filter(event=event, price_level__name="Stehen").count() == 40
    trail = AuditRecord.objects.filter(subject="event", subject_id=event.pk)
    assert list(trail.order_by("pk").values_list("action", "after", "actor_id")) == [
        ("create", "", staff.pk),
        ("edit", "", staff.pk),
        ("scheduled", "scheduled", staff.pk),
        ("on_sale", "on_sale", staff.pk),
    ]
    shown = text_of(browser.get(f"/admin/events/event/{event.pk}/change/"))
    assert "€50.00" in shown
    assert "Audit trail" in shown


def test_a_refusal_of_the_domain_is_shown_and_nothing_changes(browser: Client) -> None:
    event = priced_event(window=False)
    event.price_levels.all().delete()

    answer = step(browser, "event", event.pk, "on-sale")

    assert messages_of(answer) == ["No price level for: Stalls."]
    event.refresh_from_db()
    assert event.status == "scheduled"
    assert not Ticket.objects.exists()


def test_a_step_sent_twice_is_done_once(browser: Client) -> None:
    event = priced_event()
    page = text_of(browser.get(f"/admin/events/event/{event.pk}/step/on-sale/"))
    token = re.findall(r'name="_once" value="([^"]+)"', page)[0]

    step(browser, "event", event.pk, "on-sale", _once=token)
    again = step(browser, "event", event.pk, "on-sale", _once=token)

    assert messages_of(again) == ["This was done already; it was not done a second time."]
    assert Ticket.objects.count() == 20


def test_a_form_sent_twice_makes_one_venue(browser: Client) -> None:
    form = text_of(browser.get("/admin/events/venue/add/"))
    token = re.findall(r'name="_once" value="([^"]+)"', form)[0]

    for _ in range(2):
        browser.post("/admin/events/venue/add/", {**VENUE, "_once": token})

    assert Venue.objects.count() == 1


def test_a_step_is_not_taken_by_looking(browser: Client) -> None:
    event = priced_event()

    answer = browser.get(f"/admin/events/event/{event.pk}/step/on-sale/")

    assert answer.status_code == 200
    event.refresh_from_db()
    assert event.status == "scheduled"


def test_prices_cannot_be_typed_once_tickets_are_made(browser: Client, event: Event) -> None:
    level = event.price_levels.get()
    assert event.seat_map is not None

    browser.post(
        f"/admin/events/event/{event.pk}/change/",
        {
            **event_fields(event.venue, event.seat_map, name="New name", currency="EUR"),
            **no_inlines("price_levels", "sale_windows"),
            "price_levels-TOTAL_FORMS": "1",
            "price_levels-INITIAL_FORMS": "1",
            "price_levels-0-id": str(level.pk),
            "price_levels-0-event": str(event.pk),
            "price_levels-0-name": "Cheap",
            "price_levels-0-face": "1",
            "status": "draft",
            "ticket_total": "0",
        },
    )

    before = (level.name, level.face_minor)
    level.refresh_from_db()
    was = event.starts_at
    event.refresh_from_db()
    assert (level.name, level.face_minor) == before
    assert (event.name, event.currency) == ("New name", "USD")
    assert (event.status, event.ticket_total, event.starts_at) == ("on_sale", 20, was)


def test_an_event_put_on_sale_meanwhile_keeps_its_prices(browser: Client) -> None:
    event = priced_event()
    assert event.seat_map is not None
    real = Event.objects.get

    def sold_meanwhile(*args: Any, **kwargs: Any) -> Event:
        found = real(*args, **kwargs)
        found.status, found.ticket_total = Event.Status.ON_SALE, 20
        return found

    with patch("events.admin.events.Event.objects.get", sold_meanwhile):
        answer = browser.post(
            f"/admin/events/event/{event.pk}/change/",
            {
                **event_fields(event.venue, event.seat_map, name="Changed", currency="USD"),
                **no_inlines("price_levels", "sale_windows"),
            },
            follow=True,
        )

    assert messages_of(answer) == ["The event has moved on since this page was opened."]
    event.refresh_from_db()
    assert event.name != "Changed"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_at_0": "2027-07-14", "ends_at_1": "18:00"}, "cannot end before it starts"),
        ({"doors_at_1": "20:00"}, "Doors open before the start"),
        ({"currency": "XXX"}, "not an ISO 4217 currency"),
        ({"starts_at_1": "25:00"}, "valid time"),
        ({"max_tickets_per_person": "0"}, "greater than or equal to 1"),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(
    browser: Client, changes: dict[str, str], said: str
) -> None:
    seat_map = small_map()

    answer = browser.post(
        "/admin/events/event/add/", event_fields(seat_map.venue, seat_map, **changes)
    )

    assert said in text_of(answer)
    assert not Event.objects.exists()


def test_another_venues_map_is_refused(browser: Client) -> None:
    answer = browser.post(
        "/admin/events/event/add/", event_fields(VenueFactory.create(), small_map())
    )

    assert "another venue" in text_of(answer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows": "A-"}, "is not a row"),
        ({"rows": "A-D, B"}, "named twice"),
        ({"seats_per_row": "ten"}, "whole numbers"),
        ({"seats_per_row": "10, 11"}, "rows need"),
        ({"seats_per_row": "100000"}, "between 1 and"),
        ({"curve": "9"}, "less than or equal to 2"),
    ],
)
def test_a_section_that_cannot_be_drawn_is_refused(
    browser: Client, changes: dict[str, str], said: str
) -> None:
    seat_map = small_map(rows="")
    asked = {"name": "Stalls", "rows": "A-C", "seats_per_row": "10", "curve": "0", **changes}

    answer = step(browser, "seatmap", seat_map.pk, "seats", **asked)

    assert said in text_of(answer)
    assert not Section.objects.exists()


def test_a_map_in_use_offers_a_new_version_instead(browser: Client, event: Event) -> None:
    assert event.seat_map is not None
    pk = event.seat_map.pk

    page = text_of(browser.get(f"/admin/events/seatmap/{pk}/change/"))
    refused = step(browser, "seatmap", pk, "floor", name="New", capacity="5")
    step(browser, "seatmap", pk, "version")

    assert "Add seats" not in page
    assert any("in use and cannot change" in message for message in messages_of(refused))
    new = SeatMap.objects.get(version=2)
    assert (new.sections.count(), new.frozen_at) == (1, None)
    assert new.sections.get().seats.count() == 20


def test_a_date_is_changed_by_the_venues_clock(browser: Client, event: Event) -> None:
    step(browser, "event", event.pk, "postpone")
    answer = step(
        browser, "event", event.pk, "reschedule",
        starts_at_0="2027-08-01", starts_at_1="20:00", doors_at_0="", doors_at_1="",
        ends_at_0="", ends_at_1="",
    )  # fmt: skip

    assert messages_of(answer) == [f"“{event.name}” has a new date."]
    event.refresh_from_db()
    assert event.status == "on_sale"
    assert event.starts_at == datetime(2027, 8, 1, 19, 0, tzinfo=UTC)  # 20:00 in London


def test_a_cancelled_event_is_cancelled_once(browser: Client, event: Event) -> None:
    step(browser, "event", event.pk, "cancel", reason="The singer is ill")
    again = step(browser, "event", event.pk, "cancel", reason="again")

    assert any("is cancelled" in message for message in messages_of(again))
    record = AuditRecord.objects.get(subject="event", action="cancelled")
    assert record.details == {"reason": "The singer is ill"}


def test_performers_are_billed_in_order(browser: Client) -> None:
    event = priced_event()
    guest = PerformerFactory.create(name="The Guest")
    billed = event.billing.get()
    assert event.seat_map is not None

    browser.post(
        f"/admin/events/event/{event.pk}/change/",
        {
            **event_fields(event.venue, event.seat_map, currency="USD"),
            **no_inlines("price_levels", "sale_windows"),
            "billing-TOTAL_FORMS": "2",
            "billing-INITIAL_FORMS": "1",
            "billing-MAX_NUM_FORMS": "1000",
            "billing-0-id": str(billed.pk),
            "billing-0-event": str(event.pk),
            "billing-0-performer": str(billed.performer_id),
            "billing-0-position": "1",
            "billing-1-id": "",
            "billing-1-event": str(event.pk),
            "billing-1-performer": str(guest.pk),
            "billing-1-position": "0",
        },
    )

    assert [line.performer.name for line in event.billing.all()] == [
        "The Guest",
        billed.performer.name,
    ]


def test_a_venue_needs_a_zone_or_a_point(browser: Client) -> None:
    at_sea = {**VENUE, "latitude": "0", "longitude": "-30"}
    nowhere = {**VENUE, "latitude": "", "longitude": ""}

    for fields in (at_sea, nowhere):
        answer = browser.post("/admin/events/venue/add/", fields)
        assert "Give a time zone" in text_of(answer)

    assert not Venue.objects.exists()


def test_windows_are_shown_by_the_venues_clock(browser: Client, event: Event) -> None:
    SaleWindow.objects.update(opens_at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC))

    page = text_of(browser.get(f"/admin/events/event/{event.pk}/change/"))

    assert re.search(r'value="10:00:00"[^>]*name="sale_windows-0-opens_at_1"', page) or re.search(
        r'name="sale_windows-0-opens_at_1"[^>]*value="10:00:00"', page
    )
