"""Events for calendars (iCalendar, RFC 5545): the evening itself, and the moment a sale opens."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from events.addresses import address_text
from events.models import Event

LINE = 70  # octets; RFC 5545 allows 75
USUAL_LENGTH = timedelta(hours=3)  # where a listing does not say when it ends
COMING = frozenset({Event.Status.SCHEDULED, Event.Status.ON_SALE})
WARNING = timedelta(minutes=15)


def calendar_url(event: Event) -> str:
    """Where the event's file for calendars is, nothing where it will not take place as written."""
    if event.status not in COMING or event.starts_at < timezone.now():
        return ""
    return reverse("events:calendar", args=[event.pk])


def event_calendar(event: Event) -> bytes:
    """The event, from doors or start to its end. Needs its venue."""
    starts_at = event.doors_at or event.starts_at
    ends_at = event.ends_at or event.starts_at + USUAL_LENGTH
    place = f"{event.venue.name}, {address_text(event.venue)}"
    entry = [*_entry(event, "event", event.name, starts_at, ends_at), _text("LOCATION", place)]
    return _calendar(entry)


def opening_calendar(event: Event, *, opens_at: datetime) -> bytes:
    """The moment from which its tickets are sold, with a reminder a quarter of an hour before."""
    name = f"Tickets on sale: {event.name}"
    alarm = [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:-PT{WARNING.seconds // 60}M",
        _text("DESCRIPTION", name),
        "END:VALARM",
    ]
    return _calendar([*_entry(event, "sale", name, opens_at, opens_at + WARNING), *alarm])


def _entry(event: Event, kind: str, name: str, starts_at: datetime, ends_at: datetime) -> list[str]:
    address = f"{settings.SITE_URL}{event.get_absolute_url()}"
    return [
        f"UID:{kind}-{event.pk}@{settings.SITE_URL.partition('//')[2]}",
        f"DTSTAMP:{_moment(event.changed_at)}",
        f"DTSTART:{_moment(starts_at)}",
        f"DTEND:{_moment(ends_at)}",
        _text("SUMMARY", name),
        f"URL:{address}",
    ]


def _calendar(entry: list[str]) -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{settings.SITE_NAME}//Events//EN"]
    lines = [*head, "BEGIN:VEVENT", *entry, "END:VEVENT", "END:VCALENDAR"]
    return b"".join(_folded(line) for line in lines)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(name: str, value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return f"{name}:{''.join(one for one in value if one.isprintable())}"


def _folded(line: str) -> bytes:
    """One line as the format wants it: broken between characters, never inside one."""
    parts = [b""]
    for character in line:
        octets = character.encode()
        if len(parts[-1]) + len(octets) > LINE:
            parts.append(b" ")
        parts[-1] += octets
    return b"\r\n".join(parts) + b"\r\n"
