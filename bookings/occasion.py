"""When and where, in words, as tickets and mails say it: always the venue's own time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from events.models import Event, Ticket, Venue


def date_text(moment: datetime, venue: Venue) -> str:
    """The day at the venue: Saturday 14 March 2026."""
    local = moment.astimezone(ZoneInfo(venue.time_zone))
    return f"{local:%A} {local.day} {local:%B %Y}"


def time_text(moment: datetime, venue: Venue) -> str:
    """The hour at the venue: 19:30."""
    return f"{moment.astimezone(ZoneInfo(venue.time_zone)):%H:%M}"


def times_text(event: Event) -> str:
    """Start and, where known, doors: 19:30, doors 18:30."""
    start = time_text(event.starts_at, event.venue)
    if event.doors_at is None:
        return start
    return f"{start}, doors {time_text(event.doors_at, event.venue)}"


def zone_text(event: Event) -> str:
    """The zone as its clock is called on that day: CET, or UTC+03 where it has no name."""
    local = event.starts_at.astimezone(ZoneInfo(event.venue.time_zone))
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in "+-" and name else name


def place_text(ticket: Ticket) -> str:
    """Where one sits or stands: Stalls, row B, seat 12."""
    if ticket.seat is None:
        return f"{ticket.section.name}, standing"
    return f"{ticket.section.name}, row {ticket.seat.row}, seat {ticket.seat.number}"
