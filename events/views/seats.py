"""The seats page: the map's settings, and the same seats as a plain list."""

from typing import Any

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from events.availability import feed_of
from events.listing import Listed, listed
from events.models import Event, PriceLevelSection, Section, Ticket
from events.public_ids import known_id
from events.selectors import event_for_public, priced_sections, tickets_for_list
from events.views.event import OVER, event_details, sale_context
from ticketmaster.core.money import format_money
from ticketmaster.core.public import Freshness, public_page, render_public

# Told apart by colour and by shape; the map's styles and scripts know these.
SHAPES = ("circle", "square", "diamond", "triangle")
COLOURS = 8


@public_page(Freshness(shared=1, kept=1), parameters=("section",))
def seats(request: HttpRequest, event_id: int) -> HttpResponse:
    """The seats of an event; `?section=` opens one in the list. Eleven queries at most.

    What was cancelled or is over leads to the event's page, as does an event without a map.
    """
    event = event_for_public(known_id(event_id))
    [row] = listed([event])
    if event.seat_map is None or row.sale.state in OVER:
        return redirect(event)
    priced = list(priced_sections(event.pk))
    opened = _asked_for(request.GET.get("section", ""), priced)
    if opened is None and request.GET.get("section"):
        return redirect("events:seats", event.pk)  # not kept: made-up sections fill no cache
    feed = feed_of(event_id=event.pk)
    sections = [_section(event, one, feed) for one in priced]
    context = {
        "event": event_details(row),
        "sale": sale_context(row.sale, event),
        "has_waiting_room": event.waiting_room,
        "config": _config(event, priced, feed),
        "sections": sections,
        "kind": _kind(sections),
        "is_sold_out": not any(section["free"] for section in sections),
        "open_section": opened and _open_section(row, opened, feed),
        "max_tickets": event.max_tickets_per_person,
        "hold_url": reverse("bookings:hold", args=[event.pk]),
    }
    return render_public(request, "events/seats.html", context)


def _asked_for(value: str, priced: list[PriceLevelSection]) -> PriceLevelSection | None:
    return next((one for one in priced if str(one.section_id) == value), None)


def _config(event: Event, priced: list[PriceLevelSection], feed: dict[str, Any]) -> dict[str, Any]:
    """What the map's script needs to know. Ids of a section's tickets follow each other.

    How many are free in each section lets it draw the house before it has asked for the feed.
    """
    assert event.seat_map is not None
    spans = (
        Ticket.objects.filter(event=event)
        .order_by()
        .values_list("section_id")
        .annotate(first=Min("pk"), last=Max("pk"))
    )
    return {
        "drawing_url": drawing_url(event),
        "feed_url": reverse("events:availability-feed", args=[event.pk]),
        "hold_url": reverse("bookings:hold", args=[event.pk]),
        "max_tickets": event.max_tickets_per_person,
        "currency": event.currency,
        "price_levels": [
            {
                "id": level.pk,
                "name": level.name,
                "amount": level.total_minor,
                "display": format_money(level.total_minor, event.currency),
                "colour": index % COLOURS,
                "shape": SHAPES[index % len(SHAPES)],
            }
            for index, level in enumerate(event.price_levels.all())
        ],
        "sections": {
            one.section_id: {"price_level": one.price_level_id, "free": _free(one.section, feed)}
            for one in priced
        },
        "ticket_ids": {section_id: [first, last] for section_id, first, last in spans},
    }


def drawing_url(event: Event) -> str:
    """The immutable drawing of a frozen map, else the API's of the moment."""
    assert event.seat_map is not None
    if event.seat_map.frozen_at is not None and event.seat_map.content_hash:
        return reverse("events:seat-map", args=[event.seat_map.content_hash])
    return reverse("api-seat-map", args=[event.pk])


def _free(section: Section, feed: dict[str, Any]) -> int:
    key = str(section.pk)
    if section.kind == Section.Kind.STANDING:
        return int(feed["standing"].get(key, 0))
    return int(feed["sections"].get(key, "").count("1"))


def _section(event: Event, priced: PriceLevelSection, feed: dict[str, Any]) -> dict[str, Any]:
    section = priced.section
    return {
        "id": section.pk,
        "name": section.name,
        "level": section.level,
        "kind": section.kind,
        "price_text": format_money(priced.price_level.total_minor, event.currency),
        "free": _free(section, feed),
        "url": f"?section={section.pk}",
    }


def _kind(sections: list[dict[str, Any]]) -> str:
    """`standing` where nobody sits: such a house needs numbers more than a map."""
    only_standing = all(section["kind"] == Section.Kind.STANDING for section in sections)
    return str(Section.Kind.STANDING if only_standing else Section.Kind.SEATED)


def _open_section(row: Listed, priced: PriceLevelSection, feed: dict[str, Any]) -> dict[str, Any]:
    section = priced.section
    rows = None if section.kind == Section.Kind.STANDING else _rows(row.event, priced)
    return {
        "id": section.pk,
        "name": section.name,
        "kind": section.kind,
        "rows": rows,
        "free": _free(section, feed),
    }


def _rows(event: Event, priced: PriceLevelSection) -> list[dict[str, Any]]:
    price = format_money(priced.price_level.total_minor, event.currency)
    rows: list[dict[str, Any]] = []
    for ticket in tickets_for_list(event_id=event.pk, section_id=priced.section_id):
        assert ticket.seat is not None
        if not rows or rows[-1]["name"] != ticket.seat.row:
            rows.append({"name": ticket.seat.row, "seats": []})
        rows[-1]["seats"].append(_seat(ticket, price))
    return rows


def _seat(ticket: Ticket, price: str) -> dict[str, Any]:
    seat = ticket.seat
    assert seat is not None
    free = getattr(ticket, "shown_status", ticket.status) == Ticket.Status.AVAILABLE
    words = [f"Row {seat.row} seat {seat.number}", price]
    words += ["wheelchair space"] * seat.accessible + ["companion seat"] * seat.companion
    words += ["restricted view"] * seat.restricted_view
    words.append("free" if free else "taken")
    return {
        "ticket_id": ticket.pk,
        "number": seat.number,
        "label": ", ".join(words),
        "free": free,
        "accessible": seat.accessible,
        "companion": seat.companion,
        "restricted_view": seat.restricted_view,
    }
