"""Disputes: a bank takes a payment back at its customer's word, and decides weeks later.

The rule: while one is open the money counts as the bank's, the booking needs attention and its
tickets stay as they are. Won, the booking is as before; lost, its tickets are void and on sale
again. An inquiry, which moves no money, is only shown to staff.
"""

import logging
from datetime import UTC, datetime

from django.db import transaction
from django.db.models.functions import Now

from bookings.cancellation import HELD_BY_BUYER, TAKEN_BACK, Locked, lock_for_return, take_back
from bookings.confirmation import mark_needs_attention
from bookings.locks import waiting_at_most
from payments import ledger, stripe_gateway
from payments.attention import settle_attention
from payments.locks import lock_attempt
from payments.models import Dispute, PaymentAttempt
from payments.refund_planning import plan_whole_refund, split
from payments.refunds import end_attempt_if_settled, sent
from payments.stripe_states import DisputeState, IntentState
from ticketmaster.core import audit

logger = logging.getLogger(__name__)

Status = Dispute.Status

STATUSES = {
    "warning_needs_response": Status.INQUIRY,
    "warning_under_review": Status.INQUIRY,
    "warning_closed": Status.CLOSED,
    "prevented": Status.CLOSED,
    "needs_response": Status.OPEN,
    "under_review": Status.OPEN,
    "won": Status.WON,
    "lost": Status.LOST,
}
# Forwards only: from what to what.
NEXT = {
    "": frozenset(Status.values),
    Status.INQUIRY: frozenset({Status.OPEN, Status.WON, Status.LOST, Status.CLOSED}),
    Status.OPEN: frozenset({Status.WON, Status.LOST}),
}
UNDECIDED = frozenset({Status.INQUIRY, Status.OPEN})


def mirror_disputes(attempt: PaymentAttempt, state: IntentState) -> None:
    """Bring the attempt's disputes to where Stripe has them. Asks only where there may be one."""
    if state.disputed or attempt.disputes.filter(status__in=UNDECIDED).exists():
        for dispute in reversed(stripe_gateway.disputes_of(state.id)):
            _follow(attempt, dispute)


def _follow(attempt: PaymentAttempt, state: DisputeState) -> None:
    refund = None
    with transaction.atomic(durable=True), waiting_at_most():
        found = lock_for_return(attempt.booking_id)
        attempt = lock_attempt(attempt.pk)
        before, dispute = _write(attempt, state)
        if dispute is None:
            return
        money_was_gone = before == Status.OPEN
        if dispute.status in {Status.OPEN, Status.LOST} and not money_was_gone:
            ledger.post_dispute_opened(dispute, attempt)
        if dispute.status == Status.OPEN:
            logger.error("booking %s: a bank disputes its payment", attempt.booking_id)
            mark_needs_attention(booking_id=attempt.booking_id, reason="disputed")
        elif dispute.status == Status.LOST:
            _lose(found, attempt, dispute)
        elif dispute.status == Status.WON and money_was_gone:
            ledger.post_dispute_won(dispute, attempt)
            settle_attention(booking_id=attempt.booking_id, actor_id=None)
            if found.booking.status in TAKEN_BACK:  # the event was cancelled meanwhile
                refund = plan_whole_refund(attempt.pk, reason="dispute won after cancellation")
    sent(refund)


def _write(attempt: PaymentAttempt, state: DisputeState) -> tuple[str, Dispute | None]:
    """What it was before, and its row moved on; None where it stands there already."""
    known = Dispute.objects.filter(stripe_id=state.id).first()
    before = known.status if known else ""
    to = STATUSES.get(state.status, Status.OPEN)
    if to not in NEXT.get(before, frozenset()) or to == before:
        return before, None
    dispute = known or Dispute(attempt=attempt, stripe_id=state.id, currency=attempt.currency)
    if before != Status.OPEN:
        dispute.amount_minor = min(state.amount_minor, ledger.parts_left(attempt).total_minor)
    dispute.status, dispute.reason = to, state.reason[:80]
    dispute.changed_at = Now()
    dispute.answer_by = datetime.fromtimestamp(state.answer_by, UTC) if state.answer_by else None
    dispute.save()
    audit.record(
        subject="dispute",
        subject_id=dispute.pk,
        action=f"dispute {to}",
        before=before,
        after=to,
        details={"reason": dispute.reason},
    )
    return before, dispute


def _lose(found: Locked, attempt: PaymentAttempt, dispute: Dispute) -> None:
    """The bank keeps the money: the sale is undone, in the ledger and at the door."""
    parts = split(dispute.amount_minor, ledger.parts_left(attempt))
    ledger.post_dispute_lost(dispute, attempt, parts)
    if found.booking.status in HELD_BY_BUYER:
        take_back(found, found.lines)
    if attempt.status == PaymentAttempt.Status.CAPTURED:
        end_attempt_if_settled(attempt)
