"""Two people, one seat: with the guards one of them has it, without them both would.

Each race has its negative control, which takes the guards of that path away in the test only (the
row locks of `bookings.locks`, the compare-and-set, the ticket lock in Redis) and shows the double
sale itself, or the limit passed.
"""

from collections.abc import Sequence
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection

from bookings.claimed import ClaimedTicket
from bookings.errors import TicketsUnavailable
from bookings.holds import hold_tickets
from bookings.locks import CLAIMED
from bookings.models import Booking
from events.models import Event, Ticket
from tests.bookings.helpers import ids
from tests.factories import UserFactory, on_sale_event
from tests.races.interleaving import at_once, just_before
from ticketmaster.accounts.models import User

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def read_without_lock(ticket_ids: Sequence[int]) -> list[ClaimedTicket]:
    """What `claim_named` reads, without locking anything."""
    with connection.cursor() as cursor:
        cursor.execute(f"{CLAIMED} WHERE t.id = ANY(%s) ORDER BY t.id", [list(ticket_ids)])
        return [ClaimedTicket(*row) for row in cursor.fetchall()]


def holders_of(ticket_id: int) -> list[int]:
    """Bookings that were told that they hold this ticket."""
    return list(
        Booking.objects.filter(lines__ticket_id=ticket_id, status="reserved").values_list(
            "pk", flat=True
        )
    )


# --- one seat, a rival between the read and the write ---------------------------------------------


def test_a_rival_between_lock_and_write_is_refused(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    [seat] = ids(event, 1)
    first, second = fans

    with just_before(
        "bookings.claims.write_hold", lambda: hold_tickets(user=second, ticket_ids=[seat])
    ) as rival:
        hold_tickets(user=first, ticket_ids=[seat])

    assert isinstance(rival[0], TicketsUnavailable)
    assert len(holders_of(seat)) == 1
    assert Ticket.objects.get(pk=seat).booking.user_id == first.pk


def test_control_without_lock_and_compare_and_set_both_hold_the_seat(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    [seat] = ids(event, 1)
    first, second = fans

    with (
        mock.patch("bookings.holds.claim_named", read_without_lock),
        mock.patch("bookings.hold_writing.STILL_TAKEABLE", "TRUE"),
        just_before(
            "bookings.claims.write_hold", lambda: hold_tickets(user=second, ticket_ids=[seat])
        ) as rival,
    ):
        hold_tickets(user=first, ticket_ids=[seat])

    assert isinstance(rival[0], Booking)
    assert len(holders_of(seat)) == 2  # the double sale


# --- one seat, many at once -----------------------------------------------------------------------


def test_thirty_people_and_one_seat(event: Event, transactional_db: None) -> None:
    [seat] = ids(event, 1)
    crowd = [UserFactory.create() for _ in range(30)]

    outcomes = at_once([lambda fan=fan: hold_tickets(user=fan, ticket_ids=[seat]) for fan in crowd])

    winners = [outcome for outcome in outcomes if isinstance(outcome, Booking)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, TicketsUnavailable)]
    assert (len(winners), len(losers)) == (1, 29)
    assert holders_of(seat) == [winners[0].pk]
    call_command("check_invariants")


def test_thirty_people_and_one_seat_without_redis(
    event: Event, transactional_db: None, no_ticket_lock: None
) -> None:
    [seat] = ids(event, 1)
    crowd = [UserFactory.create() for _ in range(30)]

    outcomes = at_once([lambda fan=fan: hold_tickets(user=fan, ticket_ids=[seat]) for fan in crowd])

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TicketsUnavailable) for outcome in outcomes) == 29
    assert len(holders_of(seat)) == 1


# --- one person, two tabs -------------------------------------------------------------------------


def test_two_tabs_of_one_person_stay_within_the_limit(transactional_db: None) -> None:
    event = on_sale_event(max_tickets_per_person=4)
    fan = UserFactory.create()

    outcomes = at_once(
        [
            lambda start=start: hold_tickets(user=fan, ticket_ids=ids(event, 3, start=start))
            for start in (0, 5, 12)
        ]
    )

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1
    assert Ticket.objects.filter(event=event, status="reserved").count() == 3


def test_control_without_the_persons_lock_two_tabs_pass_the_limit(transactional_db: None) -> None:
    event = on_sale_event(max_tickets_per_person=4)
    fan = UserFactory.create()

    with (
        mock.patch("bookings.claims.lock_sale_of", return_value=event.pk),
        just_before(
            "bookings.claims.write_hold",
            lambda: hold_tickets(user=fan, ticket_ids=ids(event, 3, start=5)),
        ) as second,
    ):
        hold_tickets(user=fan, ticket_ids=ids(event, 3))

    assert isinstance(second[0], Booking)
    assert Ticket.objects.filter(event=event, status="reserved").count() == 6  # above the limit
