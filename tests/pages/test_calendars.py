"""Files for calendars: the evening, and the moment its sale opens."""

from datetime import UTC, datetime, timedelta

from django.test import Client
from django.utils import timezone

from events.models import Event
from events.publishing import cancel_event
from tests.factories import EventFactory, SaleWindowFactory, VenueFactory


def lines_of(event: Event, name: str) -> list[str]:
    """The lines of the file, unfolded."""
    answer = Client().get(f"/event/{event.pk}/{name}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    return answer.content.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_lasts_from_its_doors_to_its_end(db):
    venue = VenueFactory.create(
        name="Larch Hall", address="", postal_code="", city="Leeds", region="", country="GB"
    )
    event = EventFactory.create(
        name="Größe, Wärme; 東京の夜" + " und noch einmal" * 6,
        venue=venue,
        doors_at=datetime(2031, 3, 14, 18, 30, tzinfo=UTC),
        starts_at=datetime(2031, 3, 14, 19, 30, tzinfo=UTC),
        ends_at=datetime(2031, 3, 14, 22, 0, tzinfo=UTC),
    )

    lines = lines_of(event, "calendar")

    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART:20310314T183000Z" in lines
    assert "DTEND:20310314T220000Z" in lines
    assert "SUMMARY:Größe\\, Wärme\\; 東京の夜" + " und noch einmal" * 6 in lines
    assert "LOCATION:Larch Hall\\, Leeds\\, United Kingdom" in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_the_opening_of_a_sale_reminds_a_quarter_of_an_hour_before(db):
    event = EventFactory.create(name="Larks", starts_at=timezone.now() + timedelta(days=60))
    SaleWindowFactory.create(event=event, opens_at=datetime(2031, 1, 2, 10, 0, tzinfo=UTC))

    page = Client().get(f"/event/{event.pk}").content.decode()
    lines = lines_of(event, "opening")

    assert f'href="/event/{event.pk}/opening.ics"' in page
    assert "SUMMARY:Tickets on sale: Larks" in lines
    assert "DTSTART:20310102T100000Z" in lines
    assert "TRIGGER:-PT15M" in lines


def test_what_will_not_take_place_has_no_date_and_what_is_open_no_opening(event):
    assert Client().get(f"/event/{event.pk}/opening.ics").status_code == 404

    cancel_event(event_id=event.pk)

    assert Client().get(f"/event/{event.pk}/calendar.ics").status_code == 404
    assert ".ics" not in Client().get(f"/event/{event.pk}").content.decode()
