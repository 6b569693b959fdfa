"""Asking Stripe how an attempt stands, whatever is known of it, and settling it."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from bookings.confirmation import return_to_reserved
from bookings.models import Booking
from payments import stripe_gateway
from payments.attempts import AttemptMoved, drop
from payments.models import PaymentAttempt
from payments.orders import order_of
from payments.settlement import settle
from payments.stripe_calls import StripeRefused, StripeUnreachable
from payments.stripe_states import IntentState, SessionState, Stage
from ticketmaster.core.clock import database_now

Status = PaymentAttempt.Status

# Stripe forgets an idempotency key after 24 hours; past 23 we only look, never repeat.
LAST_REPEAT = timedelta(hours=23)
# An intent is made within the call's longest life after its attempt; clocks may differ a little.
SLACK_SECONDS, LONGEST_CALL_SECONDS = 60, 300
NOTHING = IntentState(id="", stage=Stage.CANCELED)


def pursue(attempt_id: int) -> PaymentAttempt:
    """The attempt after asking Stripe about it and following the answer.

    An attempt that waits for the fan past the end of the hold is ended: fenced at Stripe first,
    then freed here. Raises StripeUnreachable, and TemporarilyUnavailable for the seats' locks.
    """
    attempt = PaymentAttempt.objects.select_related("booking").get(pk=attempt_id)
    if attempt.status == Status.CREATED:
        return drop_unsent(attempt)
    state = state_of(attempt)
    if state.stage in {Stage.ACTION, Stage.OPEN} and _hold_is_over(attempt.booking):
        return _fence(attempt, state)
    return settle(attempt.pk, state)


def state_of(attempt: PaymentAttempt) -> IntentState:
    """How the attempt stands at Stripe; stage canceled where Stripe has nothing of it."""
    if attempt.kind == PaymentAttempt.Kind.HOSTED:
        return _hosted_state(attempt)
    if attempt.intent_id:
        return _existing(attempt.intent_id)
    return _replay(attempt)


def stop_waiting(attempt: PaymentAttempt) -> PaymentAttempt:
    """End an attempt that waits for the fan: first at Stripe, then here. Money wins if it came."""
    state = state_of(attempt)
    return settle(attempt.pk, state) if state.has_money else _fence(attempt, state)


def _fence(attempt: PaymentAttempt, state: IntentState) -> PaymentAttempt:
    """Make sure that no money can come any more, and follow what Stripe says to that."""
    if attempt.kind == PaymentAttempt.Kind.HOSTED:
        return settle(attempt.pk, _end_session(attempt))
    if not state.id:
        return settle(attempt.pk, NOTHING)
    return settle(attempt.pk, stripe_gateway.cancel(attempt_id=attempt.pk, intent_id=state.id))


def drop_unsent(attempt: PaymentAttempt) -> PaymentAttempt:
    """End an attempt that was stored and never sent: its sender can no longer send it."""
    with suppress(AttemptMoved), transaction.atomic(durable=True):
        return_to_reserved(booking_id=attempt.booking_id)
        drop(attempt)
    return PaymentAttempt.objects.select_related("booking").get(pk=attempt.pk)


def hosted_state(session: SessionState) -> IntentState:
    """A Checkout session as a payment: open while the fan may pay on it."""
    if session.intent is not None and session.intent.has_money:
        return session.intent
    if session.status == "open":
        return IntentState(id="", stage=Stage.OPEN)
    if session.intent is not None and session.status == "complete":
        return session.intent
    return IntentState(id=session.intent.id if session.intent else "", stage=Stage.CANCELED)


def _hosted_state(attempt: PaymentAttempt) -> IntentState:
    session = _session_of(attempt)
    return hosted_state(session) if session else NOTHING


def _end_session(attempt: PaymentAttempt) -> IntentState:
    session = _session_of(attempt)
    if session is None:
        return NOTHING
    ended = stripe_gateway.expire_session(attempt_id=attempt.pk, session_id=session.id)
    return hosted_state(ended)


def _session_of(attempt: PaymentAttempt) -> SessionState | None:
    try:
        if attempt.session_id:
            return stripe_gateway.look_up_session(attempt.session_id)
    except StripeRefused:
        return None
    start, end = _span(attempt.created_at)
    return stripe_gateway.find_session(
        attempt_id=attempt.pk, reference=attempt.booking.reference, start=start, end=end
    )


def _existing(intent_id: str) -> IntentState:
    try:
        return stripe_gateway.look_up(intent_id)
    except StripeRefused:  # Stripe has no such intent (any more): no money can come of it
        return NOTHING


def _replay(attempt: PaymentAttempt) -> IntentState:
    """Repeat the very same request under the same key: its first answer, or its first try."""
    if database_now() - attempt.created_at > LAST_REPEAT:
        return _search(attempt)
    try:
        return stripe_gateway.authorise(order_of(attempt))
    except StripeUnreachable as error:
        if not error.replayed:
            raise
    except StripeRefused:  # the key met another request, or there never was a payment
        pass
    return _search(attempt)


def _search(attempt: PaymentAttempt) -> IntentState:
    start, end = _span(attempt.created_at)
    found = stripe_gateway.find_intent(
        attempt_id=attempt.pk, reference=attempt.booking.reference, start=start, end=end
    )
    return found or NOTHING


def _span(created_at: datetime) -> tuple[int, int]:
    start = int(created_at.timestamp())
    return start - SLACK_SECONDS, start + LONGEST_CALL_SECONDS


def _hold_is_over(booking: Booking) -> bool:
    return booking.expires_at is not None and booking.expires_at <= database_now()
