"""One's own bookings over HTTP: reading, listing, holding longer, giving back."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event
from tests.bookings.helpers import error, ids, lapse, states
from tests.factories import on_sale_event
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db


def test_one_booking_and_the_list(app: Client, event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))

    one = app.get(f"/api/v1/bookings/{booking.reference}").json()
    listed = app.get("/api/v1/bookings").json()

    assert listed == {"results": [one], "next": None}
    assert one["reference"] == booking.reference


def test_a_lapsed_hold_reads_expired_and_its_tickets_available(
    app: Client, event: Event, fan: User
) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))
    lapse(booking)

    answer = app.get(f"/api/v1/bookings/{booking.reference}").json()

    assert answer["status"] == "expired"
    assert {ticket["status"] for ticket in answer["tickets"]} == {"available"}


def test_the_list_of_many_bookings_takes_a_fixed_number_of_queries(
    app: Client, fan: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    event = on_sale_event(rows="A-D", max_tickets_per_person=50)
    for start in range(25):
        booking = hold_tickets(user=fan, ticket_ids=ids(event, 1, start=start))
        Booking.objects.filter(pk=booking.pk).update(status="cancelled")

    with django_assert_max_num_queries(10):
        first = app.get("/api/v1/bookings").json()
    second = app.get(first["next"]).json()

    assert (len(first["results"]), len(second["results"]), second["next"]) == (20, 5, None)


def test_release_and_extend(app: Client, event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))
    address = f"/api/v1/bookings/{booking.reference}"

    extended = app.post(f"{address}/extend")
    again = app.post(f"{address}/extend")
    released = app.delete(address)
    repeated = app.delete(address)

    assert extended.status_code == 200
    assert extended.json()["expires_at"] > booking.expires_at.isoformat()
    assert error(again)[:2] == (409, "already_extended")
    assert (released.status_code, released.json()["status"]) == (200, "cancelled")
    assert repeated.json() == released.json()
    assert states(event) == {"available": 20}


def test_anothers_booking_is_not_found(app: Client, event: Event, other_fan: User) -> None:
    booking = hold_tickets(user=other_fan, ticket_ids=ids(event, 1))
    address = f"/api/v1/bookings/{booking.reference}"

    for answer in (app.get(address), app.delete(address), app.post(f"{address}/extend")):
        assert error(answer)[:2] == (404, "not_found")

    assert Booking.objects.get(pk=booking.pk).status == "reserved"
