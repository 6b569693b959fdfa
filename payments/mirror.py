"""Refunds that we did not make, or whose end Stripe tells us: our rows follow Stripe's."""

import logging

from django.db import transaction

from bookings.cancellation import cancel_confirmed
from bookings.confirmation import mark_needs_attention
from bookings.errors import BookingNotReleasable
from payments import ledger, stripe_gateway
from payments.ledger import Parts
from payments.locks import lock_attempt
from payments.models import PaymentAttempt, Refund
from payments.refunds import store_refund
from payments.stripe_states import IntentState, RefundState

logger = logging.getLogger(__name__)


def mirror_refunds(attempt_id: int, state: IntentState) -> None:
    """Bring the attempt's refunds to where Stripe has them; those of the dashboard get a row.

    A dashboard refund of everything takes the booking back too; of a part, staff decide which
    tickets it was for.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    if attempt.captured_at is None or not _has_news(attempt, state):
        return
    for refund in reversed(stripe_gateway.refunds_of(state.id)):
        _mirror(attempt, refund)


def _has_news(attempt: PaymentAttempt, state: IntentState) -> bool:
    own = Refund.objects.filter(attempt=attempt)
    known = sum(own.filter(status="succeeded").values_list("amount_minor", flat=True))
    return known != state.refunded_minor or own.filter(status__in=["sent", "unknown"]).exists()


def _mirror(attempt: PaymentAttempt, state: RefundState) -> None:
    named = state.metadata.get("refund", "")
    refund = Refund.objects.filter(attempt=attempt, stripe_id=state.id).first()
    if refund is None and named.isdecimal():
        refund = Refund.objects.filter(attempt=attempt, pk=int(named)).first()
    if refund is None:
        refund = _adopt(attempt, state)
    if refund is not None:
        store_refund(refund.pk, state)


def _adopt(attempt: PaymentAttempt, state: RefundState) -> Refund | None:
    """A row for a refund made in Stripe's dashboard: taken from face, then tax, then fee."""
    with transaction.atomic(durable=True):
        if state.amount_minor < _left_of(attempt).total_minor:
            mark_needs_attention(booking_id=attempt.booking_id, reason="part refund at Stripe")
        else:
            _take_back(attempt)
        lock_attempt(attempt.pk)
        if Refund.objects.filter(stripe_id=state.id).exists():
            return None
        parts = split(state.amount_minor, _left_of(attempt))
        return Refund.objects.create(
            attempt=attempt,
            status=Refund.Status.SENT,
            amount_minor=parts.total_minor,
            face_minor=parts.face_minor,
            fee_minor=parts.fee_minor,
            tax_minor=parts.tax_minor,
            currency=attempt.currency,
            reason="made at Stripe",
            stripe_id=state.id,
        )


def _take_back(attempt: PaymentAttempt) -> None:
    try:
        cancel_confirmed(booking_id=attempt.booking_id)
    except BookingNotReleasable:
        logger.warning("attempt %s: refunded at Stripe, never confirmed", attempt.pk)


def _left_of(attempt: PaymentAttempt) -> Parts:
    captured = ledger.parts_of_booking(attempt.booking_id)
    return captured.minus(ledger.parts_given_back(attempt.pk))


def split(amount_minor: int, left: Parts) -> Parts:
    """The amount taken from what is left: face price first, then tax, then fee."""
    face = min(amount_minor, left.face_minor)
    tax = min(amount_minor - face, left.tax_minor)
    return Parts(face, amount_minor - face - tax, tax)
