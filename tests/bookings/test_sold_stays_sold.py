"""F07: nothing puts a sold seat back on sale while somebody carries its ticket."""

import pytest
from django.db import IntegrityError, transaction

from bookings.cancellation import cancel_confirmed
from bookings.confirmation import claim_for_payment, sell_tickets
from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event, Ticket
from tests.bookings.helpers import ids, states
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sold(event: Event, fan: User) -> Booking:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))
    claim_for_payment(booking_id=booking.pk)
    return sell_tickets(booking_id=booking.pk)


def test_f07_a_stale_write_of_the_whole_row_is_refused(event: Event, fan: User) -> None:
    """The form was loaded while the seat was free, and saved after it was sold."""
    stale = Ticket.objects.get(pk=ids(event, 1)[0])
    booking = hold_tickets(user=fan, ticket_ids=[stale.pk])
    claim_for_payment(booking_id=booking.pk)
    sell_tickets(booking_id=booking.pk)

    with pytest.raises(IntegrityError, match="carried by somebody"):
        stale.save()

    assert states(event) == {"available": 19, "sold": 1}


@pytest.mark.parametrize("status", ["available", "blocked"])
def test_f07_no_statement_takes_a_sold_seat_away(sold: Booking, event: Event, status: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(booking=sold).update(status=status, booking=None)

    assert states(event) == {"available": 18, "sold": 2}


def test_a_cancellation_puts_its_seats_back_on_sale(sold: Booking, event: Event) -> None:
    cancel_confirmed(booking_id=sold.pk)

    assert states(event) == {"available": 20}
