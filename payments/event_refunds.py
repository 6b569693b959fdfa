"""A cancelled event's bookings, each driven to its end: voided, or refunded in full.

The job's row is written in the transaction that cancels the event, under its exclusive lock: from
then on nobody can hold or confirm. What is left to do is read from the bookings themselves, so a
job that is killed goes on where it was, and two at once do no harm.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Now

from bookings.cancellation import HELD_BY_BUYER, LIVE, cancel_confirmed
from bookings.confirmation import return_to_reserved
from bookings.models import Booking, BookingLine
from events.models import Event
from events.moments import event_cancelled
from events.publishing import cancel_event
from payments import stripe_gateway
from payments.attempts import AttemptMoved, live_attempt_of
from payments.errors import FiguresMoved, RefundNotAllowed, SamePerson
from payments.event_mail import owe_event_cancelled_mails
from payments.inquiry import drop_unsent, stop_waiting
from payments.models import OPEN_REFUNDS, EventRefund, PaymentAttempt, Refund
from payments.refunds import refund_booking
from payments.settlement import EVENT_CANCELLED, give_back
from payments.stripe_calls import StripeRefused, StripeUnreachable
from ticketmaster.core import audit
from ticketmaster.core.chaos import chaospoint
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import DomainError

logger = logging.getLogger(__name__)

Status = PaymentAttempt.Status
LONGEST_RUN_S = 20
LEASE = timedelta(seconds=60)
PAUSE = timedelta(seconds=5)
AT_ONCE = 100
# A request that is paying this very moment gets so long to finish by itself.
SENDERS_TIME = timedelta(seconds=10)
# Sales go on while staff read the figures: so much more is still what they confirmed.
LARGEST_DRIFT = 1.1


@dataclass(frozen=True, slots=True)
class Figures:
    """How many bookings with live tickets, and what those cost."""

    bookings: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job has come: counted anew each time, never kept."""

    bookings_left: int
    refunds_sent: int
    sent_minor: int
    refunds_waiting: int
    refunds_failed: int


def connect() -> None:
    """Begin a job whenever an event is cancelled. Called once, when the apps are ready."""
    event_cancelled.connect(_begin, dispatch_uid="payments.event_refunds")


def figures_of(event_id: int) -> Figures:
    """What cancelling this event would give back."""
    live = BookingLine.objects.filter(
        booking__event=event_id, booking__status__in=HELD_BY_BUYER, admissions__status__in=LIVE
    )
    found = live.aggregate(
        bookings=Count("booking", distinct=True),
        amount=Sum(F("face_minor") + F("fee_minor") + F("tax_minor"), default=0),
    )
    return Figures(found["bookings"], found["amount"])


def call_off(*, event_id: int, actor_id: int, reason: str, confirmed: Figures) -> EventRefund:
    """Cancel the event; its refunds begin, or wait for a second person where there are many.

    Raises FiguresMoved when much more would go back than staff have confirmed, WrongEventStatus,
    NotFound. Nothing is changed then.
    """
    with transaction.atomic():
        cancel_event(event_id=event_id, actor_id=actor_id, reason=reason)
        job = EventRefund.objects.get(event=event_id)
        if job.booking_count > confirmed.bookings * LARGEST_DRIFT + 1:
            raise FiguresMoved
        above = settings.MASS_REFUND_SECOND_PERSON_ABOVE
        job.requested_by_id = actor_id
        job.wants_approval = bool(above) and job.booking_count > above
        job.save(update_fields=["requested_by", "wants_approval"])
    return job


@transaction.atomic
def approve(*, job_id: int, actor_id: int) -> EventRefund:
    """A second person lets the refunds begin. Raises SamePerson; approved before is fine."""
    job = EventRefund.objects.get(pk=job_id)
    if not job.wants_approval:
        return job
    if job.requested_by_id == actor_id:
        raise SamePerson
    waiting = EventRefund.objects.filter(pk=job_id, wants_approval=True)
    if waiting.update(wants_approval=False, approved_by=actor_id, due_at=Now()):
        _audit(job, "approve refunds", actor_id)
    job.refresh_from_db()
    return job


def progress_of(job: EventRefund) -> Progress:
    """How far the job has come."""
    refunds = Refund.objects.filter(attempt__booking__event=job.event_id, kind=Refund.Kind.EVENT)
    sent, failed = Q(status=Refund.Status.SUCCEEDED), Q(status=Refund.Status.FAILED, retry=None)
    found = refunds.aggregate(
        sent=Count("pk", filter=sent),
        sent_minor=Sum("amount_minor", filter=sent, default=0),
        waiting=Count("pk", filter=Q(status__in=OPEN_REFUNDS)),
        failed=Count("pk", filter=failed),
    )
    return Progress(
        _bookings_left(job).count(),
        found["sent"],
        found["sent_minor"],
        found["waiting"],
        found["failed"],
    )


def work_off_event_refunds() -> int:
    """Work on the jobs that are due, for up to 20 s, and say how many bookings were ended."""
    ends, done = time.monotonic() + LONGEST_RUN_S, 0
    for job in _due():
        taken = EventRefund.objects.filter(pk=job.pk, due_at=job.due_at)
        if taken.update(due_at=Now() + LEASE):  # nobody else works on it for a minute
            done += _work_on(job, ends)
    return done


def _due() -> list[EventRefund]:
    due = EventRefund.objects.filter(
        finished_at=None, wants_approval=False, due_at__lte=database_now()
    )
    return list(due.order_by("pk"))


def _work_on(job: EventRefund, ends: float) -> int:
    done, last = 0, 0
    while time.monotonic() < ends:
        batch = list(_bookings_left(job).filter(pk__gt=last).order_by("pk")[:AT_ONCE])
        for booking in batch:
            chaospoint("event_refund_booking")
            done += _try(booking)
            if time.monotonic() >= ends:
                break
        if len(batch) < AT_ONCE:
            break
        last = batch[-1].pk
    _finish_or_pause(job)
    return done


def _bookings_left(job: EventRefund) -> Any:
    """Those who have tickets, or are paying for some. A bare hold lapses by itself."""
    open_ones = [*HELD_BY_BUYER, Booking.Status.PAYING]
    return Booking.objects.filter(event=job.event_id, status__in=open_ones)


def _finish_or_pause(job: EventRefund) -> None:
    progress = progress_of(job)
    if progress.bookings_left or progress.refunds_waiting:
        EventRefund.objects.filter(pk=job.pk).update(due_at=Now() + PAUSE)
        return
    with transaction.atomic():
        if EventRefund.objects.filter(pk=job.pk, finished_at=None).update(finished_at=Now()):
            _audit(job, "finish refunds", None)


def _try(booking: Booking) -> int:
    """1 when the booking was ended; one that cannot be ended now is left for the next run."""
    try:
        _end(booking)
    except (
        AttemptMoved,
        StripeUnreachable,
        StripeRefused,
        DomainError,
        OperationalError,
    ) as error:
        logger.warning("booking %s of a cancelled event: put off (%s)", booking.pk, error)
        return 0
    return 1


def _end(booking: Booking) -> None:
    if booking.status == Booking.Status.PAYING:
        return _stop_payment(booking, live_attempt_of(booking.pk))
    try:
        refund_booking(booking_id=booking.pk, reason="event cancelled", kind=Refund.Kind.EVENT)
    except RefundNotAllowed:  # a bank disputes it: its decision says where the money goes
        cancel_confirmed(booking_id=booking.pk)
    attempt = live_attempt_of(booking.pk)  # read now: its money may have been taken meanwhile
    if attempt is not None and attempt.status == Status.AUTHORISED and attempt.intent_id:
        give_back(attempt.pk, stripe_gateway.look_up(attempt.intent_id), code=EVENT_CANCELLED)


def _stop_payment(booking: Booking, attempt: PaymentAttempt | None) -> None:
    """Fence a payment that is under way; the booking is a hold again, which lapses by itself."""
    if attempt is None:
        return_to_reserved(booking_id=booking.pk)
    elif attempt.status == Status.CREATED:
        drop_unsent(attempt)
    elif attempt.status != Status.SENT or database_now() - attempt.changed_at > SENDERS_TIME:
        stop_waiting(attempt)


def _begin(sender: str, event_id: int, **_: Any) -> None:
    """Receives `event_cancelled`, in its transaction and under the event's exclusive lock."""
    figures = figures_of(event_id)
    job = EventRefund.objects.create(
        event_id=event_id,
        booking_count=figures.bookings,
        amount_minor=figures.amount_minor,
        currency=Event.objects.values_list("currency", flat=True).get(pk=event_id),
    )
    _audit(job, "begin refunds", None, bookings=figures.bookings, amount=figures.amount_minor)
    owe_event_cancelled_mails(event_id, at=database_now())


def _audit(job: EventRefund, action: str, actor_id: int | None, **details: int) -> None:
    audit.record(
        subject="event refund", subject_id=job.pk, action=action, actor_id=actor_id, details=details
    )
