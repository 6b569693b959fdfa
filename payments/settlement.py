"""From Stripe's answer to the booking's end: phases C to F, driven by whoever holds the answer.

The fan's own request, the webhook's worker and the reconciler all call `settle` with what Stripe
says at this moment. Every step is a compare-and-set of its own, so that any number of them may run
at once, stop anywhere, and be run again.
"""

import logging
import time

from django.db import transaction
from django.db.models.functions import Now

from bookings.confirmation import mark_needs_attention, return_to_reserved, sell_within
from bookings.errors import TicketLimitReached, TicketsLost
from bookings.models import Booking
from bookings.selectors import status_of
from payments import ledger, stripe_gateway
from payments.attempts import ENDED, LIVE, AttemptMoved, live_attempt_of, move, reopen
from payments.card_limit import refuse_card_above_limit
from payments.locks import lock_attempt
from payments.mail import owe_money_returned_mail
from payments.models import PaymentAttempt
from payments.refund_planning import plan_whole_refund
from payments.refunds import send_refund
from payments.stripe_calls import StripeRefused, StripeUnreachable
from payments.stripe_states import IntentState, Stage
from ticketmaster.core.chaos import chaospoint

logger = logging.getLogger(__name__)

Status = PaymentAttempt.Status
EVENT_CANCELLED = "event_cancelled"
# Why money went back of which no mail about lost seats is owed: no news, or told by another mail.
TOLD_OTHERWISE = frozenset({TicketLimitReached.code, EVENT_CANCELLED})
GONE = frozenset({Booking.Status.CANCELLED, Booking.Status.REFUNDED})

# The webhook's worker often follows the same answer at the same moment. Whoever finds the attempt
# moved reads again and goes on from there: every step is done once, and both learn the end.
PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.4)


def settle(
    attempt_id: int, state: IntentState, *, known: PaymentAttempt | None = None
) -> PaymentAttempt:
    """The attempt after following Stripe's answer as far as it leads.

    `known` is the attempt with its booking as the caller has just written it, which need not be
    read again: every step is a compare-and-set, and where it has moved it is read afresh.
    Raises TemporarilyUnavailable when the seats' locks take too long and StripeUnreachable when a
    further call stays unanswered; the reconciler goes on from there.
    """
    chaospoint("before_C")
    for pause in (*PAUSES_S, None):
        try:
            attempt = known or _fresh(attempt_id)
            _follow(attempt, state)
            if known and _is_sold(known):
                return known
            break
        except AttemptMoved as moved:
            known = None
            if pause is None:
                logger.info("%s; somebody else was faster", moved)
            else:
                time.sleep(pause)
    return _fresh(attempt_id)


def _is_sold(attempt: PaymentAttempt) -> bool:
    """Paid for good; where the money went back meanwhile, a refund has written to the attempt."""
    paid = attempt.status == Status.CAPTURED
    return paid and attempt.booking.status == Booking.Status.CONFIRMED


def _fresh(attempt_id: int) -> PaymentAttempt:
    return PaymentAttempt.objects.select_related("booking").get(pk=attempt_id)


def _follow(attempt: PaymentAttempt, state: IntentState) -> None:
    if state.has_money:
        _keep_money(attempt, state)
    elif attempt.status not in LIVE or attempt.status == Status.CAPTURED:
        return
    elif attempt.status == Status.AUTHORISED:
        if state.stage in {Stage.REFUSED, Stage.CANCELED}:
            _lose_authorisation(attempt, state)
    elif state.stage == Stage.ACTION:
        _wait_for_fan(attempt, state)
    elif state.stage == Stage.REFUSED:
        _decline(attempt, state)
    elif state.stage == Stage.CANCELED:
        # a fence after a decline reads as cancelled too: the bank's no is still on it
        to = Status.DECLINED if state.decline_code else Status.VOIDED
        _end(attempt, to=to, state=state, why="cancelled at Stripe")


def _wait_for_fan(attempt: PaymentAttempt, state: IntentState) -> None:
    """3-D Secure: the fan's bank wants to see the fan."""
    if attempt.status == Status.REQUIRES_ACTION:
        return
    with transaction.atomic(durable=True):
        move(
            attempt,
            to=Status.REQUIRES_ACTION,
            intent_id=state.id,
            client_secret=state.client_secret,
            next_action=state.next_action,
        )
    chaospoint("after_C")


def _decline(attempt: PaymentAttempt, state: IntentState) -> None:
    """The bank said no. Whoever has the client secret could try again, so it is fenced first."""
    if attempt.kind == PaymentAttempt.Kind.HOSTED:
        return  # the fan may try another card on Stripe's page; the session's end decides
    if attempt.status == Status.REQUIRES_ACTION:
        fenced = stripe_gateway.cancel(attempt_id=attempt.pk, intent_id=state.id)
        if fenced.has_money:
            return _keep_money(attempt, fenced)
    return _end(attempt, to=Status.DECLINED, state=state, why="declined")


def _end(attempt: PaymentAttempt, *, to: Status, state: IntentState, why: str) -> None:
    """No money will come of it: the booking is reserved again, or has lapsed."""
    with transaction.atomic(durable=True):
        return_to_reserved(booking_id=attempt.booking_id)
        move(
            attempt,
            to=to,
            why=why,
            intent_id=state.id or attempt.intent_id,
            decline_code=state.decline_code[:80],
            decline_message=state.decline_message[:300],
        )
    chaospoint("after_C")


def _keep_money(attempt: PaymentAttempt, state: IntentState) -> None:
    """C: write down that the money is blocked. D: sell. E: take it. F: write that down."""
    if attempt.captured_at is not None:
        return  # taken before; what has to go back is a refund's affair
    if state.refunded_minor and attempt.status != Status.AUTHORISED:
        return  # it went back at Stripe; but a sale of ours that died before F is written down
    if (state.amount_minor, state.currency) != (attempt.amount_minor, attempt.currency):
        logger.error("attempt %s: Stripe has another amount", attempt.pk)
        return give_back(attempt.pk, state, code="amount_mismatch")
    if attempt.status not in ENDED | {Status.AUTHORISED}:
        with transaction.atomic(durable=True):
            move(
                attempt,
                to=Status.AUTHORISED,
                intent_id=state.id,
                card_fingerprint=state.card_fingerprint,
            )
    chaospoint("after_C")
    chaospoint("before_D")
    try:
        _sell(attempt, state)
    except (TicketsLost, TicketLimitReached) as error:
        return give_back(attempt.pk, state, code=error.code, message=error.detail)
    chaospoint("after_D")
    return _take_money(attempt, state)


def _sell(attempt: PaymentAttempt, state: IntentState) -> None:
    """Phase D, in one transaction. An ended attempt whose money came late is reopened by it."""
    with transaction.atomic(durable=True):
        refuse_card_above_limit(attempt, fingerprint=state.card_fingerprint)
        attempt.booking = sell_within(booking_id=attempt.booking_id)
        locked = lock_attempt(attempt.pk)
        if locked.status in ENDED:
            if live_attempt_of(attempt.booking_id) is not None:
                raise TicketsLost  # another payment has bought them, or is about to
            reopen(locked, intent_id=state.id, card_fingerprint=state.card_fingerprint)
            attempt.status = locked.status
        elif locked.status != Status.AUTHORISED:
            raise AttemptMoved(f"attempt {attempt.pk} is {locked.status}")


def _take_money(attempt: PaymentAttempt, state: IntentState) -> None:
    """Phases E and F. Unanswered, it is left to the reconciler; refused, to staff."""
    if state.stage != Stage.SUCCEEDED:
        chaospoint("before_E")
        try:
            state = stripe_gateway.capture(
                attempt_id=attempt.pk,
                intent_id=state.id,
                amount_minor=attempt.amount_minor,
                currency=attempt.currency,
            )
        except StripeUnreachable as error:
            logger.warning("attempt %s: capture unanswered (%s)", attempt.pk, error)
            return
        except StripeRefused as error:
            state = error.intent or stripe_gateway.look_up(state.id)
            logger.error("attempt %s: capture refused (%s)", attempt.pk, error)
    chaospoint("after_E")
    if state.stage == Stage.SUCCEEDED:
        _store_capture(attempt)
    else:
        _lose_authorisation(attempt, state)


def _store_capture(attempt: PaymentAttempt) -> None:
    """Phase F: captured, in the ledger; a booking taken back meanwhile is refunded at once."""
    chaospoint("before_F")
    with transaction.atomic(durable=True):
        move(attempt, to=Status.CAPTURED, captured_at=Now())
        ledger.post_capture(attempt)
        status = status_of(attempt.booking_id)
        refund = (
            plan_whole_refund(attempt.pk, reason="cancelled before capture")
            if status in GONE
            else None
        )
    attempt.booking.status = status
    chaospoint("after_F")
    if refund is not None:
        send_refund(refund.pk)


def _lose_authorisation(attempt: PaymentAttempt, state: IntentState) -> None:
    """The money cannot be taken. If the seats are sold already, a person decides."""
    with transaction.atomic(durable=True):
        booking = return_to_reserved(booking_id=attempt.booking_id)
        locked = lock_attempt(attempt.pk)
        if locked.status == Status.CAPTURED:
            return
        if booking.status == Booking.Status.CONFIRMED:
            mark_needs_attention(booking_id=booking.pk, reason="capture refused")
        if locked.status == Status.AUTHORISED and state.stage in {Stage.REFUSED, Stage.CANCELED}:
            move(
                locked,
                to=Status.VOIDED,
                why="authorisation lost",
                decline_code=state.decline_code[:80],
                decline_message=state.decline_message[:300],
            )


def give_back(attempt_id: int, state: IntentState, *, code: str, message: str = "") -> None:
    """Return money that buys nothing: release it, or refund it where it was taken already."""
    if state.stage != Stage.SUCCEEDED:
        state = stripe_gateway.cancel(attempt_id=attempt_id, intent_id=state.id)
    if state.stage == Stage.SUCCEEDED:
        return _refund_late_capture(attempt_id, state)
    with transaction.atomic(durable=True):
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        if attempt.status not in ENDED:
            return_to_reserved(booking_id=attempt.booking_id)
            move(
                attempt,
                to=Status.VOIDED,
                why="money given back",
                decline_code=code[:80],
                decline_message=message[:300],
            )
        if code not in TOLD_OTHERWISE:
            owe_money_returned_mail(attempt)
    return None


def _refund_late_capture(attempt_id: int, state: IntentState) -> None:
    """Money was taken for an attempt that cannot buy: into the ledger, and all of it out again."""
    with transaction.atomic(durable=True):
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        if attempt.status not in ENDED:
            return_to_reserved(booking_id=attempt.booking_id)
            move(attempt, to=Status.VOIDED, why="captured too late")
        attempt = lock_attempt(attempt_id)
        if attempt.captured_at is None:
            PaymentAttempt.objects.filter(pk=attempt_id).update(
                captured_at=Now(), intent_id=state.id
            )
            ledger.post_capture(attempt)
        refund = plan_whole_refund(attempt_id, reason="seats gone before the money came")
    if refund is not None:
        send_refund(refund.pk)
