"""schema.org data of events, performers and venues, and of lists of them, for search engines."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from events.listing import Listed
from events.models import Event, Performer, Venue
from events.pictures import artwork_url
from events.presentation import map_url, venue_time
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

Crumbs = Sequence[tuple[str, str]]
Data = dict[str, Any]


def json_ld(row: Listed) -> SafeString:
    """The event with an offer for each price level, safe inside a script element."""
    offers = _offers(row)
    return _script({"@context": "https://schema.org", **_event(row), "offers": offers})


def performer_ld(performer: Performer, rows: Sequence[Listed], *, crumbs: Crumbs) -> SafeString:
    """A performer with what is coming."""
    described = {
        "@type": "PerformingGroup",
        "name": performer.name,
        "alternateName": [alias.name for alias in performer.aliases.all()],
        "description": performer.description,
        "url": _address(performer.get_absolute_url()),
        "event": [_listed(row) for row in rows],
    }
    return _graph(described, crumbs)


def venue_ld(venue: Venue, rows: Sequence[Listed], *, crumbs: Crumbs) -> SafeString:
    """A venue with its point, its size and what is coming."""
    described = {
        **_place(venue),
        "@type": "EventVenue",
        "url": _address(venue.get_absolute_url()),
        "hasMap": map_url(venue),
        "maximumAttendeeCapacity": venue.capacity,
        "event": [_listed(row) for row in rows],
    }
    return _graph(described, crumbs)


def list_ld(name: str, rows: Sequence[Listed], *, crumbs: Crumbs) -> SafeString:
    """A list of events, such as those of a city or a kind."""
    described = {
        "@type": "ItemList",
        "name": name,
        "numberOfItems": len(rows),
        "itemListElement": [
            {"@type": "ListItem", "position": place, "item": _listed(row)}
            for place, row in enumerate(rows, 1)
        ],
    }
    return _graph(described, crumbs)


def _graph(described: Data, crumbs: Crumbs) -> SafeString:
    """The thing, and where its page stands; the last crumb is the page itself."""
    trail = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": _address(path)}
            for place, (name, path) in enumerate(crumbs, 1)
        ],
    }
    return _script({"@context": "https://schema.org", "@graph": [_filled(described), trail]})


def _script(described: Data) -> SafeString:
    text = orjson.dumps(_filled(described)).decode()
    return mark_safe(text.translate(UNSAFE_IN_SCRIPTS))


def _filled(described: Data) -> Data:
    return {name: value for name, value in described.items() if value}


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _listed(row: Listed) -> Data:
    """An event of a list: of its prices only the lowest is read there."""
    described = _event(row)
    described.pop("description", None)
    if row.price_from_minor is not None:
        described["offers"] = {
            "@type": "AggregateOffer",
            "lowPrice": str(to_decimal(row.price_from_minor, row.event.currency)),
            "priceCurrency": row.event.currency,
            "availability": f"https://schema.org/{_stock(row)}",
            "url": _address(row.event.get_absolute_url()),
        }
    return described


def _event(row: Listed) -> Data:
    event = row.event
    zone = event.venue.time_zone
    described = {
        "@type": TYPES.get(event.category.segment, "Event"),
        "name": event.name,
        "description": event.description,
        "url": _address(event.get_absolute_url()),
        "image": _address(artwork_url(event)),
        "startDate": venue_time(event.starts_at, zone).isoformat(),
        "endDate": event.ends_at and venue_time(event.ends_at, zone).isoformat(),
        "doorTime": event.doors_at and venue_time(event.doors_at, zone).isoformat(),
        "eventStatus": f"https://schema.org/{STATUSES.get(event.status, 'EventScheduled')}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _place(event.venue),
        "performer": _performers(row),
    }
    return _filled(described)


def _performers(row: Listed) -> list[Data]:
    return [
        {
            "@type": "PerformingGroup",
            "name": billed.name,
            "url": _address(reverse("events:performer", args=[billed.performer_id])),
        }
        for billed in row.performers
    ]


def _place(venue: Venue) -> Data:
    address = {
        "streetAddress": venue.address,
        "postalCode": venue.postal_code,
        "addressLocality": venue.city,
        "addressRegion": venue.region,
        "addressCountry": venue.country,
    }
    place: Data = {
        "@type": "Place",
        "name": venue.name,
        "address": {"@type": "PostalAddress", **_filled(address)},
    }
    if venue.latitude is not None:
        point = {"latitude": venue.latitude, "longitude": venue.longitude}
        place["geo"] = {"@type": "GeoCoordinates", **point}
    return place


def _offers(row: Listed) -> list[Data]:
    event, opens_at = row.event, row.sale.opens_at
    opening = {"validFrom": opens_at.isoformat()} if opens_at else {}
    return [
        {
            "@type": "Offer",
            "name": level.name,
            "price": str(to_decimal(level.total_minor, event.currency)),
            "priceCurrency": event.currency,
            "availability": f"https://schema.org/{_stock(row)}",
            **opening,
            "url": _address(event.get_absolute_url()),
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
