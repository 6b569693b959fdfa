"""Holding seats by name: all or nothing, by the database's clock, within the limits."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from bookings.errors import (
    AlreadyExtended,
    BookingExpired,
    BookingNotReleasable,
    TicketsUnavailable,
)
from bookings.holds import extend_hold, hold_tickets, release_hold
from bookings.models import Booking, BookingLine
from events.models import Event, Ticket
from tests.bookings.helpers import forget_ticket_locks, ids, lapse, states
from tests.factories import on_sale_event
from ticketmaster.accounts.models import User
from ticketmaster.core.errors import InvalidInput, NotFound
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db


def test_a_hold_reserves_every_ticket_and_freezes_its_price(event: Event, fan: User) -> None:
    wanted = ids(event, 2)

    booking = hold_tickets(user=fan, ticket_ids=wanted)

    assert booking.status == Booking.Status.RESERVED
    assert (booking.total_minor, booking.currency) == (9000, "USD")
    assert booking.expires_at - booking.created_at == timedelta(seconds=600)
    tickets = Ticket.objects.filter(booking=booking)
    assert sorted(ticket.pk for ticket in tickets) == sorted(wanted)
    assert {ticket.reserved_until for ticket in tickets} == {booking.expires_at}
    lines = BookingLine.objects.filter(booking=booking)
    assert {(line.face_minor, line.fee_minor, line.tax_minor) for line in lines} == {
        (4000, 400, 100)
    }
    trail = AuditRecord.objects.get(subject="booking", subject_id=booking.pk)
    assert (trail.action, trail.after, trail.actor_id) == ("hold", "reserved", fan.pk)


def test_one_taken_ticket_refuses_the_whole_party(event: Event, fan: User, other_fan: User) -> None:
    first, second, third = ids(event, 3)
    hold_tickets(user=other_fan, ticket_ids=[second])

    with pytest.raises(TicketsUnavailable) as refusal:
        hold_tickets(user=fan, ticket_ids=[first, second, third])

    assert refusal.value.data["ticket_ids"] == [second]
    assert states(event) == {"reserved": 1, "available": 19}
    assert Booking.objects.filter(user=fan).count() == 0


@pytest.mark.parametrize("status", ["sold", "blocked"])
def test_a_ticket_that_postgres_knows_as_taken_is_refused(
    event: Event, fan: User, other_fan: User, status: str
) -> None:
    [wanted] = ids(event, 1)
    booking = hold_tickets(user=other_fan, ticket_ids=ids(event, 1, start=5))
    holder = booking if status == "sold" else None
    Ticket.objects.filter(pk=wanted).update(status=status, booking=holder)

    with pytest.raises(TicketsUnavailable) as refusal:
        hold_tickets(user=fan, ticket_ids=[wanted])

    assert refusal.value.data["ticket_ids"] == [wanted]
    assert Ticket.objects.get(pk=wanted).status == status


def test_a_refusal_offers_an_equal_block(event: Event, fan: User, other_fan: User) -> None:
    wanted = ids(event, 2)
    Ticket.objects.filter(pk__in=wanted).update(status="blocked")

    with pytest.raises(TicketsUnavailable) as refusal:
        hold_tickets(user=fan, ticket_ids=wanted)

    block = refusal.value.data["alternative"]["ticket_ids"]
    tickets = list(Ticket.objects.filter(pk__in=block).in_drawing_order())
    assert len(tickets) == 2
    assert tickets[0].seat.row == tickets[1].seat.row
    assert tickets[1].position - tickets[0].position == 1
    assert {ticket.status for ticket in tickets} == {"available"}


def test_a_wanted_alternative_is_held_for_thirty_seconds(event: Event, fan: User) -> None:
    wanted = ids(event, 2)
    Ticket.objects.filter(pk__in=wanted).update(status="blocked")

    with pytest.raises(TicketsUnavailable) as refusal:
        hold_tickets(user=fan, ticket_ids=wanted, wants_alternative=True)

    alternative = refusal.value.data["alternative"]
    booking = Booking.objects.get(reference=alternative["booking"])
    assert booking.is_alternative
    assert booking.expires_at - booking.created_at == timedelta(seconds=30)
    held = Ticket.objects.filter(booking=booking).values_list("pk", flat=True)
    assert sorted(held) == sorted(alternative["ticket_ids"])


def test_nothing_equal_left_is_said_plainly(fan: User) -> None:
    event = on_sale_event(rows="A", seats_per_row=2)
    wanted = ids(event, 2)
    Ticket.objects.filter(pk__in=wanted).update(status="blocked")

    with pytest.raises(TicketsUnavailable) as refusal:
        hold_tickets(user=fan, ticket_ids=wanted, wants_alternative=True)

    assert refusal.value.data["alternative"] is None


def test_a_lapsed_hold_is_taken_over_without_any_sweeper(
    event: Event, fan: User, other_fan: User
) -> None:
    wanted = ids(event, 2)
    old = hold_tickets(user=other_fan, ticket_ids=wanted)
    lapse(old)
    forget_ticket_locks(wanted, old)

    booking = hold_tickets(user=fan, ticket_ids=wanted)

    assert {ticket.booking_id for ticket in Ticket.objects.filter(pk__in=wanted)} == {booking.pk}


def test_a_lapsed_hold_that_is_being_paid_is_not_taken_over(
    event: Event, fan: User, other_fan: User
) -> None:
    wanted = ids(event, 1)
    old = hold_tickets(user=other_fan, ticket_ids=wanted)
    Booking.objects.filter(pk=old.pk).update(status="paying")
    lapse(old)
    forget_ticket_locks(wanted, old)

    with pytest.raises(TicketsUnavailable):
        hold_tickets(user=fan, ticket_ids=wanted)

    assert Ticket.objects.get(pk=wanted[0]).booking_id == old.pk


@pytest.mark.parametrize(
    ("wanted", "code"),
    [([], "invalid"), ([1, 1], "invalid"), (list(range(1, 52)), "invalid")],
    ids=["none", "twice", "fifty-one"],
)
def test_requests_of_the_wrong_shape(fan: User, wanted: list[int], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        hold_tickets(user=fan, ticket_ids=wanted)

    assert refusal.value.code == code
    assert Booking.objects.count() == 0


def test_unknown_tickets_are_not_found(event: Event, fan: User) -> None:
    with pytest.raises(NotFound):
        hold_tickets(user=fan, ticket_ids=[*ids(event, 1), 2**62])

    assert states(event) == {"available": 20}


def test_tickets_of_two_events_are_refused(event: Event, fan: User) -> None:
    other = on_sale_event()

    with pytest.raises(InvalidInput):
        hold_tickets(user=fan, ticket_ids=[*ids(event, 1), *ids(other, 1)])

    assert Booking.objects.count() == 0


def test_a_hold_is_extended_once_to_one_and_a_half_times_its_length(
    event: Event, fan: User
) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))

    extended = extend_hold(user_id=fan.pk, reference=booking.reference)

    assert extended.expires_at - extended.created_at == timedelta(seconds=900)
    assert set(Ticket.objects.filter(booking=booking).values_list("reserved_until", flat=True)) == {
        extended.expires_at
    }
    with pytest.raises(AlreadyExtended):
        extend_hold(user_id=fan.pk, reference=booking.reference)


def test_a_lapsed_hold_is_not_extended(event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1))
    lapse(booking)

    with pytest.raises(BookingExpired):
        extend_hold(user_id=fan.pk, reference=booking.reference)


@pytest.mark.django_db(transaction=True)
def test_giving_seats_back_frees_them_and_can_be_repeated(event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))

    for _ in range(2):
        released = release_hold(user_id=fan.pk, reference=booking.reference)
        assert released.status == Booking.Status.CANCELLED

    assert states(event) == {"available": 20}
    assert hold_tickets(user=fan, ticket_ids=ids(event, 2)).status == "reserved"


def test_a_hold_that_lapsed_stays_lapsed(event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1))
    lapse(booking)

    with pytest.raises(BookingNotReleasable):
        release_hold(user_id=fan.pk, reference=booking.reference)

    assert Booking.objects.get(pk=booking.pk).status == "reserved"  # read as expired; it counts


def test_a_booking_being_paid_is_not_given_back(event: Event, fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1))
    Booking.objects.filter(pk=booking.pk).update(status="paying")

    with pytest.raises(BookingNotReleasable):
        release_hold(user_id=fan.pk, reference=booking.reference)

    assert states(event) == {"reserved": 1, "available": 19}


def test_nobody_touches_anothers_hold(event: Event, fan: User, other_fan: User) -> None:
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1))

    for act in (extend_hold, release_hold):
        with pytest.raises(NotFound):
            act(user_id=other_fan.pk, reference=booking.reference)

    booking.refresh_from_db()
    assert (booking.status, booking.extended_at) == ("reserved", None)


def test_the_holds_length_is_a_setting(event: Event, fan: User, settings: Settings) -> None:
    settings.HOLD_SECONDS = 7

    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1))

    assert booking.expires_at - booking.created_at == timedelta(seconds=7)
