"""How events are written on a page: dates in venue time, prices all-in, one state chip at most."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date

from events.listing import Listed
from events.models import Venue
from events.pictures import artwork_url, artwork_urls
from events.zones import zone_of
from ticketmaster.core.money import format_money

# Within this span the year goes without saying.
YEAR_UNSAID_BEFORE = timedelta(days=60)
YEAR_UNSAID_AFTER = timedelta(days=300)
MAP_ADDRESS = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}"

AVAILABILITY_CHIPS = {"few": "Few left", "sold_out": "Sold out"}
STATUS_CHIPS = {"cancelled": "Cancelled", "postponed": "Postponed", "ended": "Ended"}


def venue_time(moment: datetime, time_zone: str) -> datetime:
    """The moment on the venue's clock."""
    return moment.astimezone(zone_of(time_zone))


def date_text(moment: datetime, time_zone: str) -> str:
    """`Sat 14 March, 19:30`, with the year where it is not the obvious one."""
    local = venue_time(moment, time_zone)
    return f"{day_text(moment, time_zone)}, {format_date(local, 'H:i')}"


def day_text(moment: datetime, time_zone: str) -> str:
    """`Sat 14 March`, with the year where it is not the obvious one."""
    year = year_text(moment, time_zone)
    day = format_date(venue_time(moment, time_zone), "D j F")
    return f"{day} {year}" if year else day


def year_text(moment: datetime, time_zone: str) -> str:
    """`2027`, or nothing where the year is the obvious one."""
    away = moment - timezone.now()
    obvious = -YEAR_UNSAID_BEFORE < away < YEAR_UNSAID_AFTER
    return "" if obvious else format_date(venue_time(moment, time_zone), "Y")


def time_text(moment: datetime, time_zone: str) -> str:
    """`19:30`."""
    return format_date(venue_time(moment, time_zone), "H:i")


def soon_text(moment: datetime, time_zone: str) -> str:
    """`Fri 10:00` within six days, else `Fri 4 Dec, 10:00`, with a year that is not obvious."""
    if timedelta(0) <= moment - timezone.now() < timedelta(days=6):
        return format_date(venue_time(moment, time_zone), "D H:i")
    day = "D j M Y, H:i" if year_text(moment, time_zone) else "D j M, H:i"
    return format_date(venue_time(moment, time_zone), day)


def zone_name(moment: datetime, time_zone: str) -> str:
    """What the venue's clock is called then: GMT, EST, UTC+03."""
    name = venue_time(moment, time_zone).strftime("%Z")
    return f"UTC{name}" if name[:1] in "+-" else name


def price_from_text(price_minor: int | None, currency: str) -> str:
    """`$45.00`, `Free`, or nothing where no price is known."""
    if price_minor is None:
        return ""
    return format_money(price_minor, currency) if price_minor else "Free"


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
        "year_text": year_text(event.starts_at, zone),
        "time_text": time_text(event.starts_at, zone),
        "when_text": date_text(event.starts_at, zone),
        "zone_text": zone_name(event.starts_at, zone),
        "venue_name": event.venue.name,
        "city": event.venue.city,
        "price_from_text": price_from_text(listed.price_from_minor, event.currency),
        "state_chip": state_chip(listed),
        "performers": [billed.name for billed in listed.performers],
        "segment": event.category.segment,
        "status": event.status,
    }


def event_cards(rows: Sequence[Listed]) -> list[dict[str, Any]]:
    """Cards for one list, in which different shows side by side do not look the same."""
    pictures = artwork_urls([row.event for row in rows])
    return [
        {**event_card(row), "artwork_url": picture}
        for row, picture in zip(rows, pictures, strict=True)
    ]
