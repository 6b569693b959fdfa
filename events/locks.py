"""The locking queries of the inventory. Order everywhere: event, booking, tickets, attempt."""

from collections.abc import Collection

from django.db import connection, transaction

from events.models import SeatMap, Ticket
from ticketmaster.core.errors import NotFound
from ticketmaster.core.written import Written

# First keys of Postgres' two-integer advisory locks: what the second one numbers. 2 and 3 are
# those of bookings/locks.py.
EVENT = 1
TICKET_MAKING = 4


def share_event(event_id: int) -> None:
    """Keep the event as it is until the transaction ends; others may share it too."""
    _advise("SELECT pg_advisory_xact_lock_shared(%s, %s)", EVENT, event_id)


def own_event(event_id: int) -> None:
    """Wait until nobody sells this event, and keep it so until the transaction ends."""
    _advise("SELECT pg_advisory_xact_lock(%s, %s)", EVENT, event_id)


def own_ticket_making() -> None:
    """Be the only one who makes tickets, of any event, until the transaction ends.

    So the ids of an event's tickets follow each other without a gap.
    """
    _advise("SELECT pg_advisory_xact_lock(%s, %s)", TICKET_MAKING, 0)


TICKETS = Written(
    Ticket, 'WHERE id = ANY(%s) ORDER BY "events_ticket"."id" FOR NO KEY UPDATE', locking=True
)


def lock_tickets(ticket_ids: Collection[int]) -> list[Ticket]:
    """These tickets' rows, locked in the order of their ids."""
    return TICKETS.rows(list(ticket_ids))


def lock_seat_map(seat_map_id: int) -> SeatMap:
    """The seat map's row, locked: for whoever draws on it or freezes it. NotFound without one."""
    wanted = SeatMap.objects.filter(pk=seat_map_id).order_by("pk")
    found = wanted.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise NotFound("No such seat map.")
    return found


def _advise(statement: str, kind: int, number: int) -> None:
    if not connection.in_atomic_block:  # it would be let go at once, and nobody would notice
        raise transaction.TransactionManagementError("An advisory lock needs a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(statement, [kind, number])
