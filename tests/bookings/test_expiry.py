"""The cleaner frees what lapsed, and nothing else."""

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.expiry import release_lapsed_holds
from bookings.holds import hold_tickets
from bookings.models import Booking
from bookings.tasks import release_expired_reservations
from events.models import Event
from tests.bookings.helpers import ids, lapse, states
from tests.factories import UserFactory, on_sale_event
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db


def test_lapsed_holds_go_back_on_sale(event: Event, fan: User, other_fan: User) -> None:
    lapsed = hold_tickets(user=fan, ticket_ids=ids(event, 2))
    lasting = hold_tickets(user=other_fan, ticket_ids=ids(event, 3, start=5))
    lapse(lapsed)

    assert release_lapsed_holds() == 1

    assert states(event) == {"available": 17, "reserved": 3}
    assert Booking.objects.get(pk=lapsed.pk).status == "expired"
    assert Booking.objects.get(pk=lasting.pk).status == "reserved"
    assert release_lapsed_holds() == 0


def test_a_booking_being_paid_is_left_alone(event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))
    lapse(booking)
    Booking.objects.filter(pk=booking.pk).update(status="paying")

    release_expired_reservations()

    assert states(event) == {"available": 18, "reserved": 2}


def test_the_number_of_queries_does_not_grow_with_the_number_of_holds(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    event = on_sale_event(rows="A-F")
    for start in range(0, 60, 2):
        lapse(hold_tickets(user=UserFactory.create(), ticket_ids=ids(event, 2, start=start)))

    with django_assert_max_num_queries(14):
        assert release_lapsed_holds() == 30

    assert states(event) == {"available": 60}
