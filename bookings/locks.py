"""The locking queries of bookings. Order everywhere: event, booking, tickets, payment attempt.

docs/locking.md says why. A test holds that no other module of this app locks rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

import psycopg
from django.db import OperationalError, connection
from django.db.models import QuerySet

from bookings.claimed import ClaimedTicket, Place
from bookings.models import Booking
from events.locks import EVENT
from events.models import Ticket
from ticketmaster.core.errors import TemporarilyUnavailable
from ticketmaster.core.written import Written

# First keys of Postgres' two-integer advisory locks; 1 is the event's (events/locks.py).
PERSON = 2
BEST_AVAILABLE = 3

LONGEST_WAIT = "2s"


TICKET = """t.id, t.section_id, t.status, t.reserved_until, t.booking_id,
       p.id, p.name, p.face_minor, p.fee_minor, p.tax_minor"""
CLAIMED = f"""
SELECT {TICKET}
FROM events_ticket t JOIN events_pricelevel p ON p.id = t.price_level_id
"""
PLACE_COLUMNS = len(fields(Place))
# With what the answer tells of them besides: it was a statement of its own after every hold.
CLAIMED_WITH_PLACE = f"""
SELECT {TICKET},
       s.name, s.position, t.position, seat.row, seat.number, seat.accessible
FROM events_ticket t JOIN events_pricelevel p ON p.id = t.price_level_id
JOIN events_section s ON s.id = t.section_id LEFT JOIN events_seat seat ON seat.id = t.seat_id
"""

# The array comes out of a subquery, whose length the planner cannot see: a plan for just so many
# tickets would look better to it each time, so that it made one for every claim, at twice the cost.
GIVEN = "ARRAY(SELECT unnest(%s::bigint[]))"
NAMED = (
    CLAIMED_WITH_PLACE + f"WHERE t.id = ANY({GIVEN}) ORDER BY t.id FOR NO KEY UPDATE OF t NOWAIT"
)

# Any free places of one standing section, from a random start, so that buyers of the same floor
# do not queue for the same row; rows that others have locked are passed over.
FREE_PLACES = (
    CLAIMED
    + """
WHERE t.event_id = %(event)s AND t.section_id = %(section)s
  AND t.status IN ('available', 'reserved')
  AND (t.status = 'available' OR (t.reserved_until <= clock_timestamp() AND NOT EXISTS (
        SELECT 1 FROM bookings_booking b WHERE b.id = t.booking_id AND b.status = 'paying')))
  AND {part}
ORDER BY t.id LIMIT %(limit)s FOR NO KEY UPDATE OF t"""
)
PASSING_OVER = FREE_PLACES + " SKIP LOCKED"


def lock_sale(*, event_id: int, person: str) -> None:
    """Share the event and keep this person's other claims waiting, in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, %s), pg_advisory_xact_lock(%s, hashtext(%s))",
            [EVENT, event_id, PERSON, person],
        )


# The event of tickets never changes, so that one statement looks it up and locks it. Tickets of two
# events, or one that is unknown, leave no row and lock nothing.
SALE_OF = f"""
SELECT event_id, pg_advisory_xact_lock_shared({EVENT}, event_id::int),
       pg_advisory_xact_lock({PERSON}, hashtext(%s))
FROM (SELECT min(event_id) AS event_id, max(event_id) AS last, count(*) AS found
      FROM events_ticket WHERE id = ANY({GIVEN})) AS asked
WHERE event_id = last AND found = %s
"""


def lock_sale_of(*, ticket_ids: Sequence[int], person: str) -> int | None:
    """`lock_sale` for the event of these tickets, in one round trip: its id.

    None, and nothing is locked, where they are not all tickets of one event.
    """
    with connection.cursor() as cursor:
        cursor.execute(SALE_OF, [person, list(ticket_ids), len(ticket_ids)])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def own_best_available(event_id: int) -> None:
    """Wait until no other last try for a block of this event runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [BEST_AVAILABLE, event_id])


def claim_named(ticket_ids: Sequence[int]) -> list[ClaimedTicket]:
    """These tickets, locked in the order of their ids, without waiting for anybody.

    Raises OperationalError at once when another transaction has one of them: see `is_clash`.
    """
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [list(ticket_ids)])
        return [_with_place(row) for row in cursor.fetchall()]


def _with_place(row: Sequence[Any]) -> ClaimedTicket:
    values = [*row[:-PLACE_COLUMNS], Place(*row[-PLACE_COLUMNS:])]
    return ClaimedTicket(*values)


def claim_free_places(
    *, event_id: int, section_id: int, start: int, limit: int, waiting: bool = False
) -> list[ClaimedTicket]:
    """Up to `limit` free standing places from ticket id `start` on, then from the beginning.

    Passes over what others have locked; when `waiting`, waits for them instead (2 s at most), so
    that too few then means that there are too few.
    """
    query = FREE_PLACES if waiting else PASSING_OVER
    values = {"event": event_id, "section": section_id, "start": start}
    found: list[ClaimedTicket] = []
    with connection.cursor() as cursor:
        parts = ["TRUE"] if waiting else ["t.id >= %(start)s", "t.id < %(start)s"]
        for part in parts:
            if len(found) < limit:
                cursor.execute(query.format(part=part), {**values, "limit": limit - len(found)})
                found += [ClaimedTicket(*row) for row in cursor.fetchall()]
    return found


def wait_at_most() -> None:
    """Let every lock of this transaction wait two seconds at most."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LONGEST_WAIT])


BOOKING = Written(
    Booking, 'WHERE id = %s ORDER BY "bookings_booking"."id" FOR NO KEY UPDATE', locking=True
)
TICKETS = Written(
    Ticket,
    'WHERE booking_id = ANY(%s) ORDER BY "events_ticket"."id" FOR NO KEY UPDATE',
    locking=True,
)


def share_event_of(booking_id: int) -> None:
    """Share the event of this booking, which never changes, in one round trip."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, event_id::int) FROM bookings_booking"
            " WHERE id = %s",
            [EVENT, booking_id],
        )


def lock_booking(booking_id: int) -> Booking:
    """The booking's row, locked and fresh. Raises Booking.DoesNotExist."""
    return BOOKING.one(booking_id)


def lock_bookings_passing_over(bookings: QuerySet[Booking]) -> list[Booking]:
    """Those of these bookings that nobody else has locked, ordered and locked."""
    return list(
        bookings.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)
    )


def lock_tickets_of(booking_ids: Collection[int]) -> list[Ticket]:
    """Every ticket that points to these bookings, locked in the order of their ids."""
    return TICKETS.rows(list(booking_ids))


def lock_tickets_of_passing_over(booking_ids: Collection[int]) -> list[Ticket]:
    """The same, without those that somebody else has locked."""
    return list(
        Ticket.objects.filter(booking_id__in=booking_ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )


def is_clash(error: OperationalError) -> bool:
    """Whether somebody else's lock caused this: not available at once, timed out, or deadlocked."""
    return isinstance(
        error.__cause__, (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
    )


class waiting_at_most:
    """Within it, a lock that takes longer than two seconds is `temporarily_unavailable`."""

    def __enter__(self) -> None:
        wait_at_most()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OperationalError) and is_clash(error):
            raise TemporarilyUnavailable from error
