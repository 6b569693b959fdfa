"""From held to sold: what paying does to a booking. Payments drives these between its phases.

Each locks in the house's order (event, booking, tickets) and opens its own transaction or joins
the caller's, so that a payment's own rows are written together with the sale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from bookings import moments
from bookings.errors import (
    BookingExpired,
    BookingNotPayable,
    PaymentInProgress,
    TicketLimitReached,
    TicketsLost,
)
from bookings.holds import EXTENDED_BY
from bookings.limits import standing_of
from bookings.locks import lock_booking, lock_tickets_of, share_event_of, waiting_at_most
from bookings.models import Booking, BookingLine
from bookings.release import free_tickets, keep_until, move
from bookings.selectors import booking_for
from events.locks import lock_tickets
from events.models import Event, Ticket
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.ids import new_reference
from ticketmaster.core.written import Written

Status = Booking.Status

LATE = frozenset({Status.RESERVED, Status.EXPIRED})
ENDED = frozenset({Status.CANCELLED, Status.REFUNDED})


def _locked(booking_id: int) -> Booking:
    """The booking locked, its event shared first."""
    share_event_of(booking_id)
    return lock_booking(booking_id)


@transaction.atomic
def claim_for_payment(*, booking_id: int) -> Booking:
    """Begin to pay: `reserved` → `paying`, the hold extended if it was not before.

    The deadline decides here, by the clock after the locks, and nowhere later. Raises
    BookingExpired, PaymentInProgress, BookingNotPayable, TicketLimitReached, and
    TemporarilyUnavailable when a lock takes more than two seconds.
    """
    return claim_within(booking_id=booking_id)


def claim_within(*, booking_id: int) -> Booking:
    """The same inside the caller's transaction, which has to be undone when this raises.

    Without a savepoint of its own: two round trips of each purchase.
    """
    with waiting_at_most():
        booking = _locked(booking_id)
        tickets = lock_tickets_of([booking.pk])
        facts = _facts_of(booking)
        now = facts.now
        _refuse_unpayable(booking, tickets, facts)
        if booking.extended_at is None:
            until = booking.created_at + timedelta(seconds=booking.hold_seconds * EXTENDED_BY)
            keep_until(booking, tickets, until=until, now=now)
        move(booking, to=Status.PAYING, action="start paying", actor_id=booking.user_id)
    return booking


FACTS = """
SELECT clock_timestamp(), (SELECT status FROM events_event WHERE id = %s),
       (SELECT count(*) FROM bookings_bookingline WHERE booking_id = %s)
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read once the locks are held."""

    now: datetime
    event_status: str
    lines: int


def _facts_of(booking: Booking) -> Facts:
    """The clock, how the event stands and how many lines there are, in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [booking.event_id, booking.pk])
        return Facts(*cursor.fetchone())


def _refuse_unpayable(booking: Booking, tickets: Sequence[Ticket], facts: Facts) -> None:
    if booking.status == Status.PAYING:
        raise PaymentInProgress
    if booking.status == Status.EXPIRED:
        raise BookingExpired
    if booking.status != Status.RESERVED:
        raise BookingNotPayable
    lapsed = booking.expires_at is None or booking.expires_at <= facts.now
    if lapsed or len(tickets) != facts.lines:
        raise BookingExpired
    if facts.event_status != Event.Status.ON_SALE:
        raise BookingNotPayable("This event is not on sale any more. You were not charged.")
    if booking.user_id is not None:
        _refuse_above_limit(booking, booking.user_id)


def _refuse_above_limit(booking: Booking, user_id: int) -> None:
    standing = standing_of(user_id=user_id, person=booking.person, event_id=booking.event_id)
    if standing.tickets > booking.ticket_limit:
        raise TicketLimitReached(limit=booking.ticket_limit, held=standing.tickets)


LINES = Written(BookingLine, "WHERE booking_id = %s ORDER BY ticket_id")


@transaction.atomic
def sell_tickets(*, booking_id: int) -> Booking:
    """Sell: every ticket becomes `sold`, each line gets its admission, the booking `confirmed`.

    A paying booking is sold whenever its tickets are still reserved for it, whatever the hour.
    Money that comes late (`reserved` lapsed, or `expired`) gets the same tickets if they are all
    free. A confirmed booking is returned as it is. Raises TicketsLost when a ticket went to
    somebody else, the booking was given back, or the event is cancelled: the caller must return
    the money. Sends `booking_confirmed`.
    """
    return sell_within(booking_id=booking_id)


def sell_within(*, booking_id: int) -> Booking:
    """The same inside the caller's transaction, which has to be undone when this raises."""
    with waiting_at_most():
        booking = _locked(booking_id)
        if booking.status in {Status.CONFIRMED, Status.NEEDS_ATTENTION}:
            return booking
        lines = LINES.rows(booking.pk)
        tickets = lock_tickets([line.ticket_id for line in lines])
        facts = _facts_of(booking)
        _refuse_lost(booking, tickets, facts)
        _sell(booking, lines, facts.now)
    return booking


def _refuse_lost(booking: Booking, tickets: Sequence[Ticket], facts: Facts) -> None:
    if booking.status in ENDED:
        raise TicketsLost
    if facts.event_status == Event.Status.CANCELLED:
        raise TicketsLost("This event was cancelled. You were not charged.")
    own = {ticket.pk for ticket in tickets if _is_kept(ticket, booking)}
    missing = {ticket.pk for ticket in tickets} - own
    if missing and (
        booking.status not in LATE
        or Ticket.objects.free_at(facts.now).filter(pk__in=missing).count() != len(missing)
    ):
        raise TicketsLost


def _is_kept(ticket: Ticket, booking: Booking) -> bool:
    return ticket.status == Ticket.Status.RESERVED and ticket.booking_id == booking.pk


# Tickets by compare-and-set, and an admission for each line once all of them were sold.
SELL = """
WITH sold AS (
    UPDATE events_ticket SET status = 'sold', booking_id = %(booking)s, reserved_until = NULL
    WHERE id = ANY(%(tickets)s::bigint[]) AND status IN ('available', 'reserved') RETURNING id
)
INSERT INTO bookings_admission (line_id, ticket_id, code, status, created_at)
SELECT line.*, 'valid', statement_timestamp()
FROM unnest(%(lines)s::bigint[], %(tickets)s::bigint[], %(codes)s::text[]) AS line
WHERE (SELECT count(*) FROM sold) = cardinality(%(tickets)s::bigint[])
"""


def _sell(booking: Booking, lines: Sequence[BookingLine], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            SELL,
            {
                "booking": booking.pk,
                "lines": [line.pk for line in lines],
                "tickets": [line.ticket_id for line in lines],
                "codes": [new_reference() for _ in lines],
            },
        )
        admitted = cursor.rowcount
    if admitted != len(lines):
        raise TicketsLost
    move(booking, to=Status.CONFIRMED, action="sell", confirmed_at=now)
    moments.booking_confirmed.send(sender=__name__, booking=booking)


@transaction.atomic
def confirm_free(*, user_id: int, reference: str) -> Booking:
    """Confirm a booking of total 0, without any payment. Refusals as `claim_for_payment`."""
    known = booking_for(user_id=user_id, reference=reference)
    if known.total_minor:
        raise InvalidInput("This booking is not free.", attr="booking")
    if known.status == Status.CONFIRMED:
        return known
    claim_for_payment(booking_id=known.pk)
    return sell_tickets(booking_id=known.pk)


@transaction.atomic
def return_to_reserved(*, booking_id: int) -> Booking:
    """After a decline, a void or an abandoned 3-D Secure: `reserved` again while the hold lasts.

    Past its end the booking is `expired` and its tickets are free. Call only once no payment for
    it can succeed any more. Anything but a paying booking is returned as it is.
    """
    with waiting_at_most():
        booking = _locked(booking_id)
        if booking.status != Status.PAYING:
            return booking
        tickets = lock_tickets_of([booking.pk])
        now = database_now()
        if booking.expires_at is not None and booking.expires_at > now:
            move(booking, to=Status.RESERVED, action="stop paying")
        else:
            free_tickets(booking, tickets=tickets, to=Status.EXPIRED, action="lapse", now=now)
    return booking


def end_attention(booking: Booking, *, actor_id: int | None) -> None:
    """Confirm the booking again: what was wrong with it is settled. The caller has it locked."""
    move(booking, to=Status.CONFIRMED, action="settle", actor_id=actor_id)


@transaction.atomic
def mark_needs_attention(*, booking_id: int, reason: str) -> Booking:
    """Hand the booking to staff; its tickets stay where they are. `reason` goes to the audit."""
    with waiting_at_most():
        booking = _locked(booking_id)
        if booking.status in {Status.PAYING, Status.CONFIRMED}:
            move(booking, to=Status.NEEDS_ATTENTION, action=f"needs attention: {reason}"[:60])
    return booking
