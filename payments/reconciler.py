"""Driving everything that was left half-way to an end. Twice a minute, and on command.

Nothing here is new law: it finds the rows and calls what the fan's own request would have called.
Each row is listed first and then handled by itself, in transactions of its own.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from bookings.confirmation import return_to_reserved
from bookings.models import Booking
from payments import stripe_gateway
from payments.attempts import LIVE
from payments.inquiry import pursue
from payments.models import OPEN_REFUNDS, PaymentAttempt, Refund
from payments.refunds import failed_refunds, send_refund
from payments.settlement import settle
from payments.stripe_calls import StripeRefused, StripeUnreachable
from payments.stripe_states import IntentState, Stage
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import DomainError

logger = logging.getLogger(__name__)

Status = PaymentAttempt.Status

# How long a row may rest before it counts as left behind. A call lasts 19 s at most; an attempt
# that was never sent can be dropped sooner, since dropping it also keeps it from being sent.
PATIENCE = {
    Status.CREATED: timedelta(seconds=5),
    Status.SENT: timedelta(seconds=20),
    Status.UNKNOWN: timedelta(seconds=2),
    Status.AUTHORISED: timedelta(seconds=20),
}
# The webhook tells of 3-D Secure at once; this is for when it is lost.
LOOK_AGAIN_AFTER = timedelta(seconds=60)
REFUND_PATIENCE = timedelta(seconds=20)
ALERT_AFTER = timedelta(minutes=30)
# Money of no attempt: each run looks at what is ten minutes old, one an hour at a whole day.
A_DAY, LATELY, STRAYS_UNTIL = timedelta(hours=24), timedelta(minutes=20), timedelta(minutes=10)
# An authorisation lives for days; one that nobody takes within an hour is a fault of ours.
CAPTURE_WITHIN = timedelta(hours=1)
MOST = 2000


@dataclass(slots=True)
class Report:
    """What one run did."""

    attempts: int = 0
    refunds: int = 0
    bookings: int = 0
    strays: int = 0
    waiting: int = 0

    def __str__(self) -> str:
        return (
            f"{self.attempts} attempts, {self.refunds} refunds, {self.bookings} bookings and "
            f"{self.strays} stray payments handled; {self.waiting} wait for Stripe or a lock"
        )


def reconcile(*, strays_since: timedelta = A_DAY) -> Report:
    """Handle what is due now, stray money of so long ago too. Safe beside itself and the site."""
    report = Report()
    report.attempts = _each(_attempts_left_behind(), pursue, report)
    report.refunds = _each(_refunds_left_behind(), send_refund, report)
    report.bookings = _each(_paying_without_attempt(), _unlock, report)
    report.strays = _return_stray_money(report, strays_since)
    _alert_about_long_waits()
    return report


def _each(ids: Iterable[Any], handle: Callable[[Any], object], report: Report) -> int:
    """Handle them one by one and count; one that cannot be done now is left for the next run."""
    done = 0
    for identifier in list(ids):
        try:
            handle(identifier)
        except (StripeUnreachable, StripeRefused, DomainError, OperationalError) as error:
            logger.warning("%s %s: put off (%s)", handle.__name__, identifier, error)
            report.waiting += 1
        else:
            done += 1
    return done


def _attempts_left_behind() -> Iterable[int]:
    due = Q(status=Status.REQUIRES_ACTION, changed_at__lt=Now() - LOOK_AGAIN_AFTER) | Q(
        status=Status.REQUIRES_ACTION, booking__expires_at__lte=Now()
    )
    for status, patience in PATIENCE.items():
        due |= Q(status=status, changed_at__lt=Now() - patience)
    return PaymentAttempt.objects.filter(due).order_by("pk").values_list("pk", flat=True)[:MOST]


def _refunds_left_behind() -> Iterable[int]:
    return (
        Refund.objects.filter(status__in=OPEN_REFUNDS, changed_at__lt=Now() - REFUND_PATIENCE)
        .order_by("pk")
        .values_list("pk", flat=True)[:MOST]
    )


def _paying_without_attempt() -> Iterable[int]:
    """No commit of ours leaves such a booking; a restored backup might."""
    live = PaymentAttempt.objects.filter(booking=OuterRef("pk"), status__in=LIVE)
    return (
        Booking.objects.filter(~Exists(live), status=Booking.Status.PAYING)
        .order_by("pk")
        .values_list("pk", flat=True)[:MOST]
    )


def _unlock(booking_id: int) -> None:
    return_to_reserved(booking_id=booking_id)


def _return_stray_money(report: Report, since: timedelta) -> int:
    """Release authorised money that no attempt of ours stands for, and settle late money."""
    now = database_now()
    start, end = now - since, now - STRAYS_UNTIL
    try:
        recent = stripe_gateway.intents_between(int(start.timestamp()), int(end.timestamp()))
        blocked = [state.id for state in islice(recent, MOST) if _is_ours_and_blocked(state)]
    except (StripeUnreachable, StripeRefused) as error:
        logger.warning("stray payments: put off (%s)", error)
        report.waiting += 1
        return 0
    return _each(blocked, _return_if_stray, report)


def _is_ours_and_blocked(state: IntentState) -> bool:
    ours = state.metadata.get("site") == settings.SITE_URL
    return ours and state.stage == Stage.AUTHORISED


def _return_if_stray(intent_id: str) -> None:
    state = stripe_gateway.look_up(intent_id)
    named = state.metadata.get("attempt", "")
    attempt = PaymentAttempt.objects.filter(
        pk=int(named) if named.isdecimal() else 0,
        booking__reference=state.metadata.get("booking", ""),
    ).first()
    if attempt is not None:
        settle(attempt.pk, state)
    elif state.stage == Stage.AUTHORISED:
        logger.error("intent %s: authorised, and no attempt knows it; released", state.id)
        stripe_gateway.release_stray(state.id)


def _alert_about_long_waits() -> None:
    """Seats that wait for Stripe beyond their hold, money not taken or not sent: for staff."""
    stuck = PaymentAttempt.objects.filter(
        status__in=[Status.SENT, Status.UNKNOWN, Status.REQUIRES_ACTION],
        booking__expires_at__lt=Now() - ALERT_AFTER,
    ).annotate(reference=F("booking__reference"))
    for attempt in stuck[:MOST]:
        logger.error(
            "booking %s: its seats wait for Stripe since %s", attempt.reference, attempt.changed_at
        )
    late = PaymentAttempt.objects.filter(
        status=Status.AUTHORISED, changed_at__lt=Now() - CAPTURE_WITHIN
    ).annotate(reference=F("booking__reference"))
    for attempt in late[:MOST]:
        logger.error(
            "booking %s: its money is blocked, not taken, since %s",
            attempt.reference,
            attempt.changed_at,
        )
    failed = list(failed_refunds().order_by("pk").values_list("pk", flat=True)[:MOST])
    if failed:
        logger.error("%s refunds failed and wait for staff: %s", len(failed), failed)
