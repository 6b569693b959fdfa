"""Forms that staff loaded before something was sold, and nights on which clocks are changed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.test import Client

from bookings.confirmation import claim_for_payment, sell_tickets
from bookings.holds import hold_tickets
from events.blocking import block_tickets
from events.errors import TicketsNotBlockable
from events.models import Event, Ticket
from tests.admin.staff import event_fields, no_inlines
from tests.factories import priced_event, tickets_of
from tests.races.interleaving import in_thread
from ticketmaster.accounts.models import User

UTC = ZoneInfo("UTC")


@pytest.mark.django_db(transaction=True)
def test_f07_a_form_loaded_before_the_sale_puts_no_sold_seat_back(
    browser: Client, event: Event, fan: User
) -> None:
    """The event's form and the seat's own page are saved after the seat was sold."""
    seat = tickets_of(event)[0]
    pages = [f"/admin/events/event/{event.pk}/change/", f"/admin/events/ticket/{seat.pk}/change/"]
    assert [browser.get(page).status_code for page in pages] == [200, 200]

    def sell() -> None:
        booking = hold_tickets(user=fan, ticket_ids=[seat.pk])
        claim_for_payment(booking_id=booking.pk)
        sell_tickets(booking_id=booking.pk)

    in_thread(sell)
    fields = event_fields(event.venue, event.seat_map, name="Another name")
    browser.post(pages[0], {**fields, **no_inlines("tickets")})
    browser.post(pages[1], {"status": "available", "booking": "", "reserved_until": ""})

    seat.refresh_from_db()
    assert seat.status == Ticket.Status.SOLD


@pytest.mark.django_db(transaction=True)
def test_f75_seats_that_are_held_or_sold_cannot_be_taken_off_sale(event: Event, fan: User) -> None:
    held = hold_tickets(user=fan, ticket_ids=[tickets_of(event)[0].pk])

    with pytest.raises(TicketsNotBlockable):
        block_tickets(
            event_id=event.pk,
            ticket_ids=[one.pk for one in tickets_of(event)],
            actor_id=None,
            reason="bulk edit",
        )

    assert {one.status for one in tickets_of(event)} == {"available", "reserved"}
    assert held.lines.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_f72_an_evening_keeps_its_hour_over_a_change_of_the_clocks(zone: str) -> None:
    """Stored in UTC, read in the venue's zone: 20:00 before and after the change is 20:00."""
    place = ZoneInfo(zone)
    for month in (1, 4, 7, 10, 12):
        evening = datetime(2031, month, 15, 20, 0, tzinfo=place)
        event = priced_event(starts_at=evening.astimezone(UTC))
        event.refresh_from_db()

        assert event.starts_at.astimezone(place).hour == 20
        assert event.starts_at.utcoffset() == timedelta(0)


def test_f72_every_zone_gives_back_the_moment_it_was_given() -> None:
    """Through the hour that is there twice and the one that is not, in each zone there is."""
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for hours in range(0, 366 * 24, 61):
            moment = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=hours)

            assert moment.astimezone(zone).astimezone(UTC) == moment, name
