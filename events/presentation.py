"""How events are written on a page: dates in venue time, prices all-in, one state chip at most."""

import hashlib
import zoneinfo
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date

from events import artwork
from events.listing import Listed
from events.models import Event, Venue
from ticketmaster.core.money import format_money

# Within this span the year goes without saying.
YEAR_UNSAID_BEFORE = timedelta(days=60)
YEAR_UNSAID_AFTER = timedelta(days=300)
MAP_ADDRESS = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}"

AVAILABILITY_CHIPS = {"few": "Few left", "sold_out": "Sold out"}
STATUS_CHIPS = {"cancelled": "Cancelled", "postponed": "Postponed", "ended": "Ended"}


def venue_time(moment: datetime, time_zone: str) -> datetime:
    """The moment on the venue's clock."""
    return moment.astimezone(zoneinfo.ZoneInfo(time_zone))


def date_text(moment: datetime, time_zone: str) -> str:
    """`Sat 14 March, 19:30`, with the year where it is not the obvious one."""
    local = venue_time(moment, time_zone)
    return f"{day_text(moment, time_zone)}, {format_date(local, 'H:i')}"


def day_text(moment: datetime, time_zone: str) -> str:
    """`Sat 14 March`, with the year where it is not the obvious one."""
    away = moment - timezone.now()
    obvious = -YEAR_UNSAID_BEFORE < away < YEAR_UNSAID_AFTER
    return format_date(venue_time(moment, time_zone), "D j F" if obvious else "D j F Y")


def time_text(moment: datetime, time_zone: str) -> str:
    """`19:30`."""
    return format_date(venue_time(moment, time_zone), "H:i")


def soon_text(moment: datetime, time_zone: str) -> str:
    """`Fri 10:00` within six days, else the whole date."""
    if timedelta(0) <= moment - timezone.now() < timedelta(days=6):
        return format_date(venue_time(moment, time_zone), "D H:i")
    return date_text(moment, time_zone)


def zone_name(moment: datetime, time_zone: str) -> str:
    """What the venue's clock is called then: GMT, EST, UTC+03."""
    name = venue_time(moment, time_zone).strftime("%Z")
    return f"UTC{name}" if name[:1] in "+-" else name


def price_from_text(price_minor: int | None, currency: str) -> str:
    """`$45.00`, `Free`, or nothing where no price is known."""
    if price_minor is None:
        return ""
    return format_money(price_minor, currency) if price_minor else "Free"


def artwork_seed(event: Event) -> dict[str, str]:
    """What the picture is drawn from."""
    category = event.category
    genre = category.genre_slug or ""
    return {"seed": str(event.pk), "segment": category.segment, "genre": genre}


@cache
def artist() -> str:
    """Names the way of drawing: a change of its code gives every picture a new address."""
    files = sorted(Path(artwork.__file__).parent.rglob("*.py"))
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files)).hexdigest()


def artwork_hash(event: Event) -> str:
    """Names the picture's content, known without drawing it."""
    drawn_from = f"{artist()}:{sorted(artwork_seed(event).items())}"
    return hashlib.blake2b(drawn_from.encode(), digest_size=8).hexdigest()


def artwork_url(event: Event) -> str:
    """The address of the event's picture; it never changes what it shows."""
    return reverse("events:artwork", args=[event.pk, artwork_hash(event)])


def address_lines(venue: Venue) -> list[str]:
    """The venue's address, a line each, blanks left out."""
    town = " ".join(part for part in [venue.postal_code, venue.city] if part)
    region = ", ".join(part for part in [venue.region, venue.country] if part)
    return [line for line in [venue.address, town, region] if line]


def map_url(venue: Venue) -> str:
    """A map with the venue on it, nothing where its point is unknown."""
    if venue.latitude is None or venue.longitude is None:
        return ""
    return MAP_ADDRESS.format(lat=round(venue.latitude, 6), lon=round(venue.longitude, 6))


def state_chip(listed: Listed) -> str:
    """The one thing to know about an event in a list, or nothing."""
    event = listed.event
    if event.status in STATUS_CHIPS:
        return STATUS_CHIPS[event.status]
    if listed.sale.state == "not_open" and listed.sale.opens_at is not None:
        return f"On sale {soon_text(listed.sale.opens_at, event.venue.time_zone)}"
    if listed.sale.state not in {"open", "presale"} or listed.availability is None:
        return ""
    return AVAILABILITY_CHIPS.get(listed.availability["state"], "")


def event_card(listed: Listed) -> dict[str, Any]:
    """What a list shows of an event: the fields of templates' cards."""
    event = listed.event
    zone = event.venue.time_zone
    return {
        "id": event.pk,
        "name": event.name,
        "url": event.get_absolute_url(),
        "artwork_url": artwork_url(event),
        "starts_at": venue_time(event.starts_at, zone),
        "date_text": day_text(event.starts_at, zone),
        "time_text": time_text(event.starts_at, zone),
        "when_text": date_text(event.starts_at, zone),
        "zone_text": zone_name(event.starts_at, zone),
        "venue_name": event.venue.name,
        "city": event.venue.city,
        "price_from_text": price_from_text(listed.price_from_minor, event.currency),
        "state_chip": state_chip(listed),
        "performers": [billed.performer.name for billed in event.billing.all()],
        "segment": event.category.segment,
        "status": event.status,
    }
