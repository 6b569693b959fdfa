"""Paying for a booking with a card: store, ask Stripe, write down, sell, take the money.

Phases A to F of docs/adr, each its own short transaction, outside calls only between them:
A store the attempt (here), B create and confirm the intent (here), C to F in `settlement`.
"""

import logging
import re
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from bookings.cancellation import TAKEN_BACK
from bookings.confirmation import claim_within, confirm_free
from bookings.errors import (
    BookingExpired,
    BookingNotPayable,
    PaymentInProgress,
    TicketLimitReached,
    TicketsLost,
)
from bookings.models import Booking
from bookings.selectors import booking_for, shown_status
from payments import stripe_gateway
from payments.attempts import AttemptMoved, last_attempt_of, live_attempt_of, move, start
from payments.carding import refuse_after_many_declines
from payments.errors import (
    CardDeclined,
    PaymentMethodMissing,
    PaymentMethodRefused,
    PaymentUnavailable,
)
from payments.inquiry import pursue, stop_waiting
from payments.models import PaymentAttempt
from payments.orders import order_of
from payments.settlement import settle
from payments.stripe_calls import StripeRefused, StripeUnreachable, breaker
from payments.stripe_states import IntentState, Stage
from ticketmaster.core import idempotency
from ticketmaster.core.chaos import chaospoint
from ticketmaster.core.clock import database_now

logger = logging.getLogger(__name__)

Status = PaymentAttempt.Status

# A call lasts 19 s at most (two tries of 2 + 7 s and a pause): until then its sender is at work.
STILL_AT_WORK = timedelta(seconds=20)
# Stripe's names of things: pm_1Nv0…, pm_card_visa, ctoken_1Nv0…
METHOD_NAME = re.compile(r"[a-z]{1,20}_[A-Za-z0-9_]{1,230}")
METHOD_PARAMS = ("payment_method", "confirmation_token")


@dataclass(frozen=True, slots=True)
class ConfirmResult:
    """A confirmed booking; or one whose `attempt` waits for the fan in 3-D Secure."""

    booking: Booking
    attempt: PaymentAttempt | None = None


def confirm_booking(
    *, user_id: int, reference: str, payment_method: str = "", confirmation_token: str = ""
) -> ConfirmResult:
    """Pay for this booking, or go on with the payment that it has.

    Without a method it only goes on, by asking Stripe again. A confirmed booking is returned
    without a charge. Raises CardDeclined, PaymentInProgress, PaymentUnavailable, TooManyDeclines,
    PaymentMethodMissing, PaymentMethodRefused, and what `claim_for_payment` refuses. Opens its own
    transactions: call outside of any.
    """
    booking = booking_for(user_id=user_id, reference=reference)
    return pay(booking, payment_method=payment_method, confirmation_token=confirmation_token)


def pay(
    booking: Booking, *, payment_method: str = "", confirmation_token: str = ""
) -> ConfirmResult:
    """The same for a booking that has just been read, or made, for the user who asks."""
    if booking.status == Booking.Status.CONFIRMED:
        return ConfirmResult(booking)
    if booking.status in TAKEN_BACK:
        raise BookingNotPayable
    if not booking.total_minor:
        user_id = int(booking.user_id or 0)  # only a web booking, which has one, comes here
        return ConfirmResult(confirm_free(user_id=user_id, reference=booking.reference))
    attempt = live_attempt_of(booking.pk)
    if attempt is not None:
        _refuse_second_method(attempt, payment_method or confirmation_token)
        attempt = continue_attempt(attempt)
        if not (payment_method or confirmation_token) or not _came_to_nothing(attempt):
            return _result_of(attempt)
    if not payment_method and not confirmation_token:
        raise _nothing_to_continue(booking)
    if not METHOD_NAME.fullmatch(payment_method or confirmation_token):
        raise PaymentMethodRefused  # a card number, for one, is never stored
    _refuse_as_before(booking)
    attempt = store_attempt(
        booking.pk,
        kind=PaymentAttempt.Kind.CARD,
        payment_method=payment_method,
        confirmation_token=confirmation_token,
    )
    return _result_of(_send(attempt))


def abandon_payment(*, user_id: int, reference: str) -> Booking:
    """Stop a payment that waits for the fan, so that another card can be tried.

    Money that came meanwhile wins: the booking is confirmed then. Raises PaymentInProgress while
    a request is under way, PaymentUnavailable.
    """
    booking = booking_for(user_id=user_id, reference=reference)
    attempt = live_attempt_of(booking.pk)
    if attempt is not None and attempt.status == Status.REQUIRES_ACTION:
        try:
            stop_waiting(attempt)
        except StripeUnreachable as error:
            raise PaymentUnavailable from error
    elif attempt is not None:
        continue_attempt(attempt)
    return booking_for(user_id=user_id, reference=reference)


def store_attempt(
    booking_id: int,
    *,
    kind: PaymentAttempt.Kind,
    payment_method: str = "",
    confirmation_token: str = "",
) -> PaymentAttempt:
    """Phase A: claim the booking and store what will be asked, amount and currency frozen.

    Raises PaymentUnavailable while Stripe is known to be away; nothing is stored then.
    """
    if breaker.is_open:
        raise PaymentUnavailable
    chaospoint("before_A")
    with transaction.atomic(durable=True):
        booking = claim_within(booking_id=booking_id)
        refuse_after_many_declines(booking)
        attempt = start(
            booking,
            kind=kind,
            payment_method=payment_method,
            confirmation_token=confirmation_token,
        )
        idempotency.note(attempt=attempt.pk)
    chaospoint("after_A")
    return attempt


def mark_sent(attempt: PaymentAttempt) -> None:
    """From here on the request may have reached Stripe. Raises PaymentUnavailable when too late."""
    try:
        with transaction.atomic(durable=True):
            move(attempt, to=Status.SENT)
    except AttemptMoved as error:  # this process slept; the reconciler has ended the attempt
        raise PaymentUnavailable from error
    chaospoint("before_B")


def mark_unknown(attempt: PaymentAttempt) -> None:
    """The request may have reached Stripe, and nobody knows how it ended."""
    try:
        with transaction.atomic(durable=True):
            move(attempt, to=Status.UNKNOWN)
    except AttemptMoved:  # the webhook was faster and knows
        pass


def _send(attempt: PaymentAttempt) -> PaymentAttempt:
    """Phase B, and the rest as far as it goes."""
    mark_sent(attempt)
    try:
        state = stripe_gateway.authorise(order_of(attempt))
    except StripeUnreachable as error:
        raise _unanswered(attempt, error) from error
    except StripeRefused as error:
        raise _refused(attempt, error) from error
    chaospoint("after_B")
    return _settled(attempt, state)


def _settled(attempt: PaymentAttempt, state: IntentState) -> PaymentAttempt:
    try:
        return settle(attempt.pk, state, known=attempt)
    except StripeUnreachable as error:
        raise PaymentUnavailable from error


def _unanswered(attempt: PaymentAttempt, error: StripeUnreachable) -> PaymentUnavailable:
    if error.sent:
        mark_unknown(attempt)
    else:
        refuse_payment(attempt)
    return PaymentUnavailable()


def refuse_payment(attempt: PaymentAttempt) -> None:
    """Stripe has certainly made nothing of it: the booking is reserved again."""
    settle(attempt.pk, IntentState(id="", stage=Stage.CANCELED))


def _refused(
    attempt: PaymentAttempt, error: StripeRefused
) -> PaymentMethodRefused | PaymentUnavailable:
    """Nothing was charged: the booking is reserved again. Says whose mistake it was."""
    refuse_payment(attempt)
    if error.param.startswith(METHOD_PARAMS) or error.code.startswith("payment_method"):
        return PaymentMethodRefused()
    logger.error("attempt %s: Stripe refuses our request: %s", attempt.pk, error)
    return PaymentUnavailable()


def continue_attempt(attempt: PaymentAttempt) -> PaymentAttempt:
    """A live attempt after asking Stripe. Raises PaymentInProgress while its sender is at work."""
    young = database_now() - attempt.changed_at < STILL_AT_WORK
    if attempt.status in {Status.CREATED, Status.SENT} and young:
        raise PaymentInProgress
    try:
        return pursue(attempt.pk)
    except StripeUnreachable as error:
        raise PaymentUnavailable from error


def _came_to_nothing(attempt: PaymentAttempt) -> bool:
    """Whether the attempt ended before anybody said yes or no, and its booking may be paid anew."""
    held = attempt.booking.status == Booking.Status.RESERVED
    return attempt.status == Status.VOIDED and not attempt.decline_code and held


def _refuse_second_method(attempt: PaymentAttempt, method: str) -> None:
    """Another card while one payment is under way could charge twice: finish or stop that first."""
    known = {attempt.payment_method, attempt.confirmation_token}
    if method and method not in known and attempt.status != Status.CAPTURED:
        raise PaymentInProgress


def _refuse_as_before(booking: Booking) -> None:
    """A repetition of a call that was refused by the bank, and died, is no second try."""
    earlier = idempotency.recalled("attempt")
    if earlier is None:
        return
    attempt = PaymentAttempt.objects.filter(pk=earlier, booking=booking).first()
    if attempt is not None and attempt.decline_code:
        attempt.booking = booking
        raise ended_badly(attempt)


def _nothing_to_continue(booking: Booking) -> Exception:
    """Why a confirm without a method cannot go on: how the last payment ended, or none was made."""
    shown = shown_status(booking, now=database_now())
    if shown == Booking.Status.EXPIRED:
        return BookingExpired()
    if shown != Booking.Status.RESERVED:
        return BookingNotPayable()
    last = last_attempt_of(booking.pk)
    return PaymentMethodMissing() if last is None else ended_badly(last)


def _result_of(attempt: PaymentAttempt) -> ConfirmResult:
    """What the fan is told, from where booking and attempt stand now."""
    booking = attempt.booking
    if booking.status == Booking.Status.CONFIRMED:
        return ConfirmResult(booking)
    if attempt.status == Status.REQUIRES_ACTION:
        return ConfirmResult(booking, attempt)
    if booking.status == Booking.Status.NEEDS_ATTENTION:
        raise BookingNotPayable("Your seats are kept. Our staff looks into the payment.")
    if attempt.status in {Status.DECLINED, Status.VOIDED, Status.REFUNDED}:
        raise ended_badly(attempt)
    raise PaymentUnavailable


def ended_badly(attempt: PaymentAttempt) -> Exception:
    """The refusal that an ended attempt stands for."""
    booking = attempt.booking
    if attempt.decline_code == TicketLimitReached.code:
        return TicketLimitReached(limit=booking.ticket_limit, held=booking.ticket_limit)
    if attempt.decline_code == TicketsLost.code:
        return TicketsLost(attempt.decline_message)
    if attempt.status == Status.DECLINED:
        return CardDeclined(
            attempt.decline_message, decline_code=attempt.decline_code, booking=booking.reference
        )
    if booking.status == Booking.Status.EXPIRED:
        return BookingExpired()
    if booking.status == Booking.Status.RESERVED:
        return PaymentMethodMissing()
    return BookingNotPayable()
