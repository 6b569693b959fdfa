"""Mails about bookings: owed in the transaction of the change, sent by the outbox relay."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from bookings import moments, occasion
from bookings.admission_pdf import pdf_of, printable
from bookings.models import Admission, Booking
from events.addresses import address_text
from events.models import Event
from ticketmaster.core import mail, outbox
from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.money import format_money

CONFIRMED = "mail.booking_confirmed"
CANCELLED = "mail.booking_cancelled"

STILL_CONFIRMED = frozenset({Booking.Status.CONFIRMED, Booking.Status.NEEDS_ATTENTION})


def connect() -> None:
    """Listen to the moments that owe a mail. Called once, when the apps are ready."""
    moments.booking_confirmed.connect(_owe_confirmed, dispatch_uid=CONFIRMED)
    moments.booking_cancelled.connect(_owe_cancelled, dispatch_uid=CANCELLED)


def _owe_confirmed(sender: str, booking: Booking, **_: Any) -> None:
    _owe(CONFIRMED, f"{booking.pk}", booking=booking.pk)


def _owe_cancelled(sender: str, booking: Booking, **_: Any) -> None:
    """Not where the whole event is cancelled: one mail tells of that and of all its bookings."""
    if not Event.objects.filter(pk=booking.event_id, status=Event.Status.CANCELLED).exists():
        _owe(CANCELLED, str(booking.pk), booking=booking.pk)


def _owe(topic: str, key: str, **payload: int) -> None:
    outbox.add(topic=topic, unique_key=f"{topic}:{key}", payload=payload)


@outbox.handles(CONFIRMED)
def send_confirmed(message: OutboxMessage) -> None:
    """The tickets: links, and all of them as one PDF. Nothing when the booking ended meanwhile."""
    admissions = list(
        printable(
            Admission.objects.filter(
                line__booking=message.payload["booking"],
                status__in=[Admission.Status.VALID, Admission.Status.USED],
                line__booking__status__in=STILL_CONFIRMED,
            )
        )
    )
    if not admissions:
        return
    booking = admissions[0].line.booking
    pdf = pdf_of(admissions)
    tickets = [
        {
            "place": occasion.place_text(admission.ticket),
            "price": format_money(admission.line.total_minor, booking.currency),
            "url": _absolute("bookings:admission", admission.code),
        }
        for admission in admissions
    ]
    word = "ticket" if len(tickets) == 1 else "tickets"
    _send(
        message,
        booking,
        "booking_confirmed",
        subject=f"Your {word} for {booking.event.name}",
        context={"tickets": tickets, "word": word},
        attachments=[mail.Attachment("tickets.pdf", pdf, "application/pdf")],
    )


@outbox.handles(CANCELLED)
def send_cancelled(message: OutboxMessage) -> None:
    """That the tickets open no door any more, and what happens with the money."""
    booking = _booking(message)
    _send(
        message,
        booking,
        "booking_cancelled",
        subject=f"Your booking for {booking.event.name} is cancelled",
    )


def _booking(message: OutboxMessage) -> Booking:
    return Booking.objects.select_related("event__venue", "user").get(pk=message.payload["booking"])


def _send(
    message: OutboxMessage,
    booking: Booking,
    template: str,
    *,
    subject: str,
    context: dict[str, Any] | None = None,
    attachments: list[mail.Attachment] | None = None,
) -> None:
    """Nobody is written to about a booking of the box office, which has no address."""
    if booking.user is None:
        return
    written = mail.render_mail(
        template,
        {**_occasion_of(booking.event), **_facts_of(booking), **(context or {})},
        to=booking.user.email,
        subject=subject,
        attachments=attachments or (),
    )
    mail.send(written, outbox_id=message.pk)


def _occasion_of(event: Event) -> dict[str, Any]:
    return {
        "event_name": event.name,
        "date": occasion.date_text(event.starts_at, event.venue),
        "times": f"{occasion.times_text(event)} ({occasion.zone_text(event)})",
        "venue_name": event.venue.name,
        "venue_address": address_text(event.venue),
        "event_url": _absolute("events:event", event.pk),
    }


def _facts_of(booking: Booking) -> dict[str, Any]:
    return {
        "reference": booking.reference,
        "total": format_money(booking.total_minor, booking.currency) if booking.total_minor else "",
        "booking_url": _absolute("payments:booking", booking.reference),
    }


def _absolute(name: str, *arguments: str | int) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"
