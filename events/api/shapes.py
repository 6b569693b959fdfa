"""The catalogue's rows as the API writes them. Plain dicts: a page has a thousand tickets."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from events.listing import Listed
from events.models import Event, Performer, PriceLevel, SaleWindow, Venue
from events.pictures import artwork_url
from events.refund_terms import terms_of_event
from events.refund_words import refund_text
from events.zones import zone_of

Shape = dict[str, Any]


def money(amount_minor: int | None, currency: str) -> Shape | None:
    """`{"amount", "currency"}` in minor units; null for none."""
    return None if amount_minor is None else {"amount": amount_minor, "currency": currency}


def moment(value: datetime | None, zone: str = "UTC") -> str | None:
    """ISO 8601 with the venue's offset, to the second where there is no part of one."""
    return None if value is None else value.astimezone(zone_of(zone)).isoformat()


def site_of(request: HttpRequest) -> str:
    """Scheme and host that this request came to, without a slash at the end."""
    return request.build_absolute_uri("/")[:-1]


def venue_shape(venue: Venue) -> Shape:
    """A venue in a list."""
    known = venue.latitude is not None and venue.longitude is not None
    return {
        "id": venue.pk,
        "name": venue.name,
        "city": venue.city,
        "region": venue.region,
        "country": venue.country,
        "location": {"lat": venue.latitude, "lon": venue.longitude} if known else None,
    }


def event_shape(listed: Listed, *, site: str) -> Shape:
    """An event in a list; `site` as from `site_of`."""
    event = listed.event
    zone = event.venue.time_zone
    return {
        "id": event.pk,
        "name": event.name,
        "url": f"{site}{event.get_absolute_url()}",
        "status": event.status,
        "starts_at": moment(event.starts_at, zone),
        "time_zone": zone,
        "venue": venue_shape(event.venue),
        "performers": [
            {"id": billed.performer_id, "name": billed.name} for billed in listed.performers
        ],
        "category": {"segment": event.category.segment, "genre": event.category.genre_slug},
        "price_from": money(listed.price_from_minor, event.currency),
        "availability": listed.availability,
        "waiting_room": event.waiting_room,
    }


def performer_details(performer: Performer) -> Shape:
    """A performer with facts (prefetched)."""
    return {
        "id": performer.pk,
        "name": performer.name,
        "description": performer.description,
        "facts": [{"label": fact.label, "value": fact.value} for fact in performer.facts.all()],
    }


def venue_details(venue: Venue) -> Shape:
    """A venue with all that is known of it."""
    return {
        **venue_shape(venue),
        "address": venue.address,
        "postal_code": venue.postal_code,
        "time_zone": venue.time_zone,
        "capacity": venue.capacity,
        "travel": venue.travel,
        "access": venue.access,
    }


def price_level_shape(level: PriceLevel, currency: str) -> Shape:
    """A price level: `price` is all-in, the other three are its parts."""
    return {
        "id": level.pk,
        "name": level.name,
        "price": money(level.total_minor, currency),
        "face": money(level.face_minor, currency),
        "fee": money(level.fee_minor, currency),
        "tax": money(level.tax_minor, currency),
    }


def sale_window_shape(window: SaleWindow, zone: str) -> Shape:
    """A sale window; the access code itself is nobody's to read."""
    return {
        "id": window.pk,
        "kind": window.kind,
        "name": window.name,
        "opens_at": moment(window.opens_at, zone),
        "closes_at": moment(window.closes_at, zone),
        "access_code_required": window.kind == SaleWindow.Kind.PRESALE,
        "price_levels": [level.pk for level in window.price_levels.all()] or None,
        "limit_per_person": window.limit_per_person,
    }


def links_of(event: Event, *, site: str, has_map: bool) -> Shape:
    """Where the rest of an event is."""
    api = f"{site}/api/v1/event/{event.pk}"
    return {
        "page": f"{site}{event.get_absolute_url()}",
        "seats": f"{site}{reverse('events:seats', args=[event.pk])}",
        "tickets": f"{api}/tickets",
        "availability": f"{api}/availability",
        "seat_map": f"{api}/seat-map" if has_map else None,
        "artwork": f"{site}{artwork_url(event)}",
        "venue": f"{site}/api/v1/venue/{event.venue_id}",
    }


def event_details(listed: Listed, *, site: str, tickets: Mapping[str, Any]) -> Shape:
    """An event with all that is known of it; `tickets` is their first page."""
    event = listed.event
    zone = event.venue.time_zone
    return {
        **event_shape(listed, site=site),
        "description": event.description,
        "doors_at": moment(event.doors_at, zone),
        "ends_at": moment(event.ends_at, zone),
        "currency": event.currency,
        "max_tickets_per_person": event.max_tickets_per_person,
        "refund_policy": refund_text(
            terms_of_event(event), starts_at=event.starts_at, time_zone=zone, now=timezone.now()
        ),
        "venue": venue_details(event.venue),
        "performers": [performer_details(billed.performer) for billed in event.billing.all()],
        "sale": {
            "state": listed.sale.state,
            "opens_at": moment(listed.sale.opens_at, zone),
            "closes_at": moment(listed.sale.closes_at, zone),
        },
        "sale_windows": [sale_window_shape(window, zone) for window in event.sale_windows.all()],
        "price_levels": [
            price_level_shape(level, event.currency) for level in event.price_levels.all()
        ],
        "links": links_of(event, site=site, has_map=event.seat_map_id is not None),
        "tickets": tickets,
    }


# The columns of `ticket_shapes`, and what reads them: rows, since a model instance a ticket
# would take four fifths of the time of a page of a thousand.
TICKET_COLUMNS = (
    "id", "section_id", "section__name", "seat__row", "seat__number", "price_level_id",
    "shown_status", "seat__accessible", "seat__companion", "seat__restricted_view",
)  # fmt: skip


def ticket_shapes(
    rows: Iterable[tuple[Any, ...]], levels: Mapping[int, PriceLevel], currency: str
) -> list[Shape]:
    """Tickets from rows of TICKET_COLUMNS, with the event's price levels by id."""
    priced = {
        level.pk: ({"id": level.pk, "name": level.name}, money(level.total_minor, currency))
        for level in levels.values()
    }
    return [
        {
            "id": ticket_id,
            "section": {"id": section_id, "name": section},
            "row": row,
            "number": number,
            "price_level": priced[level_id][0],
            "price": priced[level_id][1],
            "status": status,
            "accessible": bool(accessible),
            "companion": bool(companion),
            "restricted_view": bool(restricted),
        }
        for (
            ticket_id, section_id, section, row, number, level_id,
            status, accessible, companion, restricted,
        ) in rows
    ]  # fmt: skip
