"""Taking tickets out of sale by hand, and giving them back."""

from collections.abc import Collection, Iterable

from django.db import transaction

from events.errors import TicketsNotBlockable, TicketsNotBlocked
from events.locks import lock_tickets, share_event
from events.models import Ticket
from ticketmaster.core import audit
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import InvalidInput, NotFound

Status = Ticket.Status


@transaction.atomic
def block_tickets(
    *, event_id: int, ticket_ids: Collection[int], actor_id: int | None, reason: str = ""
) -> int:
    """Take all these tickets out of sale, or none, and say how many.

    Free ones only, which includes a lapsed hold that nobody is paying for. Raises
    TicketsNotBlockable with the ids that are not free, NotFound for tickets of another event,
    InvalidInput for none. Takes the event's shared lock, then the tickets' rows.
    """
    tickets = _locked(event_id, ticket_ids)
    now = database_now()  # read after the wait for the locks, not before it
    free = set(Ticket.objects.filter(pk__in=ticket_ids).free_at(now).values_list("pk", flat=True))
    taken = sorted(ticket.pk for ticket in tickets if ticket.pk not in free)
    if taken:
        raise TicketsNotBlockable(ticket_ids=taken)
    _write(tickets, to=Status.BLOCKED, action="block", actor_id=actor_id, reason=reason)
    return len(tickets)


@transaction.atomic
def unblock_tickets(
    *, event_id: int, ticket_ids: Collection[int], actor_id: int | None, reason: str = ""
) -> int:
    """Put all these blocked tickets back on sale, or none, and say how many.

    Raises TicketsNotBlocked with the ids that are not blocked, NotFound for tickets of another
    event, InvalidInput for none. Takes the event's shared lock, then the tickets' rows.
    """
    tickets = _locked(event_id, ticket_ids)
    others = sorted(ticket.pk for ticket in tickets if ticket.status != Status.BLOCKED)
    if others:
        raise TicketsNotBlocked(ticket_ids=others)
    _write(tickets, to=Status.AVAILABLE, action="unblock", actor_id=actor_id, reason=reason)
    return len(tickets)


def _locked(event_id: int, ticket_ids: Collection[int]) -> list[Ticket]:
    wanted = set(ticket_ids)
    if not wanted:
        raise InvalidInput("Choose at least one ticket.", attr="ticket_ids")
    share_event(event_id)
    tickets = [ticket for ticket in lock_tickets(wanted) if ticket.event_id == event_id]
    if len(tickets) != len(wanted):
        raise NotFound("Some of these tickets do not belong to this event.")
    return tickets


def _write(
    tickets: Iterable[Ticket], *, to: str, action: str, actor_id: int | None, reason: str
) -> None:
    """Compare and set each old state's tickets at once, with an audit row for each ticket."""
    by_state: dict[str, list[int]] = {}
    for ticket in tickets:
        by_state.setdefault(ticket.status, []).append(ticket.pk)
    for before, ids in by_state.items():
        changed = Ticket.objects.filter(pk__in=ids, status=before).update(
            status=to, booking=None, reserved_until=None
        )
        assert changed == len(ids), "these rows are locked: nobody else can have changed them"
        audit.record_many(
            subject="ticket",
            subject_ids=ids,
            action=action,
            before=before,
            after=to,
            actor_id=actor_id,
            details={"reason": reason} if reason else None,
        )
