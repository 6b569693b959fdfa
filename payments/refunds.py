"""Sending captured money back: a row first, then the call, then the answer.

The call's key is made from the row, so that however often it is repeated the money goes once.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from bookings.cancellation import cancel_confirmed
from payments import ledger, stripe_gateway
from payments.attempts import ENDED, live_attempt_of, move
from payments.errors import NothingToRefund
from payments.locks import lock_attempt, lock_refund
from payments.mail import owe_money_returned_mail, owe_refund_mail
from payments.models import OPEN_REFUNDS, PaymentAttempt, Refund
from payments.stripe_calls import StripeRefused, StripeUnreachable
from payments.stripe_states import RefundState
from ticketmaster.core import audit
from ticketmaster.core.chaos import chaospoint
from ticketmaster.core.clock import database_now

logger = logging.getLogger(__name__)

Status = Refund.Status
# Stripe forgets an idempotency key after 24 hours; past 23 we only ask, never repeat.
LAST_REPEAT = timedelta(hours=23)
ENDS_WELL, ENDS_BADLY = frozenset({"succeeded"}), frozenset({"failed", "canceled"})


def refund_booking(
    *, booking_id: int, actor_id: int | None = None, reason: str = ""
) -> Refund | None:
    """Take a confirmed booking back and return all of its money; None when none was captured.

    Its admissions are void and its tickets free at once; a refund that Stripe does not answer is
    finished by the reconciler, and so is the release of money that was not captured yet. Raises
    BookingNotReleasable for a booking that was never confirmed.
    """
    with transaction.atomic(durable=True):
        cancel_confirmed(booking_id=booking_id, actor_id=actor_id)
        attempt = live_attempt_of(booking_id)
        refund = None
        if attempt is not None and attempt.status == PaymentAttempt.Status.CAPTURED:
            refund = plan_whole_refund(attempt.pk, reason=reason, actor_id=actor_id)
    chaospoint("refund_planned")
    if refund is not None:
        send_refund(refund.pk)
        refund.refresh_from_db()
    return refund


def plan_whole_refund(
    attempt_id: int, *, reason: str, actor_id: int | None = None
) -> Refund | None:
    """A refund of what is left of a captured attempt; None when a refund has taken all of it.

    Inside a transaction, after the locks of the booking. Locks the attempt.
    """
    attempt = lock_attempt(attempt_id)
    if attempt.captured_at is None:
        raise NothingToRefund
    left = ledger.parts_of_booking(attempt.booking_id).minus(ledger.parts_given_back(attempt_id))
    if left.total_minor <= 0:
        return None
    refund = Refund.objects.create(
        attempt=attempt,
        amount_minor=left.total_minor,
        face_minor=left.face_minor,
        fee_minor=left.fee_minor,
        tax_minor=left.tax_minor,
        currency=attempt.currency,
        reason=reason[:120],
    )
    _audit(refund, before="", after=Status.CREATED, actor_id=actor_id)
    return refund


def send_refund(refund_id: int) -> None:
    """Ask Stripe to send it, or how it went if it was asked before. Safe to repeat at any time."""
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    if refund.status not in OPEN_REFUNDS:
        return
    if refund.status == Status.CREATED:
        _move(refund_id, to=Status.SENT, allowed={Status.CREATED})
    try:
        state = _ask(refund)
    except StripeUnreachable as error:
        logger.warning("refund %s: no answer yet (%s)", refund_id, error)
        return
    except StripeRefused as error:
        logger.error("refund %s was refused: %s", refund_id, error)
        _move(refund_id, to=Status.FAILED, allowed={Status.SENT, Status.UNKNOWN})
        return
    chaospoint("refund_answered")
    store_refund(refund_id, state)


def _ask(refund: Refund) -> RefundState:
    if refund.stripe_id:
        return stripe_gateway.look_up_refund(refund.stripe_id)
    intent_id = refund.attempt.intent_id or ""
    known = stripe_gateway.refunds_of(intent_id) if refund.status != Status.CREATED else []
    for state in known:
        if state.metadata.get("refund") == str(refund.pk):
            return state
    if database_now() - refund.created_at > LAST_REPEAT:
        raise StripeRefused("Stripe has no such refund, and its key is too old to repeat")
    return stripe_gateway.refund(
        refund_id=refund.pk,
        intent_id=intent_id,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
    )


def store_refund(refund_id: int, state: RefundState) -> None:
    """Write down how it stands at Stripe: the ledger once it has succeeded, the mail with it."""
    with transaction.atomic(durable=True):
        attempt = lock_attempt(
            Refund.objects.values_list("attempt_id", flat=True).get(pk=refund_id)
        )
        refund = lock_refund(refund_id)
        if refund.status not in OPEN_REFUNDS:
            return
        Refund.objects.filter(pk=refund_id).update(stripe_id=state.id)
        if state.status in ENDS_BADLY:
            logger.error("refund %s failed at Stripe", refund_id)
            _set(refund, to=Status.FAILED)
        elif state.status in ENDS_WELL:
            _set(refund, to=Status.SUCCEEDED)
            ledger.post_refund(refund, attempt)
            _owe_mail(refund, attempt)
            _end_attempt(attempt)


def _owe_mail(refund: Refund, attempt: PaymentAttempt) -> None:
    if attempt.status in ENDED:  # it never bought anything: the money came too late
        owe_money_returned_mail(attempt)
    else:
        owe_refund_mail(refund)


def _end_attempt(attempt: PaymentAttempt) -> None:
    left = ledger.parts_of_booking(attempt.booking_id).minus(ledger.parts_given_back(attempt.pk))
    if left.total_minor == 0 and attempt.status not in ENDED:
        move(attempt, to=PaymentAttempt.Status.REFUNDED)


def _move(refund_id: int, *, to: Status, allowed: set[Status]) -> None:
    with transaction.atomic(durable=True):
        refund = lock_refund(refund_id)
        if refund.status in allowed:
            _set(refund, to=to)


def _set(refund: Refund, *, to: Status) -> None:
    before = refund.status
    Refund.objects.filter(pk=refund.pk, status=before).update(status=to, changed_at=Now())
    refund.status = to
    _audit(refund, before=before, after=to)


def _audit(refund: Refund, *, before: str, after: str, actor_id: int | None = None) -> None:
    audit.record(
        subject="refund",
        subject_id=refund.pk,
        action=f"refund {after}",
        before=before,
        after=after,
        actor_id=actor_id,
    )
