"""The locking queries of the inventory. Order everywhere: event, booking, tickets, attempt."""

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet

from events.models import Ticket

# First key of Postgres' two-integer advisory locks: what the second one numbers.
EVENT = 1


def share_event(event_id: int) -> None:
    """Keep the event as it is until the transaction ends; others may share it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [EVENT, event_id])


def own_event(event_id: int) -> None:
    """Wait until nobody sells this event, and keep it so until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [EVENT, event_id])


def lock_tickets(ticket_ids: Collection[int], *, nowait: bool = False) -> QuerySet[Ticket]:
    """These tickets' rows, locked in the order of their ids once the query is evaluated."""
    return (
        Ticket.objects.filter(pk__in=ticket_ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True, nowait=nowait)
    )
