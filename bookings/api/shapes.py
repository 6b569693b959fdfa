"""Bookings as the API writes them, many in a fixed number of queries."""

import functools
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from bookings.models import Admission, Booking, BookingLine
from bookings.selectors import shown_status
from events.api.shapes import event_shape, moment, money, site_of, ticket_shape
from events.listing import listable, listed
from events.models import Event, Ticket

Shape = dict[str, Any]

EVENT_SHAPE_SECONDS = 2


def booking_shape(booking: Booking, request: Request) -> Shape:
    """One booking. Two queries when it is confirmed, else one, and the event's once in 2 s."""
    return booking_shapes([booking], request)[0]


def booking_shapes(bookings: Sequence[Booking], request: Request) -> list[Shape]:
    """These bookings in the same order."""
    now = timezone.now()
    site = site_of(request._request)
    lines = _by_booking(_lines_of(bookings))
    codes = _admissions_of(bookings)
    return [
        _shape(booking, lines.get(booking.pk, []), codes, site=site, now=now)
        for booking in bookings
    ]


def _lines_of(bookings: Iterable[Booking]) -> QuerySet[BookingLine]:
    return (
        BookingLine.objects.filter(booking__in=bookings)
        .select_related("ticket__section", "ticket__seat", "ticket__price_level")
        .order_by("ticket__section__position", "ticket__section_id", "ticket__position")
    )


def _by_booking(lines: Iterable[BookingLine]) -> dict[int, list[BookingLine]]:
    found: dict[int, list[BookingLine]] = {}
    for line in lines:
        found.setdefault(line.booking_id, []).append(line)
    return found


def _admissions_of(bookings: Iterable[Booking]) -> dict[int, list[Admission]]:
    """By line id; asked only for bookings that were ever confirmed."""
    confirmed = [booking.pk for booking in bookings if booking.confirmed_at is not None]
    found: dict[int, list[Admission]] = {}
    if confirmed:
        for admission in Admission.objects.filter(line__booking__in=confirmed).order_by("pk"):
            found.setdefault(admission.line_id, []).append(admission)
    return found


def _shape(
    booking: Booking,
    lines: Sequence[BookingLine],
    codes: dict[int, list[Admission]],
    *,
    site: str,
    now: datetime,
) -> Shape:
    status = shown_status(booking, now=now)
    event = _event_shape(booking.event_id, site, int(time.monotonic() / EVENT_SHAPE_SECONDS))
    zone = event["time_zone"]
    return {
        "reference": booking.reference,
        "status": status,
        "expires_at": moment(booking.expires_at, zone),
        "created_at": moment(booking.created_at, zone),
        "confirmed_at": moment(booking.confirmed_at, zone),
        "can_extend": status == Booking.Status.RESERVED and booking.extended_at is None,
        "url": f"{site}{booking.get_absolute_url()}",
        "total": money(booking.total_minor, booking.currency),
        "event": event,
        "tickets": [_ticket(line, booking, status, now) for line in lines],
        "admissions": [
            _admission(admission, line, site)
            for line in lines
            for admission in codes.get(line.pk, [])
        ],
    }


def _ticket(line: BookingLine, booking: Booking, status: str, now: datetime) -> Shape:
    shape = ticket_shape(
        line.ticket, currency=booking.currency, status=_stock(line.ticket, booking, status, now)
    )
    return {**shape, "price": money(line.total_minor, booking.currency)}


def _stock(ticket: Ticket, booking: Booking, status: str, now: datetime) -> str:
    """The ticket's status as it reads now: a lapsed hold's is available, swept or not."""
    if ticket.booking_id == booking.pk and status == Booking.Status.PAYING:
        return ticket.status
    lapsed = ticket.reserved_until is not None and ticket.reserved_until <= now
    return Ticket.Status.AVAILABLE if lapsed else ticket.status


def _admission(admission: Admission, line: BookingLine, site: str) -> Shape:
    address = reverse("api-admission-pdf", args=[admission.code])
    return {
        "code": admission.code,
        "ticket": line.ticket_id,
        "status": admission.status,
        "pdf": f"{site}{address}",
    }


@functools.lru_cache(maxsize=512)
def _event_shape(event_id: int, site: str, moment_number: int) -> Shape:
    """The event as lists show it, at most two seconds old: holding a seat reads it each time."""
    [row] = listed(list(listable(Event.objects.filter(pk=event_id))))
    return event_shape(row, site=site)
