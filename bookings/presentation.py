"""How bookings are written on pages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from bookings.models import Admission, Booking, BookingLine
from bookings.occasion import place_text
from bookings.qr import qr_svg
from bookings.selectors import shown_status
from events.calendar import calendar_url
from events.ending import is_over
from events.listing import Listed, listable, listed
from events.models import Event, Ticket
from events.presentation import event_card, time_text
from events.refund_terms import terms_from
from events.refund_words import refund_text
from ticketmaster.core.money import format_money

STATUS_TEXTS = {
    Booking.Status.RESERVED: "Held",
    Booking.Status.PAYING: "Being paid",
    Booking.Status.CONFIRMED: "Confirmed",
    Booking.Status.EXPIRED: "Time ran out",
    Booking.Status.CANCELLED: "Given back",
    Booking.Status.REFUNDED: "Refunded",
    Booking.Status.NEEDS_ATTENTION: "We are looking into it",
}
EVENT_TEXTS = {
    Event.Status.CANCELLED: "Event cancelled",
    Event.Status.POSTPONED: "Event postponed",
}


def event_cards(event_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The events' cards by id, in a fixed number of queries."""
    rows = listed(list(listable(Event.objects.filter(pk__in=set(event_ids)))))
    return {row.event.pk: _card(row) for row in rows}


def _card(row: Listed) -> dict[str, Any]:
    """The event's card, with when the doors open and its date for a calendar."""
    event = row.event
    doors = event.doors_at and time_text(event.doors_at, event.venue.time_zone)
    return {
        **event_card(row),
        "doors_text": f"doors {doors}" if doors else "",
        "calendar_url": calendar_url(event),
    }


def tickets_text(count: int) -> str:
    """`1 ticket`, `2 tickets`."""
    return f"{count} ticket" if count == 1 else f"{count} tickets"


def line_context(line: BookingLine, currency: str) -> dict[str, Any]:
    """One ticket of a booking, with its price and the price's parts."""
    return {
        **place_context(line.ticket),
        "price_level": line.price_level_name,
        "price_text": format_money(line.total_minor, currency),
        "face_text": format_money(line.face_minor, currency),
        "fee_text": format_money(line.fee_minor, currency),
        "tax_text": format_money(line.tax_minor, currency),
    }


def place_context(ticket: Ticket) -> dict[str, Any]:
    """Where a ticket is."""
    return {
        "ticket_id": ticket.pk,
        "label": place_text(ticket),
        "section": ticket.section.name,
        "row": ticket.seat.row if ticket.seat else "",
        "number": ticket.seat.number if ticket.seat else "",
    }


def admission_context(admission: Admission, line: BookingLine) -> dict[str, Any]:
    """What opens the door: its QR, its seat, its addresses."""
    return {
        **place_context(line.ticket),
        "code": admission.code,
        "status": admission.status,
        "url": reverse("bookings:admission", args=[admission.code]),
        "pdf_url": reverse("bookings:admission-pdf", args=[admission.code]),
        "qr_svg": qr_svg(admission.code),
        "price_level": line.price_level_name,
    }


def status_text(booking: Booking, status: str) -> str:
    """How the booking stands, in a word or two; with tickets in hand, what became of the event."""
    if status == Booking.Status.CONFIRMED and booking.event.status in EVENT_TEXTS:
        return EVENT_TEXTS[Event.Status(booking.event.status)]
    if status == Booking.Status.CANCELLED and booking.confirmed_at is not None:
        return "Cancelled"  # sold for nothing and taken back: not seats that a fan let go
    return STATUS_TEXTS[Booking.Status(status)]


def booking_context(booking: Booking, card: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """All that the booking's own page shows. `booking` comes from `with_tickets()`."""
    lines = list(booking.lines.all())
    status = shown_status(booking, now=now)
    address = [booking.reference]
    return {
        "reference": booking.reference,
        "status": status,
        "status_text": status_text(booking, status),
        "was_sold": booking.confirmed_at is not None,
        "is_over": is_over(booking.event.starts_at, booking.event.ends_at, now=now),
        "seats_url": _seats_url(booking.event, now=now),
        "event": card,
        "lines": [line_context(line, booking.currency) for line in lines],
        "tickets_text": tickets_text(len(lines)),
        "total_text": format_money(booking.total_minor, booking.currency),
        "total_minor": booking.total_minor,
        "face_text": format_money(sum(line.face_minor for line in lines), booking.currency),
        "fee_text": format_money(sum(line.fee_minor for line in lines), booking.currency),
        "tax_text": format_money(sum(line.tax_minor for line in lines), booking.currency),
        "currency": booking.currency,
        "expires_at": booking.expires_at,
        "now": now,
        "can_extend": status == Booking.Status.RESERVED and booking.extended_at is None,
        "extend_url": reverse("bookings:extend", args=address),
        "release_url": reverse("bookings:release", args=address),
        "refund_policy": refund_text(
            terms_from(booking.refund_policy),
            starts_at=booking.event.starts_at,
            time_zone=booking.event.venue.time_zone,
            now=now,
        ),
    }


def _seats_url(event: Event, *, now: datetime) -> str:
    """Where seats are chosen; blank where none are sold any more."""
    sells = event.status == Event.Status.ON_SALE and event.starts_at > now
    return reverse("events:seats", args=[event.pk]) if sells else ""


def booking_cards(bookings: Sequence[Booking]) -> list[dict[str, Any]]:
    """The bookings as a list shows them, in a fixed number of queries."""
    now = timezone.now()
    cards = event_cards(booking.event_id for booking in bookings)
    return [
        {
            **booking_context(booking, cards[booking.event_id], now=now),
            "url": booking.get_absolute_url(),
        }
        for booking in bookings
    ]
