"""A claim is answered from what it has locked, as if its booking had been read back."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from bookings.api.shapes import booking_shape
from bookings.best_available import hold_best_available
from bookings.holds import hold_tickets
from bookings.models import Booking
from bookings.wishes import Wish
from events.models import Event, Seat
from tests.factories import UserFactory, on_sale_event, tickets_of
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db

REQUEST = RequestFactory().get("/")


@pytest.fixture
def mixed() -> Event:
    """Seats, one of them for a wheelchair, and a floor, at prices of their own."""
    event = on_sale_event(standing=10, prices={"Stalls": 5000, "Floor": 3000})
    Seat.objects.filter(pk=tickets_of(event, "Stalls")[2].seat_id).update(accessible=True)
    return event


@pytest.fixture
def buyer() -> User:
    return UserFactory.create()


def test_tickets_by_their_ids_are_told_in_the_drawings_order(mixed: Event, buyer: User) -> None:
    floor, stalls = tickets_of(mixed, "Floor"), tickets_of(mixed, "Stalls")
    wanted = [floor[0].pk, *(ticket.pk for ticket in (stalls[13], stalls[2], stalls[1]))]

    booking = hold_tickets(user=buyer, ticket_ids=wanted)

    told = booking_shape(booking, REQUEST)
    assert told == booking_shape(Booking.objects.get(pk=booking.pk), REQUEST)
    assert [ticket["id"] for ticket in told["tickets"]] == [
        *(ticket.pk for ticket in (stalls[1], stalls[2], stalls[13])),
        floor[0].pk,
    ]
    assert [ticket["accessible"] for ticket in told["tickets"]] == [False, True, False, False]
    assert [ticket["price"]["amount"] for ticket in told["tickets"]] == [5000, 5000, 5000, 3000]
    assert told["tickets"][3]["row"] is None


@pytest.mark.parametrize("section", ["Stalls", "Floor"])
def test_places_that_we_chose_are_told_alike(mixed: Event, buyer: User, section: str) -> None:
    section_id = tickets_of(mixed, section)[0].section_id
    wish = Wish(event_id=mixed.pk, quantity=2, section_id=section_id)

    booking = hold_best_available(user=buyer, wish=wish)

    told = booking_shape(booking, REQUEST)
    assert told == booking_shape(Booking.objects.get(pk=booking.pk), REQUEST)
    assert [ticket["status"] for ticket in told["tickets"]] == ["reserved", "reserved"]


def test_the_answer_to_a_claim_reads_nothing_back(mixed: Event, buyer: User) -> None:
    booking = hold_tickets(user=buyer, ticket_ids=[tickets_of(mixed)[0].pk])
    booking_shape(booking, REQUEST)  # the event's part is known from here on

    with CaptureQueriesContext(connection) as queries:
        booking_shape(booking, REQUEST)

    assert len(queries) == 0


def test_a_booking_that_has_moved_on_is_read(mixed: Event, buyer: User) -> None:
    booking = hold_tickets(user=buyer, ticket_ids=[tickets_of(mixed)[0].pk])
    booking.status = Booking.Status.PAYING
    booking_shape(booking, REQUEST)

    with CaptureQueriesContext(connection) as queries:
        booking_shape(booking, REQUEST)

    assert len(queries) == 1
