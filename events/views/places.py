"""Pages of performers, venues, cities and categories with what is coming."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from events.listing import listable, listed
from events.models import Venue
from events.presentation import event_card
from events.public_ids import known_id
from events.querysets import EventQuerySet
from events.selectors import (
    city_for_public,
    events_at_venue,
    events_in_city,
    events_of_kind,
    events_of_performer,
    kind_for_public,
    performer_for_public,
    venue_for_public,
)
from events.views.event import venue_context
from ticketmaster.core.pagination import keyset_page
from ticketmaster.core.public import Freshness, public_page, render_public

FRESH = Freshness(shared=5, kept=5)
PER_PAGE = 24
LISTED_VENUES = 30


def _coming(request: HttpRequest, events: EventQuerySet) -> dict[str, Any]:
    """A page of cards and the address of the next page."""
    rows, cursor = keyset_page(
        listable(events), request.GET, ordering=("starts_at", "id"), salt="coming", size=PER_PAGE
    )
    return {
        "events": [event_card(row) for row in listed(rows)],
        "next_url": None if cursor is None else f"?cursor={cursor}",
    }


@public_page(FRESH, parameters=("cursor",))
def performer(request: HttpRequest, performer_id: int) -> HttpResponse:
    """A performer."""
    found = performer_for_public(known_id(performer_id))
    described = {
        "name": found.name,
        "url": found.get_absolute_url(),
        "description": found.description,
        "facts": [(fact.label, fact.value) for fact in found.facts.all()],
    }
    coming = _coming(request, events_of_performer(found.pk, now=timezone.now()))
    return render_public(request, "events/performer.html", {"performer": described, **coming})


@public_page(FRESH, parameters=("cursor",))
def venue(request: HttpRequest, venue_id: int) -> HttpResponse:
    """A venue."""
    found = venue_for_public(known_id(venue_id))
    coming = _coming(request, events_at_venue(found.pk, now=timezone.now()))
    return render_public(request, "events/venue.html", {"venue": venue_context(found), **coming})


@public_page(FRESH, parameters=("cursor",))
def city(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """A city; another way of writing its address leads to the one way."""
    found = city_for_public(country=country, slug=slug)
    if (country, slug) != (found.country.lower(), found.slug):
        return redirect("events:city", found.country.lower(), found.slug, permanent=True)
    venues = Venue.objects.filter(country=found.country, city__in=found.spellings)
    described = {
        "name": found.name,
        "venues": [
            {"name": one.name, "url": one.get_absolute_url()}
            for one in venues.order_by("name", "pk")[:LISTED_VENUES]
        ],
    }
    coming = _coming(request, events_in_city(found, now=timezone.now()))
    return render_public(request, "events/city.html", {"city": described, **coming})


@public_page(FRESH, parameters=("cursor",))
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A segment or genre."""
    found = kind_for_public(slug)
    coming = _coming(request, events_of_kind(found.slug, now=timezone.now()))
    described = {"name": found.name, "slug": found.slug, "segment": found.segment}
    return render_public(request, "events/category.html", {"category": described, **coming})
