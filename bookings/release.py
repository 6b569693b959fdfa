"""Letting go of tickets, and keeping them longer: the writes that several ways share.

All expect the event shared and the bookings and their tickets locked.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from bookings import moments, ticket_lock
from bookings.models import Booking
from events.models import Ticket
from ticketmaster.core.errors import TemporarilyUnavailable

# The compare-and-set and an audit row for each that it moved, in one statement.
MOVE = """
WITH moved AS (
    UPDATE bookings_booking SET status = %s{fields} WHERE id = ANY(%s) AND status = %s RETURNING id
)
INSERT INTO core_auditrecord (at, subject, subject_id, action, before, after, actor_id, details)
SELECT statement_timestamp(), 'booking', id, %s, %s, %s, %s, '{{}}' FROM moved
"""


def move(
    *bookings: Booking,
    to: Booking.Status,
    action: str,
    actor_id: int | None = None,
    **fields: datetime | None,
) -> None:
    """Compare-and-set the status from what was read under the lock, with an audit row each.

    All bookings stand at the same status. Raises TemporarilyUnavailable when somebody changed
    one all the same, which the lock forbids.
    """
    before = bookings[0].status
    ids = [booking.pk for booking in bookings]
    columns = "".join(f", {name} = %s" for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE.format(fields=columns),
            [to, *fields.values(), ids, before, action, before, to, actor_id],
        )
        moved = cursor.rowcount
    if moved != len(ids):
        raise TemporarilyUnavailable
    for booking in bookings:
        booking.status = to
        for name, value in fields.items():
            setattr(booking, name, value)


def free_tickets(
    *bookings: Booking,
    tickets: Sequence[Ticket],
    to: Booking.Status,
    action: str,
    now: datetime,
    actor_id: int | None = None,
) -> None:
    """Put these bookings' tickets back on sale and end the bookings."""
    put_back(tickets, *bookings)
    move(*bookings, to=to, action=action, actor_id=actor_id, ended_at=now)
    for booking in bookings:
        moments.booking_released.send(sender=__name__, booking=booking)
        if to != Booking.Status.EXPIRED:  # a lapsed hold's locks have ended with it
            unlock(booking, [ticket for ticket in tickets if ticket.booking_id == booking.pk])


def put_back(tickets: Sequence[Ticket], *bookings: Booking) -> None:
    """Put these bookings' tickets back on sale; one that is not theirs (any more) is left alone."""
    Ticket.objects.filter(
        pk__in=[ticket.pk for ticket in tickets],
        booking__in=bookings,
        status__in=[Ticket.Status.RESERVED, Ticket.Status.SOLD],
    ).update(status=Ticket.Status.AVAILABLE, booking=None, reserved_until=None)


def unlock(booking: Booking, tickets: Sequence[Ticket]) -> None:
    """Take this booking's ticket locks away once the transaction has committed."""
    own = [ticket.pk for ticket in tickets]
    drop = partial(ticket_lock.drop, own, owner=booking.reference)
    transaction.on_commit(drop, robust=True)


KEEP = """
WITH kept AS (
    UPDATE bookings_booking SET expires_at = %(until)s, extended_at = %(now)s
    WHERE id = %(booking)s
)
UPDATE events_ticket SET reserved_until = %(until)s
WHERE id = ANY(%(tickets)s) AND booking_id = %(booking)s AND status = 'reserved'
"""


def keep_until(
    booking: Booking, tickets: Sequence[Ticket], *, until: datetime, now: datetime
) -> None:
    """Move the end of the hold, once, on the booking and on its tickets."""
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "booking": booking.pk,
                "until": until,
                "now": now,
                "tickets": [ticket.pk for ticket in tickets],
            },
        )
    booking.expires_at, booking.extended_at = until, now
