"""Refunds that we did not make, or whose end Stripe tells us: our rows follow Stripe's."""

import logging

from django.db import transaction

from bookings.cancellation import HELD_BY_BUYER, Locked, lock_for_return, take_back
from bookings.confirmation import mark_needs_attention
from bookings.locks import waiting_at_most
from payments import ledger, stripe_gateway
from payments.disputes import mirror_disputes
from payments.ledger import Parts
from payments.locks import lock_attempt
from payments.models import OPEN_REFUNDS, PaymentAttempt, Refund
from payments.refund_planning import rightly_kept, split
from payments.refunds import send_refund, store_refund
from payments.stripe_states import IntentState, RefundState
from ticketmaster.core import audit
from ticketmaster.core.errors import TemporarilyUnavailable

logger = logging.getLogger(__name__)

Kind = Refund.Kind


def mirror_refunds(attempt_id: int, state: IntentState) -> None:
    """Bring the attempt's refunds and disputes to where Stripe has them.

    Those made in Stripe's dashboard get a row. A dashboard refund of all that is left takes the
    tickets back, too; one of a part goes to staff, who say which tickets it was for.
    """
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    if attempt.captured_at is None:
        return
    if _has_news(attempt, state):
        for refund in reversed(stripe_gateway.refunds_of(state.id)):
            _mirror(attempt, refund)
    mirror_disputes(attempt, state)


def follow_refund(stripe_id: str) -> None:
    """Bring our row of this refund, if there is one, to where Stripe has it.

    For word of a failure, which may come weeks after the success: nothing is taken from whether
    the charge's sum of refunds has sunk again.
    """
    for refund_id in Refund.objects.filter(stripe_id=stripe_id).values_list("pk", flat=True):
        store_refund(refund_id, stripe_gateway.look_up_refund(stripe_id))


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
        _end_own_refunds(attempt)
        refund = _adopt(attempt, state)
    if refund is not None:
        store_refund(refund.pk, state)


def _end_own_refunds(attempt: PaymentAttempt) -> None:
    """Ask for what we planned ourselves first: Stripe refuses what the dashboard has taken."""
    own = Refund.objects.filter(attempt=attempt, status__in=OPEN_REFUNDS, stripe_id__isnull=True)
    for refund_id in list(own.values_list("pk", flat=True)):
        send_refund(refund_id)


def _adopt(attempt: PaymentAttempt, state: RefundState) -> Refund | None:
    """A row for a refund made in Stripe's dashboard: taken from face, then tax, then fee."""
    with transaction.atomic(durable=True), waiting_at_most():
        found = lock_for_return(attempt.booking_id)
        attempt = lock_attempt(attempt.pk)
        if Refund.objects.filter(stripe_id=state.id).exists():
            return None
        left = ledger.parts_left(attempt)
        if state.amount_minor > left.total_minor:
            raise TemporarilyUnavailable(f"refund {state.id} is more than is left here")
        is_held = found.booking.status in HELD_BY_BUYER
        parts = split(state.amount_minor, left)
        if state.amount_minor < left.total_minor and is_held:
            mark_needs_attention(booking_id=attempt.booking_id, reason="part refund at Stripe")
            return _write(attempt, state, parts, kind=Kind.OUTSIDE)
        if state.amount_minor == left.total_minor:
            return _write_whole(found, attempt, state, parts)
        return _write(attempt, state, parts, kind=Kind.GOODWILL)


def _write_whole(
    found: Locked, attempt: PaymentAttempt, state: RefundState, parts: Parts
) -> Refund:
    """Nothing is left of the payment: its tickets, if the buyer still has some, come back."""
    lines = found.lines if found.booking.status in HELD_BY_BUYER else []
    if lines:
        take_back(found, lines)
    else:
        logger.warning("attempt %s: refunded at Stripe, and no ticket to take back", attempt.pk)
    # nothing stays of the payment: whatever was kept before has gone back with this
    kept = -rightly_kept(attempt.pk)
    refund = _write(attempt, state, parts, kind=Kind.TICKETS, kept_minor=kept)
    refund.lines.set(lines)
    return refund


def _write(
    attempt: PaymentAttempt, state: RefundState, parts: Parts, *, kind: str, kept_minor: int = 0
) -> Refund:
    refund = Refund.objects.create(
        attempt=attempt,
        kind=kind,
        status=Refund.Status.SENT,
        amount_minor=parts.total_minor,
        face_minor=parts.face_minor,
        fee_minor=parts.fee_minor,
        tax_minor=parts.tax_minor,
        kept_minor=kept_minor,
        currency=attempt.currency,
        reason="made at Stripe",
        stripe_id=state.id,
    )
    audit.record(
        subject="refund",
        subject_id=refund.pk,
        action="refund found at Stripe",
        after=refund.status,
        details={"kind": kind},
    )
    return refund
