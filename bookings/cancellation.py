"""Taking tickets back: their admissions stop opening doors, the places go on sale again.

The money is the caller's to return, in the same transaction: `payments` plans its refund there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from bookings import moments
from bookings.errors import BookingNotReleasable, TicketsNotReturnable
from bookings.locks import lock_booking, lock_tickets_of, waiting_at_most
from bookings.models import Admission, Booking, BookingLine
from bookings.release import free_tickets, put_back, unlock
from events.locks import share_event
from events.models import Ticket
from ticketmaster.core import audit
from ticketmaster.core.clock import database_now

TAKEN_BACK = frozenset({Booking.Status.CANCELLED, Booking.Status.REFUNDED})
HELD_BY_BUYER = frozenset({Booking.Status.CONFIRMED, Booking.Status.NEEDS_ATTENTION})
UNUSED = frozenset({Admission.Status.VALID})
LIVE = frozenset({Admission.Status.VALID, Admission.Status.USED})


@dataclass(frozen=True, slots=True)
class Locked:
    """A booking, its tickets and those of its lines whose admission still counts, all locked.

    `now` was read after the locks.
    """

    booking: Booking
    tickets: Sequence[Ticket]
    lines: Sequence[BookingLine]
    now: datetime


def lock_for_return(booking_id: int) -> Locked:
    """Share the event, lock the booking and its tickets, then read. Inside a transaction."""
    event_id = Booking.objects.values_list("event_id", flat=True).get(pk=booking_id)
    share_event(event_id)
    booking = lock_booking(booking_id)
    tickets = lock_tickets_of([booking.pk])
    return Locked(booking, tickets, live_lines(booking_id), database_now())


def live_lines(booking_id: int) -> list[BookingLine]:
    """The lines whose admission is valid or used, each with its `admission_status`."""
    return list(
        BookingLine.objects.filter(booking=booking_id, admissions__status__in=LIVE)
        .annotate(admission_status=F("admissions__status"))
        .order_by("pk")
    )


def take_back(
    found: Locked,
    lines: Sequence[BookingLine],
    *,
    voidable: Collection[str] = LIVE,
    actor_id: int | None = None,
) -> None:
    """Void these lines' admissions and put their tickets back on sale, all or none.

    The booking ends with its last one: `refunded` where money was paid, else `cancelled`. Raises
    TicketsNotReturnable when an admission is not `voidable` (any more): somebody was let in
    meanwhile. After `lock_for_return`, in the same transaction. Sends `booking_cancelled` at the
    end of a booking.
    """
    booking, wanted = found.booking, {line.pk for line in lines}
    voided = Admission.objects.filter(line__in=wanted, status__in=voidable).update(
        status=Admission.Status.VOID, voided_at=found.now
    )
    if voided != len(wanted):
        raise TicketsNotReturnable
    if wanted == {line.pk for line in found.lines}:
        _end(found, actor_id=actor_id)
        return
    returned = {line.ticket_id for line in lines}
    tickets = [ticket for ticket in found.tickets if ticket.pk in returned]
    put_back(tickets, booking)
    unlock(booking, tickets)
    audit.record(
        subject="booking",
        subject_id=booking.pk,
        action="take tickets back",
        before=booking.status,
        after=booking.status,
        actor_id=actor_id,
        details={"tickets": sorted(returned)},
    )


@transaction.atomic
def cancel_confirmed(*, booking_id: int, actor_id: int | None = None) -> Booking:
    """End a confirmed booking with all its tickets, used ones too.

    Already ended is returned as it is. Raises BookingNotReleasable for one that was never
    confirmed.
    """
    with waiting_at_most():
        found = lock_for_return(booking_id)
        if found.booking.status in TAKEN_BACK:
            return found.booking
        if found.booking.status not in HELD_BY_BUYER:
            raise BookingNotReleasable
        take_back(found, found.lines, actor_id=actor_id)
    return found.booking


def _end(found: Locked, *, actor_id: int | None) -> None:
    paid = found.booking.total_minor > 0
    free_tickets(
        found.booking,
        tickets=found.tickets,
        to=Booking.Status.REFUNDED if paid else Booking.Status.CANCELLED,
        action="cancel",
        now=found.now,
        actor_id=actor_id,
    )
    moments.booking_cancelled.send(sender=__name__, booking=found.booking)
