"""The limit of tickets per person also counts by card, where a card tells people apart."""

from typing import Any

from django.conf import settings
from django.db import connection

from bookings.errors import TicketLimitReached
from bookings.models import Booking
from payments.attempts import LIVE
from payments.locks import lock_card
from payments.models import PaymentAttempt


def cards_tell_people_apart() -> bool:
    """False in Stripe's own test mode, where everybody pays with the same few cards."""
    return bool(settings.STRIPE_API_BASE) or "_live_" in settings.STRIPE_SECRET_KEY


PLACES = """
SELECT (
    SELECT count(DISTINCT l.id)
    FROM payments_paymentattempt a
    JOIN bookings_booking b ON b.id = a.booking_id
    JOIN bookings_bookingline l ON l.booking_id = b.id
    JOIN bookings_admission m ON m.line_id = l.id AND m.status IN ('valid', 'used')
    WHERE a.card_fingerprint = %(card)s AND a.card_fingerprint <> '' AND a.status = ANY(%(live)s)
      AND b.event_id = %(event)s AND b.status IN ('confirmed', 'needs_attention')
      AND b.id <> %(booking)s
), (SELECT count(*) FROM bookings_bookingline WHERE booking_id = %(booking)s)
"""


def refuse_card_above_limit(attempt: PaymentAttempt, *, fingerprint: str) -> None:
    """Raise TicketLimitReached when this card would pay for too many tickets of the event.

    Takes the card's lock for this event, so that two sales with one card are counted one by one.
    Call before the locks of event and booking.
    """
    if not fingerprint or not cards_tell_people_apart():
        return
    booking = attempt.booking
    if booking.channel != Booking.Channel.WEB:
        return
    lock_card(event_id=booking.event_id, fingerprint=fingerprint)
    others, own = _places(booking, fingerprint)
    if others + own > booking.ticket_limit:
        raise TicketLimitReached(limit=booking.ticket_limit, held=others)


def _places(booking: Booking, fingerprint: str) -> tuple[int, int]:
    """How many places the card has at this event in other bookings, and how many in this one."""
    values: dict[str, Any] = {
        "card": fingerprint,
        "live": list(LIVE),
        "event": booking.event_id,
        "booking": booking.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACES, values)
        others, own = cursor.fetchone()
    return others, own
