"""Sending captured money back: a row first, then the call, then the answer.

The call's key is made from the row, so that however often it is repeated the money goes once.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from bookings.cancellation import (
    HELD_BY_BUYER,
    TAKEN_BACK,
    Locked,
    live_lines,
    lock_for_return,
    take_back,
)
from bookings.errors import BookingNotReleasable
from bookings.locks import waiting_at_most
from payments import ledger, stripe_gateway
from payments.attempts import ENDED, live_attempt_of, move, reopen_refunded
from payments.errors import RefundNotAllowed
from payments.locks import lock_attempt, lock_refund
from payments.mail import owe_money_returned_mail, owe_refund_mail
from payments.models import OPEN_REFUNDS, PaymentAttempt, Refund
from payments.refund_planning import plan_again, plan_ticket_refund, rightly_kept
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
    *,
    booking_id: int,
    actor_id: int | None = None,
    reason: str = "",
    kind: str = Refund.Kind.TICKETS,
) -> Refund | None:
    """Take a confirmed booking back and return what its tickets cost; None when none was captured.

    Its admissions are void and its tickets free at once; a refund that Stripe does not answer is
    finished by the reconciler, and so is the release of money that was not captured yet. Raises
    BookingNotReleasable for a booking that was never confirmed, RefundNotAllowed while a bank
    disputes the payment.
    """
    with transaction.atomic(durable=True), waiting_at_most():
        found = lock_for_return(booking_id)
        if found.booking.status in TAKEN_BACK:
            return None
        if found.booking.status not in HELD_BY_BUYER:
            raise BookingNotReleasable
        take_back(found, found.lines, actor_id=actor_id)
        refund = _planned(found, kind=kind, reason=reason, actor_id=actor_id)
    chaospoint("refund_planned")
    return sent(refund)


def _planned(found: Locked, *, kind: str, reason: str, actor_id: int | None) -> Refund | None:
    """A refund of what these tickets cost; None when nothing was captured or nothing is left.

    The attempt is locked before its state is read: a capture that is written down at this moment
    is either seen here, or sees that the booking has ended and plans the refund itself.
    """
    live = live_attempt_of(found.booking.pk)
    attempt = lock_attempt(live.pk) if live else None
    if attempt is None or attempt.status != PaymentAttempt.Status.CAPTURED:
        return None
    refund = plan_ticket_refund(
        attempt.pk, found.lines, kind=kind, reason=reason, actor_id=actor_id
    )
    if refund is None:
        end_attempt_if_settled(attempt)
    return refund


def sent(refund: Refund | None) -> Refund | None:
    """The refund after asking Stripe for it once; None stays None."""
    if refund is not None:
        send_refund(refund.pk)
        refund.refresh_from_db()
    return refund


def try_again(*, refund_id: int, actor_id: int) -> Refund:
    """Send a failed refund once more, as a new one. Once for each.

    Raises RefundNotAllowed for one that has not failed or was tried again, NothingToRefund when
    the money has gone back another way.
    """
    booking_id = Refund.objects.values_list("attempt__booking", flat=True).get(pk=refund_id)
    with transaction.atomic(durable=True), waiting_at_most():
        lock_for_return(booking_id)
        failed = Refund.objects.get(pk=refund_id)
        if failed.status != Status.FAILED or Refund.objects.filter(retry_of=failed).exists():
            raise RefundNotAllowed("This refund has not failed, or it was tried again already.")
        again = plan_again(failed, actor_id=actor_id)
    send_refund(again.pk)
    again.refresh_from_db()
    return again


def failed_refunds() -> QuerySet[Refund]:
    """Those that failed and whose money nobody has sent another way yet: staff have to."""
    return Refund.objects.filter(status=Status.FAILED, retry=None).exclude(
        attempt__status=PaymentAttempt.Status.REFUNDED
    )


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
        if refund.status == Status.SUCCEEDED and state.status in ENDS_BADLY:
            _take_returned(refund, attempt)
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
            end_attempt_if_settled(attempt)


def _take_returned(refund: Refund, attempt: PaymentAttempt) -> None:
    """It had gone out, and the buyer's bank could not take it: the money is ours to send again."""
    logger.error("refund %s came back from the buyer's bank", refund.pk)
    _set(refund, to=Status.FAILED)
    ledger.post_refund_returned(refund, attempt)
    if attempt.status == PaymentAttempt.Status.REFUNDED:
        reopen_refunded(attempt)


def _owe_mail(refund: Refund, attempt: PaymentAttempt) -> None:
    if refund.kind == Refund.Kind.EVENT:
        return  # the mail about the cancelled event has said it
    if attempt.status in ENDED:  # it never bought anything: the money came too late
        owe_money_returned_mail(attempt)
    else:
        owe_refund_mail(refund)


def end_attempt_if_settled(attempt: PaymentAttempt) -> None:
    """End it when all has gone back but what the terms keep of tickets taken back.

    After the locks of booking, tickets and attempt, or the attempt's alone.
    """
    if attempt.status != PaymentAttempt.Status.CAPTURED or live_lines(attempt.booking_id):
        return
    # goodwill may have been more than the tickets' worth that is left: nothing is kept then
    owed = ledger.parts_left(attempt).total_minor - max(0, rightly_kept(attempt.pk))
    under_way = Refund.objects.filter(attempt=attempt, status__in=OPEN_REFUNDS)
    if owed == 0 and not under_way.exists():
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


def _audit(refund: Refund, *, before: str, after: str) -> None:
    audit.record(
        subject="refund",
        subject_id=refund.pk,
        action=f"refund {after}",
        before=before,
        after=after,
    )
