"""Giving tickets back for money: by fans under their booking's terms, by staff at will.

Pages, API and admin call the same functions; each takes the tickets and plans the refund in one
transaction, then asks Stripe.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress

from django.db import transaction

from bookings.cancellation import (
    HELD_BY_BUYER,
    LIVE,
    UNUSED,
    Locked,
    lock_for_return,
    take_back,
)
from bookings.errors import BookingNotReleasable
from bookings.locks import waiting_at_most
from bookings.models import Admission, Booking, BookingLine
from bookings.refund_policy import USED, refund_right
from bookings.selectors import booking_for
from events.models import Event
from payments.attempts import live_attempt_of
from payments.errors import CaptureUnderWay, NothingToRefund, RefundNotAllowed
from payments.inquiry import pursue
from payments.models import OPEN_REFUNDS, PaymentAttempt, Refund
from payments.refund_planning import plan_goodwill, plan_ticket_refund
from payments.refunds import send_refund, sent
from payments.stripe_calls import StripeRefused, StripeUnreachable
from ticketmaster.core import idempotency
from ticketmaster.core.chaos import chaospoint
from ticketmaster.core.errors import DomainError, NotFound

NOT_THERE = "There is no such ticket on this booking."
RETURNED = "This ticket was given back already."


def return_by_fan(
    *, user_id: int, reference: str, ticket_ids: Collection[int] | None = None
) -> Booking:
    """Give these tickets of one's own booking back, all of them when None, by its terms.

    Raises NotFound, also for a ticket that is not on it; RefundNotAllowed by the terms, for a used
    ticket and for one given back before; CaptureUnderWay; NothingToRefund when nothing would come
    back. Nothing is changed then.
    """
    known = booking_for(user_id=user_id, reference=reference)
    if idempotency.recalled("returned"):
        return _go_on(known)
    _finish_capture(known.pk)
    with transaction.atomic(durable=True), waiting_at_most():
        idempotency.note(returned=known.reference)
        found = lock_for_return(known.pk)
        event = Event.objects.only("status", "starts_at").get(pk=known.event_id)
        right = refund_right(found.booking, event, now=found.now)
        if not right.is_given:
            raise RefundNotAllowed(right.refusal)
        lines = chosen_lines(found, ticket_ids)
        _refuse_used(lines)
        refund = _return(
            found, lines, voidable=UNUSED, keeps_fees=right.keeps_fees, actor_id=user_id
        )
    chaospoint("refund_planned")
    sent(refund)
    return booking_for(user_id=user_id, reference=reference)


def _go_on(booking: Booking) -> Booking:
    """A repeated call whose first run had taken the tickets and died: the money is asked for."""
    under_way = Refund.objects.filter(attempt__booking=booking, status__in=OPEN_REFUNDS)
    for refund_id in list(under_way.values_list("pk", flat=True)):
        send_refund(refund_id)
    return booking


def refund_tickets(
    *,
    booking_id: int,
    ticket_ids: Collection[int],
    actor_id: int,
    reason: str = "",
    keeps_fees: bool = False,
) -> Refund | None:
    """Staff take these tickets back, used ones too; None when no money was paid for them.

    Raises NotFound for a ticket that is not on the booking, RefundNotAllowed for one taken back
    before and during a dispute, BookingNotReleasable, CaptureUnderWay, NothingToRefund.
    """
    _finish_capture(booking_id)
    with transaction.atomic(durable=True), waiting_at_most():
        found = lock_for_return(booking_id)
        if found.booking.status not in HELD_BY_BUYER:
            raise BookingNotReleasable
        lines = chosen_lines(found, ticket_ids)
        refund = _return(
            found,
            lines,
            voidable=LIVE,
            keeps_fees=keeps_fees,
            actor_id=actor_id,
            reason=reason,
        )
    chaospoint("refund_planned")
    return sent(refund)


def refund_amount(*, booking_id: int, amount_minor: int, actor_id: int, reason: str) -> Refund:
    """Staff give an amount back as goodwill; the tickets stay valid.

    Raises RefundNotAllowed for more than is left of the payment and during a dispute,
    BookingNotReleasable, CaptureUnderWay, NothingToRefund for a booking that cost nothing.
    """
    earlier = idempotency.recalled("goodwill")  # of a press that planned it, and died
    refund = Refund.objects.filter(pk=earlier).first() if earlier else None
    if refund is None:
        _finish_capture(booking_id)
        refund = _planned_goodwill(
            booking_id, amount_minor=amount_minor, actor_id=actor_id, reason=reason
        )
    send_refund(refund.pk)
    refund.refresh_from_db()
    return refund


def _planned_goodwill(booking_id: int, *, amount_minor: int, actor_id: int, reason: str) -> Refund:
    with transaction.atomic(durable=True), waiting_at_most():
        found = lock_for_return(booking_id)
        if found.booking.status not in HELD_BY_BUYER:
            raise BookingNotReleasable
        attempt = _captured_attempt(found.booking)
        refund = plan_goodwill(
            attempt.pk, amount_minor=amount_minor, reason=reason, actor_id=actor_id
        )
        idempotency.note(goodwill=refund.pk)
    chaospoint("refund_planned")
    return refund


def chosen_lines(found: Locked, ticket_ids: Collection[int] | None) -> Sequence[BookingLine]:
    """The lines of these tickets, of all that are left when None.

    Raises NotFound for a ticket of another booking, RefundNotAllowed for one that was taken back.
    """
    if ticket_ids is None:
        return found.lines
    wanted = set(ticket_ids)
    lines = [line for line in found.lines if line.ticket_id in wanted]
    gone = wanted - {line.ticket_id for line in lines}
    if gone:
        on_it = BookingLine.objects.filter(booking=found.booking, ticket_id__in=gone).count()
        if on_it != len(gone):
            raise NotFound(NOT_THERE)
        raise RefundNotAllowed(RETURNED)
    if not lines:
        raise RefundNotAllowed("Choose at least one ticket.")
    return lines


def _refuse_used(lines: Sequence[BookingLine]) -> None:
    for line in lines:
        if getattr(line, "admission_status", "") == Admission.Status.USED:
            raise RefundNotAllowed(USED)


def _return(
    found: Locked,
    lines: Sequence[BookingLine],
    *,
    voidable: Collection[str],
    keeps_fees: bool,
    actor_id: int,
    reason: str = "",
) -> Refund | None:
    """Take the tickets and plan their refund; None for a booking that cost nothing."""
    take_back(found, lines, voidable=voidable, actor_id=actor_id)
    if not found.booking.total_minor:
        return None
    attempt = _captured_attempt(found.booking)
    refund = plan_ticket_refund(
        attempt.pk, lines, keeps_fees=keeps_fees, reason=reason, actor_id=actor_id
    )
    if refund is None:
        raise NothingToRefund
    return refund


def _captured_attempt(booking: Booking) -> PaymentAttempt:
    attempt = live_attempt_of(booking.pk)
    if attempt is None:
        raise NothingToRefund
    if attempt.status != PaymentAttempt.Status.CAPTURED:
        raise CaptureUnderWay
    return attempt


def _finish_capture(booking_id: int) -> None:
    """A sale whose money is still only blocked takes it first: what was not taken cannot return."""
    attempt = live_attempt_of(booking_id)
    if attempt is not None and attempt.status == PaymentAttempt.Status.AUTHORISED:
        with suppress(StripeUnreachable, StripeRefused, DomainError):
            pursue(attempt.pk)
