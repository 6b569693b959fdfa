"""A confirmed booking of two tickets, without money."""

import pytest

from bookings.confirmation import confirm_free
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.models import Event, Venue
from tests.factories import VenueFactory, on_sale_event, tickets_of
from ticketmaster.accounts.models import User


@pytest.fixture
def venue(db: None) -> Venue:
    """In Auckland, where the day is another one."""
    return VenueFactory.create(
        name="Town Hall",
        address="303 Queen Street",
        postal_code="1010",
        city="Auckland",
        region="",
        country="NZ",
        time_zone="Pacific/Auckland",
    )


@pytest.fixture
def evening(venue: Venue) -> Event:
    """Free of charge, with two rows and standing room."""
    return on_sale_event(
        name="An evening & more", venue=venue, standing=5, prices={"Stalls": 0, "Floor": 0}
    )


@pytest.fixture
def booking(evening: Event, fan: User) -> Booking:
    """Row A, seats 1 and 2."""
    held = hold_tickets(user=fan, ticket_ids=[ticket.pk for ticket in tickets_of(evening)[:2]])
    return confirm_free(user_id=fan.pk, reference=held.reference)


@pytest.fixture
def admissions(booking: Booking) -> list[Admission]:
    """In the order of their lines."""
    return list(Admission.objects.filter(line__booking=booking).order_by("line_id"))
