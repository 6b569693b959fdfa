"""Bookings as the API writes them, many in a fixed number of queries."""

import functools
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from bookings.models import Admission, Booking
from bookings.selectors import shown_status
from events.api.shapes import event_shape, moment, money, site_of
from events.listing import listable, listed
from events.models import Event, Ticket
from ticketmaster.core.written import Written

Shape = dict[str, Any]

EVENT_SHAPE_SECONDS = 2


def booking_shape(booking: Booking, request: Request | HttpRequest) -> Shape:
    """One booking. Two queries when it is confirmed, else one, and the event's once in 2 s.

    None for one that a claim has just made of tickets by name.
    """
    return booking_shapes([booking], request)[0]


def booking_shapes(bookings: Sequence[Booking], request: Request | HttpRequest) -> list[Shape]:
    """These bookings in the same order."""
    now = timezone.now()
    site = site_of(request._request if isinstance(request, Request) else request)
    period = int(time.monotonic() / EVENT_SHAPE_SECONDS)  # one for all: it may end meanwhile
    lines = _lines_of(bookings)
    codes = _admissions_of(bookings, lines)
    return [
        _shape(
            booking,
            lines.get(booking.pk, []),
            codes,
            event=_event_shape(booking.event_id, site, period),
            site=site,
            now=now,
        )
        for booking in bookings
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """A booking's line with its ticket: plain values, since every hold answers with some."""

    id: int
    booking_id: int
    ticket_id: int
    section_id: int
    section: str
    row: str | None
    number: str | None
    accessible: bool | None
    price_level_id: int
    price_level: str
    price_minor: int
    stock: str
    holder_id: int | None
    reserved_until: datetime | None
    section_position: int
    position: int

    @property
    def turn(self) -> tuple[int, int, int]:
        """When the drawing comes to it."""
        return self.section_position, self.section_id, self.position


NO_LINE = 0  # a hold's lines have no admissions, so that nobody asks for them by their ids

LINES = """
SELECT l.id, l.booking_id, t.id, s.id, s.name, seat.row, seat.number, seat.accessible,
       t.price_level_id, l.price_level_name, l.face_minor + l.fee_minor + l.tax_minor,
       t.status, t.booking_id, t.reserved_until, s.position, t.position
FROM bookings_bookingline l
JOIN events_ticket t ON t.id = l.ticket_id
JOIN events_section s ON s.id = t.section_id
LEFT JOIN events_seat seat ON seat.id = t.seat_id
WHERE l.booking_id {which}
"""
# One booking has a statement of its own: its plan is made once, while one for an array, whose
# length is another each time, was made anew for every answer and took four fifths of its time.
LINES_OF_ONE = LINES.format(which="= %s")
LINES_OF_MANY = LINES.format(which="= ANY(%s)")


def _lines_of(bookings: Sequence[Booking]) -> dict[int, list[Line]]:
    """The bookings' lines in the drawing's order, in one query unless all are known."""
    known = {booking.pk: lines for booking in bookings if (lines := _claimed_lines(booking))}
    unknown = [booking.pk for booking in bookings if booking.pk not in known]
    found = {**known, **_read_lines(unknown)} if unknown else known
    for lines in found.values():
        lines.sort(key=lambda line: line.turn)
    return found


def _claimed_lines(booking: Booking) -> list[Line]:
    """The lines of a hold as its claim has written them; none where the claim is not this one's."""
    placed = [(ticket, ticket.place) for ticket in booking.claimed if ticket.place]
    if len(placed) != len(booking.claimed) or booking.status != Booking.Status.RESERVED:
        return []
    return [
        Line(
            id=NO_LINE,
            booking_id=booking.pk,
            ticket_id=ticket.id,
            section_id=ticket.section_id,
            section=place.section,
            row=place.row,
            number=place.number,
            accessible=place.accessible,
            price_level_id=ticket.price_level_id,
            price_level=ticket.price_level_name,
            price_minor=ticket.total_minor,
            stock=Ticket.Status.RESERVED,
            holder_id=booking.pk,
            reserved_until=booking.expires_at,
            section_position=place.section_position,
            position=place.position,
        )
        for ticket, place in placed
    ]


def _read_lines(booking_ids: Sequence[int]) -> dict[int, list[Line]]:
    with connection.cursor() as cursor:
        if len(booking_ids) == 1:
            cursor.execute(LINES_OF_ONE, list(booking_ids))
        else:
            cursor.execute(LINES_OF_MANY, [list(booking_ids)])
        rows = cursor.fetchall()
    found: dict[int, list[Line]] = {}
    for row in rows:
        line = Line(*row)
        found.setdefault(line.booking_id, []).append(line)
    return found


ADMISSIONS = Written(Admission, "WHERE line_id = ANY(%s) ORDER BY id")


def _admissions_of(
    bookings: Iterable[Booking], lines: Mapping[int, Sequence[Line]]
) -> dict[int, list[Admission]]:
    """By line id; asked only for bookings that were ever confirmed."""
    confirmed = [booking.pk for booking in bookings if booking.confirmed_at is not None]
    ids = [line.id for booking_id in confirmed for line in lines.get(booking_id, [])]
    found: dict[int, list[Admission]] = {}
    for admission in ADMISSIONS.rows(ids) if ids else []:
        found.setdefault(admission.line_id, []).append(admission)
    return found


def _shape(
    booking: Booking,
    lines: Sequence[Line],
    codes: dict[int, list[Admission]],
    *,
    event: Shape,
    site: str,
    now: datetime,
) -> Shape:
    status = shown_status(booking, now=now)
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
            for admission in codes.get(line.id, [])
        ],
    }


def _ticket(line: Line, booking: Booking, status: str, now: datetime) -> Shape:
    """As an event's tickets, at the price that was frozen."""
    return {
        "id": line.ticket_id,
        "section": {"id": line.section_id, "name": line.section},
        "row": line.row,
        "number": line.number,
        "price_level": {"id": line.price_level_id, "name": line.price_level},
        "price": money(line.price_minor, booking.currency),
        "status": _stock(line, booking, status, now),
        "accessible": bool(line.accessible),
    }


def _stock(line: Line, booking: Booking, status: str, now: datetime) -> str:
    """The ticket's status as it reads now: a lapsed hold's is available, swept or not."""
    if line.holder_id == booking.pk and status == Booking.Status.PAYING:
        return line.stock
    lapsed = line.reserved_until is not None and line.reserved_until <= now
    return Ticket.Status.AVAILABLE if lapsed else line.stock


def _admission(admission: Admission, line: Line, site: str) -> Shape:
    address = reverse("api-admission-pdf", args=[admission.code])
    return {
        "code": admission.code,
        "ticket": line.ticket_id,
        "status": admission.status,
        "pdf": f"{site}{address}",
    }


@functools.lru_cache(maxsize=512)
def _event_shape(event_id: int, site: str, period: int) -> Shape:
    """The event as lists show it, at most two seconds old: holding a seat reads it each time."""
    [row] = listed(list(listable(Event.objects.filter(pk=event_id))))
    return event_shape(row, site=site)
