"""Mails about money: owed in the transaction that moves it, sent by the outbox relay."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from bookings import occasion
from events.addresses import address_text
from payments.models import PaymentAttempt, Refund
from payments.presentation import refund_context
from ticketmaster.core import mail, outbox
from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.money import format_money

MONEY_RETURNED = "mail.money_returned"
REFUNDED = "mail.refunded"


def owe_money_returned_mail(attempt: PaymentAttempt) -> None:
    """Tell the buyer that the seats were gone and the money is theirs again. Once per attempt."""
    outbox.add(
        topic=MONEY_RETURNED,
        unique_key=f"{MONEY_RETURNED}:{attempt.pk}",
        payload={"attempt": attempt.pk, "amount_minor": attempt.amount_minor},
    )


def owe_refund_mail(refund: Refund) -> None:
    """Tell the buyer that money is on its way back. Once per refund."""
    outbox.add(
        topic=REFUNDED,
        unique_key=f"{REFUNDED}:{refund.pk}",
        payload={
            "attempt": refund.attempt_id,
            "amount_minor": refund.amount_minor,
            "refund": refund.pk,
        },
    )


@outbox.handles(MONEY_RETURNED)
def send_money_returned(message: OutboxMessage) -> None:
    """That a payment was given back because its seats were gone."""
    _send(message, "money_returned", "Your money is yours again: {event}")


@outbox.handles(REFUNDED)
def send_refunded(message: OutboxMessage) -> None:
    """That a refund was sent, for which places, and what it is made of."""
    refund = Refund.objects.filter(pk=message.payload.get("refund")).first()
    parts = {"refund": refund_context(refund)} if refund else {}
    _send(message, "refunded", "Your refund for {event}", parts)


def _send(
    message: OutboxMessage, template: str, subject: str, more: Mapping[str, Any] | None = None
) -> None:
    """Nobody is written to about a booking of the box office, which has no address."""
    attempt = PaymentAttempt.objects.select_related("booking__event__venue", "booking__user").get(
        pk=message.payload["attempt"]
    )
    booking = attempt.booking
    if booking.user is None:
        return
    event = booking.event
    context = {
        "event_name": event.name,
        "date": occasion.date_text(event.starts_at, event.venue),
        "times": f"{occasion.times_text(event)} ({occasion.zone_text(event)})",
        "venue_name": event.venue.name,
        "venue_address": address_text(event.venue),
        "amount": format_money(message.payload["amount_minor"], attempt.currency),
        "reference": booking.reference,
        "booking_url": settings.SITE_URL + reverse("payments:booking", args=[booking.reference]),
        **(more or {}),
    }
    written = mail.render_mail(
        template, context, to=booking.user.email, subject=subject.format(event=event.name)
    )
    mail.send(written, outbox_id=message.pk)
