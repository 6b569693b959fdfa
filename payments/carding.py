"""Who tries many cards is testing stolen ones: limits on declines, under the booking's lock."""

from datetime import timedelta

from bookings.models import Booking
from payments.errors import TooManyDeclines
from payments.models import PaymentAttempt
from ticketmaster.core.clock import database_now

PER_BOOKING = 5
PER_USER_AND_HOUR = 10
HOUR = timedelta(hours=1)


def refuse_after_many_declines(booking: Booking) -> None:
    """Raise TooManyDeclines after 5 declines of this booking or 10 of its user within an hour."""
    declined = PaymentAttempt.objects.filter(status=PaymentAttempt.Status.DECLINED)
    now = database_now()
    if declined.filter(booking=booking).count() >= PER_BOOKING:
        over = booking.expires_at or now + HOUR
        raise TooManyDeclines(retry_after=int((over - now).total_seconds()) + 1)
    if booking.user_id is None:
        return
    recent = list(
        declined.filter(booking__user_id=booking.user_id, changed_at__gt=now - HOUR)
        .order_by("-changed_at")
        .values_list("changed_at", flat=True)[:PER_USER_AND_HOUR]
    )
    if len(recent) == PER_USER_AND_HOUR:
        raise TooManyDeclines(retry_after=int((recent[-1] + HOUR - now).total_seconds()) + 1)
