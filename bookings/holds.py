"""Holding seats, holding them longer, giving them back."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from bookings import alternatives, ticket_lock
from bookings.claimed import ClaimedTicket
from bookings.claims import Buyer, Claim, hold_or_name_the_taken
from bookings.errors import (
    AlreadyExtended,
    BookingExpired,
    BookingNotPayable,
    BookingNotReleasable,
    TicketsUnavailable,
)
from bookings.locks import (
    claim_named,
    lock_booking,
    lock_tickets_of,
    waiting_at_most,
)
from bookings.models import Booking
from bookings.release import free_tickets, keep_until
from bookings.selectors import booking_for
from bookings.waiting_room import gate
from events.locks import share_event
from ticketmaster.core import audit, idempotency
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.ids import new_reference

EXTENDED_BY = 1.5


def hold_tickets(
    *,
    user: Buyer,
    ticket_ids: Collection[int],
    access_code: str = "",
    wants_alternative: bool = False,
    waiting_room_pass: str = "",
    refused: ticket_lock.Refused | None = None,
) -> Booking:
    """Hold every one of these tickets for this buyer for HOLD_SECONDS, or none of them.

    Raises InvalidInput (none, duplicates, more than 50, two events), NotFound for an unknown id,
    TicketsUnavailable with the ids that are gone and, where there is one, an equal block; with
    `wants_alternative` that block is held for 30 s. Raises also SaleNotOpen, SaleClosed,
    TicketLimitReached and HoldLimitReached, and WaitingRoomRequired where the event has a waiting
    room and the pass lets nobody in. `refused` is the ticket lock's word where the caller has just
    looked, None where the lock is still to be asked or was free.
    """
    wanted = _checked(ticket_ids)
    with gate.entered_for_tickets(wanted, account=user.pk, shown=waiting_room_pass):
        return _hold_or_offer(
            user, wanted, access_code, wants_alternative=wants_alternative, refused=refused
        )


def _hold_or_offer(
    user: Buyer,
    wanted: Sequence[int],
    access_code: str,
    *,
    wants_alternative: bool,
    refused: ticket_lock.Refused | None,
) -> Booking:
    try:
        if refused is not None:
            raise alternatives.TakenInRedis(refused)
        return _hold_named(user, wanted, access_code=access_code)
    except TicketsUnavailable as refusal:
        raise alternatives.offered(
            refusal,
            wanted=wanted,
            hold=lambda block: _hold_named(
                user, block, access_code=access_code, seconds=settings.ALTERNATIVE_HOLD_SECONDS
            ),
            wants_hold=wants_alternative,
        ) from refusal


def _checked(ticket_ids: Collection[int]) -> list[int]:
    wanted = sorted(set(ticket_ids))
    if not wanted:
        raise InvalidInput("Choose at least one ticket.", attr="ticket_ids")
    if len(wanted) != len(ticket_ids):
        raise InvalidInput("A ticket is listed twice.", attr="ticket_ids")
    if len(wanted) > settings.MAX_TICKETS_PER_REQUEST:
        raise InvalidInput("That is more than 50 tickets.", attr="ticket_ids")
    return wanted


def _hold_named(
    user: Buyer, wanted: Sequence[int], *, access_code: str, seconds: int | None = None
) -> Booking:
    reference = new_reference()
    with locked_in_redis(wanted, owner=reference):
        claim = Claim(
            buyer=user,
            ticket_ids=wanted,
            reference=reference,
            access_code=access_code,
            seconds=seconds,
            is_alternative=seconds is not None,
        )
        booking, tickets = hold_or_name_the_taken(claim, lambda: claim_named(wanted), wanted)
    keep_in_redis(booking, tickets)
    return booking


@contextmanager
def locked_in_redis(ticket_ids: Sequence[int], *, owner: str) -> Iterator[None]:
    """The ticket lock around a claim: taken first, given up when the claim fails."""
    try:
        ticket_lock.take(ticket_ids, owner=owner)
    except ticket_lock.Refused as refused:
        raise alternatives.TakenInRedis(refused) from None
    try:
        yield
    except BaseException:
        ticket_lock.drop(ticket_ids, owner=owner)
        raise


def keep_in_redis(booking: Booking, tickets: Sequence[ClaimedTicket]) -> None:
    """Prolong the ticket locks to the end of the hold, and note where equal seats are."""
    assert booking.expires_at is not None
    levels = {ticket.price_level_id for ticket in tickets}
    ticket_lock.keep(
        [ticket.id for ticket in tickets],
        owner=booking.reference,
        seconds=(booking.expires_at - booking.created_at).total_seconds(),
        kin=(booking.event_id, levels.pop()) if len(levels) == 1 else None,
    )


def extend_hold(*, user_id: int, reference: str) -> Booking:
    """Hold the seats until 1.5 × HOLD_SECONDS after they were first held. Once.

    Raises NotFound, AlreadyExtended, BookingExpired, BookingNotPayable.
    """
    known = booking_for(user_id=user_id, reference=reference)
    if idempotency.recalled("extended"):
        return known
    with transaction.atomic(), waiting_at_most():
        idempotency.note(extended=True)
        share_event(known.event_id)
        booking = lock_booking(known.pk)
        tickets = lock_tickets_of([booking.pk])
        now = database_now()
        if booking.status != Booking.Status.RESERVED:
            raise _why_not_held(booking)
        if booking.expires_at is None or booking.expires_at <= now or not tickets:
            raise BookingExpired
        if booking.extended_at is not None:
            raise AlreadyExtended
        until = booking.created_at + timedelta(seconds=booking.hold_seconds * EXTENDED_BY)
        keep_until(booking, tickets, until=until, now=now)
        audit.record(subject="booking", subject_id=booking.pk, action="extend", actor_id=user_id)
    ticket_lock.keep(
        [ticket.pk for ticket in tickets],
        owner=booking.reference,
        seconds=(until - now).total_seconds(),
        kin=None,
    )
    return booking


def _why_not_held(booking: Booking) -> Exception:
    return BookingExpired() if booking.status == Booking.Status.EXPIRED else BookingNotPayable()


def release_hold(*, user_id: int, reference: str) -> Booking:
    """Give the seats back: the booking is `cancelled`, also when asked twice.

    Raises NotFound, and BookingNotReleasable for one that is paid, being paid or out of time.
    """
    known = booking_for(user_id=user_id, reference=reference)
    with transaction.atomic(), waiting_at_most():
        share_event(known.event_id)
        booking = lock_booking(known.pk)
        if booking.status == Booking.Status.CANCELLED and booking.confirmed_at is None:
            return booking
        if booking.status not in {Booking.Status.RESERVED, Booking.Status.EXPIRED}:
            raise BookingNotReleasable
        tickets = lock_tickets_of([booking.pk])
        now = database_now()
        # What has lapsed stays lapsed: giving it back late must not shorten the next cool-down.
        if booking.expires_at is None or booking.expires_at <= now:
            raise BookingNotReleasable("The time was up before: these seats are free again.")
        free_tickets(
            booking,
            tickets=tickets,
            to=Booking.Status.CANCELLED,
            action="give back",
            now=now,
            actor_id=user_id,
        )
    return booking
