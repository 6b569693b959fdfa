"""When and where, in words, as tickets and mails say it: always the venue's own time."""

from datetime import datetime

from events.models import Event, Ticket, Venue
from events.presentation import time_text, venue_time, zone_name


def date_text(moment: datetime, venue: Venue) -> str:
    """The day at the venue: Saturday 14 March 2026."""
    local = venue_time(moment, venue.time_zone)
    return f"{local:%A} {local.day} {local:%B %Y}"


def times_text(event: Event) -> str:
    """Start and, where known, doors: 19:30, doors 18:30."""
    zone = event.venue.time_zone
    start = time_text(event.starts_at, zone)
    if event.doors_at is None:
        return start
    return f"{start}, doors {time_text(event.doors_at, zone)}"


def zone_text(event: Event) -> str:
    """The zone as its clock is called on that day: CET, or UTC+03 where it has no name."""
    return zone_name(event.starts_at, event.venue.time_zone)


def place_text(ticket: Ticket) -> str:
    """Where one sits or stands: Stalls, row B, seat 12."""
    if ticket.seat is None:
        return f"{ticket.section.name}, standing"
    return f"{ticket.section.name}, row {ticket.seat.row}, seat {ticket.seat.number}"
