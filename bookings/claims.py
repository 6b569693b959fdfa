"""The one transaction that gives a person places: lock, read the clock, check, write."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import OperationalError, transaction

from bookings.claimed import ClaimedTicket
from bookings.errors import SaleClosed, SaleNotOpen, TicketsUnavailable
from bookings.hold_writing import write_hold
from bookings.limits import standing_and_terms
from bookings.locks import is_clash, lock_sale, lock_sale_of
from bookings.models import Booking
from events.models import Ticket
from events.sales import Terms
from ticketmaster.core import idempotency
from ticketmaster.core.chaos import chaospoint
from ticketmaster.core.errors import InvalidInput, NotFound


class Buyer(Protocol):
    """Whoever is signed in: the id from the session, the rest from the row once it is needed."""

    pk: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who wants how much of what, and for how long: places of an event, or tickets by their ids."""

    buyer: Buyer
    reference: str
    event_id: int | None = None
    ticket_ids: Sequence[int] = ()
    access_code: str = ""
    seconds: int | None = None
    is_alternative: bool = False


# Locks the places and returns them; called once the event and the person are locked.
PickPlaces = Callable[[], list[ClaimedTicket]]


def hold(claim: Claim, pick: PickPlaces) -> tuple[Booking, list[ClaimedTicket]]:
    """Hold the places that `pick` locks, all or none, in one transaction.

    Returns the booking and its tickets. Raises TicketsUnavailable with the ids that are not free,
    SaleNotOpen, SaleClosed, TicketLimitReached, HoldLimitReached; for tickets by their ids also
    NotFound where one is unknown and InvalidInput where they are of two events.
    """
    with transaction.atomic():
        idempotency.note(booking=claim.reference)
        event_id = _lock_sale(claim)
        tickets = pick()
        chaospoint("hold: places locked")
        # One statement reads clock, limits, lapses and terms: after the locks, never before them.
        standing, terms = standing_and_terms(
            user_id=claim.buyer.pk, person=claim.buyer.person, event_id=event_id
        )
        limit = _limit(terms, tickets, claim, standing.now)
        standing.refuse_more_tickets(len(tickets), limit=limit)
        standing.refuse_another_hold()
        refuse_taken(tickets, standing.now)
        booking = _booking(claim, event_id, terms, tickets, now=standing.now, limit=limit)
        write_hold(booking, tickets)
        booking.claimed = tickets
        return booking, tickets


def _lock_sale(claim: Claim) -> int:
    """Lock the sale that the claim is about; its event's id."""
    person = claim.buyer.person
    if claim.event_id is not None:
        lock_sale(event_id=claim.event_id, person=person)
        return claim.event_id
    event_id = lock_sale_of(ticket_ids=claim.ticket_ids, person=person)
    if event_id is not None:
        return event_id
    known = Ticket.objects.filter(pk__in=claim.ticket_ids).count()
    if known != len(claim.ticket_ids):
        raise NotFound("There is no such ticket.", attr="ticket_ids")
    raise InvalidInput("Those tickets are for different events.", attr="ticket_ids")


def _limit(terms: Terms, tickets: Sequence[ClaimedTicket], claim: Claim, now: datetime) -> int:
    sale = terms.sale_at(now, access_code=claim.access_code)
    limit = sale.limit_for({ticket.price_level_id for ticket in tickets})
    if limit is None:
        raise SaleClosed if sale.closed else SaleNotOpen
    return limit


def refuse_taken(tickets: Sequence[ClaimedTicket], now: datetime) -> None:
    """Raise TicketsUnavailable with those that are sold, blocked, or held by somebody still."""
    paying = _being_paid({ticket.booking_id for ticket in tickets if ticket.booking_id})
    taken = [ticket.id for ticket in tickets if not _is_free(ticket, now, paying)]
    if taken:
        raise TicketsUnavailable(ticket_ids=taken)


def _is_free(ticket: ClaimedTicket, now: datetime, paying: Collection[int]) -> bool:
    if ticket.status == Ticket.Status.AVAILABLE:
        return True
    lapsed = ticket.reserved_until is not None and ticket.reserved_until <= now
    return ticket.status == Ticket.Status.RESERVED and lapsed and ticket.booking_id not in paying


def _being_paid(booking_ids: Collection[int]) -> set[int]:
    """Which of them are being paid. Read after their tickets' locks, which a payment takes too."""
    if not booking_ids:
        return set()
    paying = Booking.objects.filter(pk__in=booking_ids, status=Booking.Status.PAYING)
    return set(paying.values_list("pk", flat=True))


def _booking(
    claim: Claim,
    event_id: int,
    terms: Terms,
    tickets: Sequence[ClaimedTicket],
    *,
    now: datetime,
    limit: int,
) -> Booking:
    seconds = settings.HOLD_SECONDS if claim.seconds is None else claim.seconds
    return Booking(
        reference=claim.reference,
        user_id=claim.buyer.pk,
        person=claim.buyer.person,
        event_id=event_id,
        status=Booking.Status.RESERVED,
        total_minor=sum(ticket.total_minor for ticket in tickets),
        currency=terms.currency,
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
        hold_seconds=settings.HOLD_SECONDS,
        is_alternative=claim.is_alternative,
        ticket_limit=limit,
        refund_policy=terms.refunds.as_json(),
    )


def hold_or_name_the_taken(
    claim: Claim, pick: PickPlaces, wanted: Sequence[int]
) -> tuple[Booking, list[ClaimedTicket]]:
    """`hold`, with a clash on a row lock told as TicketsUnavailable.

    It names those not free on a plain re-read, else all that were asked for.
    """
    try:
        return hold(claim, pick)
    except OperationalError as error:
        if not is_clash(error):
            raise
        raise TicketsUnavailable(ticket_ids=_not_free(wanted) or wanted) from error


def _not_free(ticket_ids: Sequence[int]) -> list[int]:
    taken = Ticket.objects.filter(pk__in=ticket_ids).exclude(status=Ticket.Status.AVAILABLE)
    return list(taken.values_list("pk", flat=True))
