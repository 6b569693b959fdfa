"""Paying on Stripe's own page: for browsers without JavaScript, and where the card form fails.

The attempt is a Checkout Session; its intent is made when the fan pays there. Until then nothing
can be charged, and expiring the session is the fence.
"""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from bookings.confirmation import confirm_free
from bookings.errors import PaymentInProgress
from bookings.models import Booking
from bookings.selectors import booking_for
from payments import stripe_gateway
from payments.attempts import AttemptMoved, live_attempt_of, move
from payments.checkout import (
    continue_attempt,
    mark_sent,
    mark_unknown,
    refuse_payment,
    store_attempt,
)
from payments.errors import PaymentUnavailable
from payments.models import PaymentAttempt
from payments.orders import order_lines, order_of, return_url
from payments.stripe_calls import StripeRefused, StripeUnreachable
from payments.stripe_states import SessionState
from ticketmaster.core.chaos import chaospoint
from ticketmaster.core.errors import TemporarilyUnavailable

Status = PaymentAttempt.Status

# Stripe's shortest life of a session is 30 minutes; ours ends earlier, with the hold.
SESSION_LIFE = timedelta(minutes=31)


def start_hosted_payment(*, user_id: int, reference: str) -> str:
    """The address to send the fan to: Stripe's page, or the booking's own when nothing is to pay.

    Asked twice, the same page. Raises PaymentInProgress while a card payment is under way,
    PaymentUnavailable, TooManyDeclines, and what `claim_for_payment` refuses.
    """
    booking = booking_for(user_id=user_id, reference=reference)
    if booking.status == Booking.Status.CONFIRMED:
        return booking.get_absolute_url()
    if not booking.total_minor:
        return confirm_free(user_id=user_id, reference=reference).get_absolute_url()
    attempt = live_attempt_of(booking.pk)
    if attempt is not None:
        return _page_of(continue_attempt(attempt))
    return _page_of(_open_session(store_attempt(booking.pk, kind=PaymentAttempt.Kind.HOSTED)))


def come_back(*, user_id: int, reference: str) -> Booking:
    """The booking after asking Stripe how the payment went. Never fails for Stripe's sake."""
    booking = booking_for(user_id=user_id, reference=reference)
    attempt = live_attempt_of(booking.pk)
    if attempt is not None and attempt.status != Status.CAPTURED:
        # unanswered, the page says that it is under way, and looks again
        with suppress(PaymentUnavailable, PaymentInProgress, TemporarilyUnavailable):
            continue_attempt(attempt)
    return booking_for(user_id=user_id, reference=reference)


def _open_session(attempt: PaymentAttempt) -> PaymentAttempt:
    mark_sent(attempt)
    try:
        session = _ask_for_session(attempt)
    except StripeUnreachable as error:
        if error.sent:
            mark_unknown(attempt)
        else:
            refuse_payment(attempt)
        raise PaymentUnavailable from error
    except StripeRefused as error:
        refuse_payment(attempt)
        raise PaymentUnavailable from error
    chaospoint("after_B")
    return _store_session(attempt, session)


def _ask_for_session(attempt: PaymentAttempt) -> SessionState:
    booking = Booking.objects.select_related("event", "user").get(pk=attempt.booking_id)
    return stripe_gateway.open_session(
        order_of(attempt),
        lines=order_lines(booking),
        success_url=return_url(booking) + "?session_id={CHECKOUT_SESSION_ID}",
        cancel_url=return_url(booking) + "?stopped=1",
        email=booking.user.email if booking.user else "",
        expires_at=int((attempt.created_at + SESSION_LIFE).timestamp()),
    )


def _store_session(attempt: PaymentAttempt, session: SessionState) -> PaymentAttempt:
    redirect = {"type": "redirect_to_url", "redirect_to_url": {"url": session.url}}
    # AttemptMoved: the reconciler took it for lost meanwhile
    with suppress(AttemptMoved), transaction.atomic(durable=True):
        move(attempt, to=Status.REQUIRES_ACTION, session_id=session.id, next_action=redirect)
    chaospoint("after_C")
    return PaymentAttempt.objects.select_related("booking").get(pk=attempt.pk)


def _page_of(attempt: PaymentAttempt) -> str:
    """Where the fan goes on: the bank's or Stripe's page while it waits, else the booking's."""
    return next_action_url(attempt) or reverse("payments:booking", args=[attempt.booking.reference])


def next_action_url(attempt: PaymentAttempt | None) -> str:
    """The page on which the fan can finish this attempt; blank where there is none."""
    if attempt is None or attempt.status != Status.REQUIRES_ACTION:
        return ""
    action = attempt.next_action or {}
    return str((action.get("redirect_to_url") or {}).get("url") or "")
