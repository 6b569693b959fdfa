"""Crowds that ask for the same kind of place at once: all are served, and nobody twice."""

from collections import Counter

import pytest

from bookings.best_available import hold_best_available
from bookings.models import Booking
from bookings.wishes import Wish
from events.models import Ticket
from tests.factories import UserFactory, on_sale_event
from tests.races.interleaving import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def ask(event_id: int, *, buyers: int, quantity: int) -> Counter[str]:
    """How many were served, and the codes of those who were not."""
    people = UserFactory.create_batch(buyers)

    def act(user):
        return hold_best_available(user=user, wish=Wish(event_id=event_id, quantity=quantity))

    results = at_once([lambda user=user: act(user) for user in people])
    return Counter(
        "served" if isinstance(one, Booking) else getattr(one, "code", repr(one)) for one in results
    )


def test_f11_thirty_people_and_twenty_standing_places():
    event = on_sale_event(rows="", standing=20)

    outcomes = ask(event.pk, buyers=30, quantity=1)

    assert outcomes == {"served": 20, "no_block_available": 10}
    assert Ticket.objects.filter(event=event, status="reserved").count() == 20


def test_f11_as_many_places_as_people_serves_everybody():
    event = on_sale_event(rows="", standing=30)

    assert ask(event.pk, buyers=30, quantity=1) == {"served": 30}


def test_f12_twenty_parties_of_four_in_a_hall_of_eighty_are_all_seated():
    """Nobody fights over the best block, and no party is split. (In wider rows the best places go
    first, and the last parties find two seats here and two there.)"""
    event = on_sale_event(rows="1-20", seats_per_row=4)

    assert ask(event.pk, buyers=20, quantity=4) == {"served": 20}

    rows = Counter(
        (booking.pk, line.ticket.seat.row)
        for booking in Booking.objects.prefetch_related("lines__ticket__seat")
        for line in booking.lines.all()
    )
    assert set(rows.values()) == {4}
