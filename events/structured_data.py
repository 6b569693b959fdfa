"""schema.org data of an event, for search engines."""

from typing import Any

import orjson
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from events.listing import Listed
from events.models import Event, Venue
from events.presentation import artwork_url, venue_time
from ticketmaster.core.money import to_decimal

STATUSES = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}
TYPES = {
    "concert": "MusicEvent",
    "sport": "SportsEvent",
    "theatre": "TheaterEvent",
    "comedy": "ComedyEvent",
    "family": "ChildrensEvent",
    "festival": "Festival",
}
# What would end the script element, or begin a comment in it, written so that it cannot.
UNSAFE_IN_SCRIPTS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_ld(row: Listed) -> SafeString:
    """The event as a schema.org object, safe inside a script element."""
    event = row.event
    zone = event.venue.time_zone
    described = {
        "@context": "https://schema.org",
        "@type": TYPES.get(event.category.segment, "Event"),
        "name": event.name,
        "description": event.description or None,
        "url": f"{settings.SITE_URL}{event.get_absolute_url()}",
        "image": f"{settings.SITE_URL}{artwork_url(event)}",
        "startDate": venue_time(event.starts_at, zone).isoformat(),
        "endDate": event.ends_at and venue_time(event.ends_at, zone).isoformat(),
        "doorTime": event.doors_at and venue_time(event.doors_at, zone).isoformat(),
        "eventStatus": f"https://schema.org/{STATUSES.get(event.status, 'EventScheduled')}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _place(event.venue),
        "performer": [
            {"@type": "PerformingGroup", "name": billed.performer.name}
            for billed in event.billing.all()
        ],
        "offers": _offers(row),
    }
    text = orjson.dumps({name: value for name, value in described.items() if value}).decode()
    return mark_safe(text.translate(UNSAFE_IN_SCRIPTS))


def _place(venue: Venue) -> dict[str, Any]:
    place: dict[str, Any] = {
        "@type": "Place",
        "name": venue.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": venue.address,
            "postalCode": venue.postal_code,
            "addressLocality": venue.city,
            "addressRegion": venue.region,
            "addressCountry": venue.country,
        },
    }
    if venue.latitude is not None:
        point = {"latitude": venue.latitude, "longitude": venue.longitude}
        place["geo"] = {"@type": "GeoCoordinates", **point}
    return place


def _offers(row: Listed) -> list[dict[str, Any]]:
    event = row.event
    return [
        {
            "@type": "Offer",
            "name": level.name,
            "price": str(to_decimal(level.total_minor, event.currency)),
            "priceCurrency": event.currency,
            "availability": f"https://schema.org/{_stock(row)}",
            "validFrom": row.sale.opens_at and row.sale.opens_at.isoformat(),
            "url": f"{settings.SITE_URL}{event.get_absolute_url()}",
        }
        for level in event.price_levels.all()
    ]


def _stock(row: Listed) -> str:
    if row.event.status in {Event.Status.ENDED, Event.Status.CANCELLED}:
        return "Discontinued"
    if row.sale.state == "not_open":
        return "PreSale"
    state = row.availability["state"] if row.availability else "not_on_sale"
    return {"available": "InStock", "few": "LimitedAvailability", "sold_out": "SoldOut"}.get(
        state, "OutOfStock"
    )
