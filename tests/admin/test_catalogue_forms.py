"""What the forms of the catalogue refuse, and how maps and dates change."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from events.models import Event, SaleWindow, SeatMap, Section, Venue
from tests.admin.staff import VENUE, event_fields, messages_of, no_inlines, step, text_of
from tests.factories import PerformerFactory, VenueFactory, priced_event, small_map
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_at_0": "2031-07-14", "ends_at_1": "18:00"}, "cannot end before it starts"),
        ({"doors_at_1": "20:00"}, "Doors open before the start"),
        ({"currency": "ZZZ"}, "not an ISO 4217 currency"),
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
        starts_at_0="2031-08-01", starts_at_1="20:00", doors_at_0="", doors_at_1="",
        ends_at_0="", ends_at_1="",
    )  # fmt: skip

    assert messages_of(answer) == [f"“{event.name}” has a new date."]
    event.refresh_from_db()
    assert event.status == "on_sale"
    assert event.starts_at == datetime(2031, 8, 1, 19, 0, tzinfo=UTC)  # 20:00 in London


def test_a_cancelled_event_is_cancelled_once(browser: Client, event: Event) -> None:
    step(browser, "event", event.pk, "cancel", bookings="0", reason="The singer is ill")
    again = step(browser, "event", event.pk, "cancel", bookings="0", reason="again")

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
