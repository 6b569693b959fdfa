"""The limit of tickets per person also counts by card, where a card tells people apart."""

from django.conf import settings
from django.db.models import Count

from bookings.errors import TicketLimitReached
from bookings.models import Booking
from payments.attempts import LIVE
from payments.locks import lock_card
from payments.models import PaymentAttempt


def cards_tell_people_apart() -> bool:
    """False in Stripe's own test mode, where everybody pays with the same few cards."""
    return bool(settings.STRIPE_API_BASE) or "_live_" in settings.STRIPE_SECRET_KEY


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
    others = (
        PaymentAttempt.objects.filter(
            card_fingerprint=fingerprint,
            status__in=LIVE,
            booking__event_id=booking.event_id,
            booking__status__in=[Booking.Status.CONFIRMED, Booking.Status.NEEDS_ATTENTION],
            booking__lines__admissions__status__in=["valid", "used"],
        )
        .exclude(booking_id=booking.pk)
        .aggregate(places=Count("booking__lines", distinct=True))["places"]
    )
    if others + booking.lines.count() > booking.ticket_limit:
        raise TicketLimitReached(limit=booking.ticket_limit, held=others)
