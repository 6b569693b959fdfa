"""Best available against real tickets: seats first, then standing, within price and section."""

import pytest

from bookings.best_available import hold_best_available
from bookings.errors import NoBlockAvailable, SaleNotOpen, TicketLimitReached
from bookings.models import Booking
from bookings.wishes import Wish
from events.models import Event, SaleWindow, Ticket
from tests.factories import UserFactory, on_sale_event, priced_event, tickets_of
from ticketmaster.accounts.models import User
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db


def held(booking: Booking) -> list[Ticket]:
    return list(Ticket.objects.filter(booking=booking).in_drawing_order())


def test_neighbours_in_the_best_row(event: Event, fan: User) -> None:
    booking = hold_best_available(user=fan, wish=Wish(event_id=event.pk, quantity=3))

    seats = held(booking)
    assert [ticket.position - seats[0].position for ticket in seats] == [0, 1, 2]
    assert {ticket.seat.row for ticket in seats} == {"A"}


def test_seats_come_before_standing_places(mixed_event: Event, fan: User) -> None:
    booking = hold_best_available(user=fan, wish=Wish(event_id=mixed_event.pk, quantity=2))

    assert {ticket.section.name for ticket in held(booking)} == {"Stalls"}


def test_standing_places_when_no_block_is_left(mixed_event: Event, fan: User) -> None:
    Ticket.objects.filter(event=mixed_event, seat__isnull=False).update(status="blocked")

    booking = hold_best_available(user=fan, wish=Wish(event_id=mixed_event.pk, quantity=3))

    assert {ticket.section.name for ticket in held(booking)} == {"Floor"}
    assert booking.total_minor == 3 * 4500


def test_a_section_by_its_id(mixed_event: Event, fan: User) -> None:
    floor = tickets_of(mixed_event, "Floor")[0].section_id
    wish = Wish(event_id=mixed_event.pk, quantity=2, section_id=floor)

    booking = hold_best_available(user=fan, wish=wish)

    assert {ticket.section_id for ticket in held(booking)} == {floor}


def test_nothing_above_the_price_asked_for(fan: User) -> None:
    event = on_sale_event(standing=5, prices={"Stalls": 9000, "Floor": 2000})

    booking = hold_best_available(
        user=fan, wish=Wish(event_id=event.pk, quantity=2, max_price_minor=2000)
    )

    assert {ticket.section.name for ticket in held(booking)} == {"Floor"}
    with pytest.raises(NoBlockAvailable):
        hold_best_available(
            user=fan, wish=Wish(event_id=event.pk, quantity=1, max_price_minor=1999)
        )


def test_more_than_are_left_together(event: Event, fan: User) -> None:
    Ticket.objects.filter(event=event, position__in=[3, 7, 13, 17]).update(status="blocked")

    with pytest.raises(NoBlockAvailable):
        hold_best_available(user=fan, wish=Wish(event_id=event.pk, quantity=6))

    assert Booking.objects.count() == 0


def test_blocks_under_a_ticket_lock_are_passed_over_by_a_crowd(fan: User) -> None:
    event = on_sale_event(rows="A-J")
    buyers = [UserFactory.create() for _ in range(10)]

    bookings = [
        hold_best_available(user=buyer, wish=Wish(event_id=event.pk, quantity=4))
        for buyer in buyers
    ]

    taken = [ticket.pk for booking in bookings for ticket in held(booking)]
    assert len(taken) == len(set(taken)) == 40


def test_the_limit_per_person_holds_here_too(fan: User) -> None:
    event = on_sale_event(max_tickets_per_person=2)

    with pytest.raises(TicketLimitReached):
        hold_best_available(user=fan, wish=Wish(event_id=event.pk, quantity=3))


def test_a_sale_that_is_not_open(fan: User) -> None:
    event = on_sale_event()
    later = database_now().replace(year=2099)
    SaleWindow.objects.filter(event=event).update(opens_at=later)

    for one in (event, priced_event()):
        with pytest.raises(SaleNotOpen):
            hold_best_available(user=fan, wish=Wish(event_id=one.pk, quantity=1))


@pytest.mark.parametrize("quantity", [0, -1, 51])
def test_impossible_numbers(event: Event, fan: User, quantity: int) -> None:
    with pytest.raises(InvalidInput):
        hold_best_available(user=fan, wish=Wish(event_id=event.pk, quantity=quantity))


def test_unknown_events_and_sections(event: Event, fan: User) -> None:
    with pytest.raises(NotFound):
        hold_best_available(user=fan, wish=Wish(event_id=2**40, quantity=1))
    with pytest.raises(NotFound):
        hold_best_available(user=fan, wish=Wish(event_id=event.pk, quantity=1, section_id=2**40))
