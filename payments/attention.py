"""Bookings that wait for a person, and what a person can decide about them."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet

from bookings.cancellation import Locked, lock_for_return, take_back
from bookings.confirmation import end_attention
from bookings.errors import BookingNotReleasable
from bookings.locks import waiting_at_most
from bookings.models import Booking
from payments import ledger
from payments.attempts import live_attempt_of
from payments.errors import RefundNotAllowed
from payments.locks import lock_attempt
from payments.models import Dispute, Refund
from payments.refunds import end_attempt_if_settled
from payments.ticket_returns import chosen_lines
from ticketmaster.core import audit

Kind = Refund.Kind


def open_questions(booking_id: int) -> list[str]:
    """Why this booking cannot simply be confirmed again, each as a sentence for staff."""
    found = []
    attempt = live_attempt_of(booking_id)
    if attempt is None or attempt.captured_at is None:
        found.append("No payment stands for these tickets: take them back.")
    disputes = Dispute.objects.filter(attempt__booking=booking_id, status=Dispute.Status.OPEN)
    if disputes.exists():
        found.append("A bank disputes the payment: wait for its decision.")
    if _unsorted(booking_id).exists():
        found.append("Money went back at Stripe: say for which tickets, or that it was for none.")
    return found


def settle_attention(*, booking_id: int, actor_id: int | None) -> Booking:
    """Confirm the booking again where no question is open; else it is left as it is.

    Inside a transaction, after the locks of `lock_for_return`.
    """
    booking = Booking.objects.get(pk=booking_id)
    if booking.status == Booking.Status.NEEDS_ATTENTION and not open_questions(booking_id):
        end_attention(booking, actor_id=actor_id)
    return booking


def keep_tickets(*, booking_id: int, actor_id: int) -> Booking:
    """Staff decide that all tickets stay: what went back at Stripe was goodwill.

    Raises BookingNotReleasable for a booking that needs no attention, RefundNotAllowed while a
    question is open that no decision of ours can close.
    """
    with transaction.atomic(durable=True), waiting_at_most():
        _waiting(booking_id)
        for refund in _unsorted(booking_id):
            _sort(refund, kind=Kind.GOODWILL, actor_id=actor_id)
        booking = settle_attention(booking_id=booking_id, actor_id=actor_id)
        _refuse_open(booking)
    return booking


def take_tickets_refunded_outside(
    *, booking_id: int, ticket_ids: Collection[int], actor_id: int
) -> Booking:
    """Staff say which tickets the money that went back at Stripe was for: they are taken back.

    Raises as `keep_tickets`; RefundNotAllowed, too, when the tickets cost less than went back or
    nothing went back, NotFound for a ticket that is not on the booking.
    """
    with transaction.atomic(durable=True), waiting_at_most():
        found = _waiting(booking_id)
        lines = chosen_lines(found, ticket_ids)
        refunds = list(_unsorted(booking_id))
        if not refunds:
            raise RefundNotAllowed("No money went back at Stripe that still has to be sorted.")
        worth = ledger.parts_of_lines(lines).total_minor
        gone = sum(refund.amount_minor for refund in refunds)
        if gone > worth:
            raise RefundNotAllowed("More money went back than these tickets cost.")
        take_back(found, lines, actor_id=actor_id)
        last = refunds[-1]
        for refund in refunds:
            kept = worth - gone if refund is last else 0
            _sort(refund, kind=Kind.TICKETS, kept_minor=kept, actor_id=actor_id)
            refund.lines.set(lines)
        end_attempt_if_settled(lock_attempt(last.attempt_id))
        return settle_attention(booking_id=booking_id, actor_id=actor_id)


def _waiting(booking_id: int) -> Locked:
    found = lock_for_return(booking_id)
    if found.booking.status != Booking.Status.NEEDS_ATTENTION:
        raise BookingNotReleasable("This booking does not wait for a decision.")
    attempt = live_attempt_of(booking_id)
    if attempt is not None:
        lock_attempt(attempt.pk)
    return found


def _unsorted(booking_id: int) -> QuerySet[Refund]:
    return Refund.objects.filter(attempt__booking=booking_id, kind=Kind.OUTSIDE).order_by("pk")


def _sort(refund: Refund, *, kind: str, actor_id: int, kept_minor: int = 0) -> None:
    Refund.objects.filter(pk=refund.pk, kind=Kind.OUTSIDE).update(kind=kind, kept_minor=kept_minor)
    audit.record(
        subject="refund",
        subject_id=refund.pk,
        action="sort refund",
        before=refund.kind,
        after=kind,
        actor_id=actor_id,
    )


def _refuse_open(booking: Booking) -> None:
    questions = open_questions(booking.pk)
    if questions:
        raise RefundNotAllowed(" ".join(questions))
