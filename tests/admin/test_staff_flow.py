"""Staff make a venue, a map, an event with prices and a sale window, and put it on sale."""

import re
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from events.models import Event, PriceLevel, SaleWindow, SeatMap, Ticket, Venue
from tests.admin.staff import VENUE, event_fields, messages_of, no_inlines, step, text_of
from tests.factories import priced_event
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db


# Parkett costs 45.50 and a fee, Stehen 20 with a fee and a tax; sold to all from New Year on.
PRICES_AND_WINDOW = {
    **no_inlines("price_levels", "sale_windows"),
    "price_levels-TOTAL_FORMS": "2",
    "price_levels-MAX_NUM_FORMS": "1000",
    "price_levels-0-name": "Parkett",
    "price_levels-0-face": "45,50",
    "price_levels-0-fee": "4.50",
    "price_levels-0-tax": "",
    "price_levels-0-position": "0",
    "price_levels-1-name": "Stehen",
    "price_levels-1-face": "20",
    "price_levels-1-fee": "2",
    "price_levels-1-tax": "0.50",
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
}


def make_venue(browser: Client) -> Venue:
    """The hall, whose clock the site finds by itself."""
    made = browser.post("/admin/events/venue/add/", VENUE, follow=True)
    venue = Venue.objects.get()
    assert (venue.time_zone, venue.country) == ("Europe/Berlin", "DE")
    assert any("Europe/Berlin" in message for message in messages_of(made))
    return venue


def make_map(browser: Client, venue: Venue) -> SeatMap:
    """An empty map with a podium."""
    browser.post(
        "/admin/events/seatmap/add/",
        {"venue": venue.pk, "name": "Concert", "stage_label": "Podium"},
    )
    seat_map = SeatMap.objects.get()
    assert (seat_map.name, seat_map.version, seat_map.stage["label"]) == ("Concert", 1, "Podium")
    return seat_map


def draw_sections(browser: Client, seat_map: SeatMap) -> None:
    """400 seats, one of them for a wheelchair, and 40 places to stand."""
    step(
        browser, "seatmap", seat_map.pk, "seats",
        name="Parkett", level="Parkett", rows="A-T", seats_per_row="20", aisles_after="10",
        curve="0.5", accessible_rows="t",
    )  # fmt: skip
    step(browser, "seatmap", seat_map.pk, "floor", name="Stehplatz", level="", capacity="40")
    parkett = seat_map.sections.get(name="Parkett")
    assert parkett.seats.count() == 400
    assert parkett.seats.filter(accessible=True).count() == 1
    assert seat_map.sections.get(name="Stehplatz").capacity == 40
    page = text_of(browser.get(f"/admin/events/seatmap/{seat_map.pk}/change/"))
    assert page.count("<polygon") == 3


def make_event(browser: Client, seat_map: SeatMap) -> Event:
    """A draft that starts at 19:30 in Hannover."""
    browser.post("/admin/events/event/add/", event_fields(seat_map.venue, seat_map))
    event = Event.objects.get()
    assert event.status == Event.Status.DRAFT
    assert event.starts_at == datetime(2031, 7, 14, 17, 30, tzinfo=UTC)
    return event


def set_prices_and_window(browser: Client, event: Event, seat_map: SeatMap) -> None:
    """A price for each section, and the window in which they are sold."""
    sections = {section.name: str(section.pk) for section in seat_map.sections.all()}
    saved = browser.post(
        f"/admin/events/event/{event.pk}/change/",
        {
            **event_fields(seat_map.venue, seat_map),
            **PRICES_AND_WINDOW,
            "price_levels-0-on_sections": [sections["Parkett"]],
            "price_levels-1-on_sections": [sections["Stehplatz"]],
        },
    )
    assert saved.status_code == 302, re.findall("error[^<]*<li>[^<]*", text_of(saved))
    prices = {
        level.name: (level.face_minor, level.fee_minor, level.tax_minor)
        for level in PriceLevel.objects.all()
    }
    assert prices == {"Parkett": (4550, 450, 0), "Stehen": (2000, 200, 50)}
    assert SaleWindow.objects.get().opens_at == datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def put_on_sale(browser: Client, event: Event) -> None:
    """Every place has a ticket at its section's price."""
    step(browser, "event", event.pk, "schedule")
    sold = step(browser, "event", event.pk, "on-sale")

    event.refresh_from_db()
    assert (event.status, event.ticket_total) == ("on_sale", 440)
    assert messages_of(sold) == ["“Mahler 8” is on sale with 440 tickets."]
    assert Ticket.objects.filter(event=event, price_level__name="Stehen").count() == 40


def test_from_an_empty_house_to_tickets_on_sale(browser: Client, staff: User) -> None:
    venue = make_venue(browser)
    seat_map = make_map(browser, venue)
    draw_sections(browser, seat_map)
    event = make_event(browser, seat_map)
    set_prices_and_window(browser, event, seat_map)
    put_on_sale(browser, event)

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
