"""A lapsed hold between the one who pays, the next buyer and the cleaner: one has the seat.

Each sale has its negative control, which takes its guards away in the test only and shows one seat
promised, or sold, to two.
"""

from collections.abc import Sequence
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from bookings import ticket_lock
from bookings.confirmation import claim_for_payment, sell_tickets
from bookings.errors import BookingExpired, TicketsLost, TicketsUnavailable
from bookings.expiry import release_lapsed_holds
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.models import Event, Ticket
from tests.bookings.helpers import ids, lapse
from tests.factories import UserFactory
from tests.races.interleaving import at_once, in_thread, just_before, without_constraint
from ticketmaster.accounts.models import User

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


# --- taken over while its owner begins to pay -----------------------------------------------------


def test_a_takeover_while_its_owner_begins_to_pay_loses(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    """The owner was in time: whoever comes between its check and its write must not get in."""
    [seat] = ids(event, 1)
    owner, rival_fan = fans
    booking = hold_tickets(user=owner, ticket_ids=[seat])

    with just_before(
        "bookings.confirmation.move", lambda: hold_tickets(user=rival_fan, ticket_ids=[seat])
    ) as rival:
        claim_for_payment(booking_id=booking.pk)

    assert isinstance(rival[0], TicketsUnavailable)
    assert sell_tickets(booking_id=booking.pk).status == "confirmed"
    assert Ticket.objects.get(pk=seat).booking_id == booking.pk


def test_a_hold_that_lapses_while_payment_waits_for_its_lock_is_refused(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    """F06: the clock is read after the wait for the lock, not before it."""
    [seat] = ids(event, 1)
    booking = hold_tickets(user=fans[0], ticket_ids=[seat])

    with (
        just_before("bookings.confirmation.lock_tickets_of", lambda: lapse_all(booking)),
        pytest.raises(BookingExpired),
    ):
        claim_for_payment(booking_id=booking.pk)

    assert Booking.objects.get(pk=booking.pk).status == "reserved"


def lapse_all(booking: Booking) -> None:
    """Move the tickets' end into the past; the booking's own row is locked by the payment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_ticket SET status = 'available', booking_id = NULL,"
            " reserved_until = NULL WHERE booking_id = %s",
            [booking.pk],
        )


def test_control_without_the_fresh_reading_a_lapsed_hold_is_sold(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    """The deadline tested before the lock, as a guarded UPDATE would: a lost hold is sold."""
    [seat] = ids(event, 1)
    booking = hold_tickets(user=fans[0], ticket_ids=[seat])
    early = list(Ticket.objects.filter(booking=booking))

    with (
        mock.patch("bookings.confirmation.lock_tickets_of", return_value=early),
        mock.patch("bookings.confirmation.keep_until"),
    ):
        in_thread(lambda: lapse_all(booking))
        claim_for_payment(booking_id=booking.pk)

    rival = hold_tickets(user=fans[1], ticket_ids=[seat])
    assert Booking.objects.get(pk=booking.pk).status == "paying"
    assert rival.status == "reserved"  # the same seat is promised to two


# --- selling against taking over ------------------------------------------------------------------


def test_late_money_and_a_new_buyer_of_the_same_seat(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    [seat] = ids(event, 1)
    booking = hold_tickets(user=fans[0], ticket_ids=[seat])
    lapse(booking)

    with (
        just_before(
            "bookings.confirmation.lock_tickets",
            lambda: hold_tickets(user=fans[1], ticket_ids=[seat]),
        ) as rival,
        pytest.raises(TicketsLost),
    ):
        sell_tickets(booking_id=booking.pk)

    assert isinstance(rival[0], Booking)
    assert Ticket.objects.get(pk=seat).booking_id == rival[0].pk
    assert Admission.objects.count() == 0


def test_control_without_any_guard_one_seat_is_sold_twice(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    """Row locks, the test after them and the constraint taken away: two admissions, one seat."""
    [seat] = ids(event, 1)
    late = hold_tickets(user=fans[0], ticket_ids=[seat])
    lapse(late)
    rival = hold_tickets(user=fans[1], ticket_ids=[seat])
    claim_for_payment(booking_id=rival.pk)
    sell_tickets(booking_id=rival.pk)

    with without_constraint("bookings_admission", "one_live_admission_per_ticket"):
        with (
            mock.patch(
                "bookings.confirmation.lock_tickets",
                lambda ids: Ticket.objects.filter(pk__in=ids),
            ),
            mock.patch("bookings.confirmation._refuse_lost"),
            mock.patch("bookings.confirmation._sell", sell_blindly),
        ):
            sell_tickets(booking_id=late.pk)
        sold_twice = Admission.objects.filter(ticket_id=seat, status="valid").count()
        Admission.objects.all().delete()

    assert sold_twice == 2


def sell_blindly(booking: Booking, lines: Sequence[Any], now: Any) -> None:
    """The sale's write without its compare-and-set on the tickets."""
    Ticket.objects.filter(pk__in=[line.ticket_id for line in lines]).update(
        status="sold", booking=booking, reserved_until=None
    )
    Admission.objects.bulk_create(Admission(line=line, ticket_id=line.ticket_id) for line in lines)


# --- the cleaner ----------------------------------------------------------------------------------


def test_the_cleaner_listed_a_hold_that_then_began_to_pay(
    event: Event, fans: list[User], no_ticket_lock: None
) -> None:
    """F17: listed as lapsed, then extended by a payment before the cleaner locked it."""
    [seat] = ids(event, 1)
    booking = hold_tickets(user=fans[0], ticket_ids=[seat])
    lapse(booking)

    with just_before("bookings.expiry.share_event", lambda: revive_and_pay(booking)) as rival:
        released = release_lapsed_holds()

    assert rival == [None]
    assert released == 0
    assert Booking.objects.get(pk=booking.pk).status == "paying"
    assert Ticket.objects.get(pk=seat).booking_id == booking.pk


def revive_and_pay(booking: Booking) -> None:
    """A payment that was in time by the database's clock, committed late."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_booking SET expires_at = clock_timestamp() + interval '60 seconds'"
            " WHERE id = %s",
            [booking.pk],
        )
    claim_for_payment(booking_id=booking.pk)


def test_two_cleaners_and_a_takeover_at_once(event: Event, transactional_db: None) -> None:
    for start in range(0, 12, 2):
        lapse(hold_tickets(user=UserFactory.create(), ticket_ids=ids(event, 2, start=start)))
    taker = UserFactory.create()
    wanted = ids(event, 2)
    for ticket_id in wanted:
        ticket_lock.drop([ticket_id], owner="")

    outcomes = at_once(
        [
            release_lapsed_holds,
            release_lapsed_holds,
            lambda: hold_tickets(user=taker, ticket_ids=wanted),
        ]
    )

    assert not [one for one in outcomes[:2] if isinstance(one, Exception)]
    release_lapsed_holds()
    held = outcomes[2]
    if isinstance(held, Booking):
        assert set(Ticket.objects.filter(booking=held).values_list("pk", flat=True)) == set(wanted)
    else:
        assert isinstance(held, TicketsUnavailable)
    taken = Ticket.objects.filter(event=event).exclude(status="available")
    assert set(taken.values_list("booking__user_id", flat=True)) <= {taker.pk}
    call_command("check_invariants")
