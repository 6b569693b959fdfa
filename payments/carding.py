"""Who tries many cards is testing stolen ones: limits on declines, under the booking's lock."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from bookings.models import Booking
from payments.errors import TooManyDeclines
from payments.models import PaymentAttempt
from ticketmaster.core.clock import database_now

PER_BOOKING = 5
PER_USER_AND_HOUR = 10
HOUR = timedelta(hours=1)


def refuse_after_many_declines(booking: Booking) -> None:
    """Raise TooManyDeclines after 5 declines of this booking or 10 of its user within an hour."""
    if booking.user_id is None:  # sold at the door, or given away: nobody tries cards there
        return
    recent = Q(booking__user_id=booking.user_id, changed_at__gt=Now() - HOUR)
    declined = PaymentAttempt.objects.filter(status=PaymentAttempt.Status.DECLINED)
    counted = declined.filter(booking__user_id=booking.user_id).aggregate(
        here=Count("pk", filter=Q(booking=booking)),
        lately=Count("pk", filter=recent),
        first=Min("changed_at", filter=recent),
    )
    if counted["here"] >= PER_BOOKING:
        _refuse_until(booking.expires_at or booking.created_at + HOUR)
    if counted["lately"] >= PER_USER_AND_HOUR:
        _refuse_until(counted["first"] + HOUR)


def _refuse_until(moment: datetime) -> None:
    raise TooManyDeclines(retry_after=int((moment - database_now()).total_seconds()) + 1)
