"""The event page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from events.addresses import address_lines
from events.calendar import calendar_url
from events.listing import Listed, listed
from events.models import Event, Performer, Venue
from events.presentation import date_text, event_card, map_url, time_text, zone_name
from events.public_ids import known_id
from events.refund_terms import terms_of_event
from events.refund_words import refund_text
from events.sale_state import SaleState
from events.selectors import event_for_public, other_dates
from events.structured_data import json_ld
from ticketmaster.core.money import format_money
from ticketmaster.core.public import Freshness, public_page, render_public

# Nobody will buy for it or sit in it again.
OVER = frozenset({"cancelled", "ended"})
SELLING = frozenset({Event.Status.SCHEDULED, Event.Status.ON_SALE})
HEADLINES = {
    "open": ("On sale now", ""),
    "presale": ("Presale", "Tickets are sold to those with an access code or an invitation."),
    "not_open": ("Not on sale yet", ""),
    "closed": ("Sale closed", "No more tickets are sold here."),
    "cancelled": (
        "Cancelled",
        "This event will not take place. If you have tickets, you get back all that you paid,"
        " without asking.",
    ),
    "postponed": ("Postponed", "The date shown no longer holds. The new one will stand here."),
    "ended": ("This event is over", ""),
}


@public_page(Freshness(shared=2, kept=2))
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """All about an event, in nine queries however many seats it has."""
    found = event_for_public(known_id(event_id))
    [row] = listed([found])
    return render_public(request, "events/event.html", _context(row))


def _context(row: Listed) -> dict[str, Any]:
    event = row.event
    return {
        "event": event_details(row),
        "performers": [_performer(billed.performer) for billed in event.billing.all()],
        "venue": venue_context(event.venue),
        "price_levels": [
            {"name": level.name, "price_text": format_money(level.total_minor, event.currency)}
            for level in event.price_levels.all()
        ],
        "sale": sale_context(row.sale, event),
        "availability": row.availability,
        "way": _way(row),
        "seats_url": reverse("events:seats", args=[event.pk]),
        "calendar_url": calendar_url(row.event),
        "opening_url": reverse("events:opening-calendar", args=[event.pk]),
        "other_dates": [_date(other) for other in other_dates(event, now=timezone.now())],
        "refund_policy": refund_text(
            terms_of_event(event),
            starts_at=event.starts_at,
            time_zone=event.venue.time_zone,
            now=timezone.now(),
        ),
        "json_ld": json_ld(row),
    }


def _way(row: Listed) -> str:
    """The one next step: choose `seats`, join the `waiting_room`, see that it is `sold_out`."""
    event = row.event
    if row.availability is not None and row.availability["state"] == "sold_out":
        return "sold_out" if row.sale.can_buy else ""
    if event.waiting_room and event.status in SELLING and row.sale.state != "closed":
        return "waiting_room"
    return "seats" if row.sale.can_buy else ""


def _date(event: Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "url": event.get_absolute_url(),
        "when_text": date_text(event.starts_at, event.venue.time_zone),
        "venue_name": event.venue.name,
        "city": event.venue.city,
    }


def event_details(row: Listed) -> dict[str, Any]:
    """The event's card with what its own page shows besides."""
    event = row.event
    zone = event.venue.time_zone
    return {
        **event_card(row),
        "date_text": date_text(event.starts_at, zone),
        "description": event.description,
        "doors_text": _clock("Doors", event.doors_at, zone),
        "ends_text": _end(event),
        "time_zone": zone_name(event.starts_at, zone),
    }


def _clock(label: str, moment: datetime | None, zone: str) -> str:
    return "" if moment is None else f"{label} {time_text(moment, zone)}"


def _end(event: Event) -> str:
    """The time where it ends the same night, else the whole date."""
    if event.ends_at is None:
        return ""
    zone = event.venue.time_zone
    is_long = (event.ends_at - event.starts_at).days >= 1
    return f"Ends {date_text(event.ends_at, zone) if is_long else time_text(event.ends_at, zone)}"


def sale_context(sale: SaleState, event: Event) -> dict[str, Any]:
    """Where the sale stands, in words, and exactly when it opens."""
    headline, detail = HEADLINES[sale.state]
    opens_text = ""
    if sale.opens_at is not None:
        zone = event.venue.time_zone
        opens = f"{date_text(sale.opens_at, zone)} {zone_name(sale.opens_at, zone)}"
        what = "General sale opens" if sale.state == "presale" else "Tickets go on sale"
        opens_text = f"{what} {opens}."
    elif sale.state == "not_open":
        detail = "When tickets go on sale has not been announced."
    return {
        "state": sale.state,
        "headline": headline,
        "detail": detail,
        "opens_text": opens_text,
        "opens_at": sale.opens_at,
        "can_buy": sale.can_buy,
        "is_over": sale.state in OVER,
    }


def _performer(performer: Performer) -> dict[str, Any]:
    return {
        "name": performer.name,
        "url": performer.get_absolute_url(),
        "description": performer.description,
        "facts": [(fact.label, fact.value) for fact in performer.facts.all()],
    }


def venue_context(venue: Venue) -> dict[str, Any]:
    """A venue as pages show it."""
    return {
        "name": venue.name,
        "url": venue.get_absolute_url(),
        "city": venue.city,
        "address_lines": address_lines(venue),
        "map_url": map_url(venue),
        "travel": venue.travel,
        "access": venue.access,
    }
