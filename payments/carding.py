"""Who tries many cards is testing stolen ones: limits on declines, under the booking's lock."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bookings.models import Booking
from payments.errors import TooManyDeclines
from ticketmaster.core.clock import database_now

PER_BOOKING = 5
PER_USER_AND_HOUR = 10
HOUR = timedelta(hours=1)


DECLINES = """
SELECT count(*) FILTER (WHERE a.booking_id = %(booking)s),
       count(*) FILTER (WHERE a.changed_at > statement_timestamp() - %(hour)s),
       min(a.changed_at) FILTER (WHERE a.changed_at > statement_timestamp() - %(hour)s)
FROM payments_paymentattempt a JOIN bookings_booking b ON b.id = a.booking_id
WHERE b.user_id = %(user)s AND a.status = 'declined'
"""


def refuse_after_many_declines(booking: Booking) -> None:
    """Raise TooManyDeclines after 5 declines of this booking or 10 of its user within an hour."""
    if booking.user_id is None:  # sold at the door, or given away: nobody tries cards there
        return
    asked: dict[str, Any] = {"user": booking.user_id, "booking": booking.pk, "hour": HOUR}
    with connection.cursor() as cursor:
        cursor.execute(DECLINES, asked)
        here, lately, first = cursor.fetchone()
    if here >= PER_BOOKING:
        _refuse_until(booking.expires_at or booking.created_at + HOUR)
    if lately >= PER_USER_AND_HOUR:
        _refuse_until(first + HOUR)


def _refuse_until(moment: datetime) -> None:
    raise TooManyDeclines(retry_after=int((moment - database_now()).total_seconds()) + 1)
