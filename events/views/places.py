"""Pages of performers, venues, cities and categories with what is coming."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from events.listing import Listed, listable, listed
from events.models import Category, Segment, Venue
from events.presentation import event_cards
from events.public_ids import known_id
from events.querysets import EventQuerySet
from events.selectors import (
    Kind,
    city_for_public,
    city_slug,
    events_at_venue,
    events_in_city,
    events_of_kind,
    events_of_performer,
    kind_for_public,
    performer_for_public,
    venue_for_public,
)
from events.structured_data import Crumbs, list_ld, performer_ld, venue_ld
from events.views.event import venue_context
from ticketmaster.core.pagination import keyset_page
from ticketmaster.core.public import Freshness, public_page, render_public

FRESH = Freshness(shared=5, kept=5)
PER_PAGE = 24
LISTED_VENUES = 30
LISTED_GENRES = 30
HOME = ("Home", "/")

Describe = Callable[[Sequence[Listed]], SafeString]


def _coming(
    request: HttpRequest, events: EventQuerySet, *, crumbs: Crumbs, describe: Describe
) -> dict[str, Any]:
    """A page of cards, the address of the next page, the way here, and the page's own data."""
    rows, cursor = keyset_page(
        listable(events), request.GET, ordering=("starts_at", "id"), salt="coming", size=PER_PAGE
    )
    figures = listed(rows)
    return {
        "events": event_cards(figures),
        "next_url": None if cursor is None else f"?cursor={cursor}",
        "is_first_page": not request.GET.get("cursor"),
        "crumbs": crumbs[:-1],
        "json_ld": describe(figures),
    }


@public_page(FRESH, parameters=("cursor",))
def performer(request: HttpRequest, performer_id: int) -> HttpResponse:
    """A performer."""
    found = performer_for_public(known_id(performer_id))
    described = {
        "name": found.name,
        "url": found.get_absolute_url(),
        "description": found.description,
        "aliases": [alias.name for alias in found.aliases.all()],
        "facts": [(fact.label, fact.value) for fact in found.facts.all()],
    }
    crumbs = (HOME, ("Events", reverse("search:results")), (found.name, found.get_absolute_url()))
    coming = _coming(
        request,
        events_of_performer(found.pk, now=timezone.now()),
        crumbs=crumbs,
        describe=partial(performer_ld, found, crumbs=crumbs),
    )
    return render_public(request, "events/performer.html", {"performer": described, **coming})


@public_page(FRESH, parameters=("cursor",))
def venue(request: HttpRequest, venue_id: int) -> HttpResponse:
    """A venue."""
    found = venue_for_public(known_id(venue_id))
    described = venue_context(found) | {
        "capacity": found.capacity,
        "capacity_text": f"{found.capacity or 0:,}",
    }
    crumbs = (HOME, *_city_crumb(found), (found.name, found.get_absolute_url()))
    coming = _coming(
        request,
        events_at_venue(found.pk, now=timezone.now()),
        crumbs=crumbs,
        describe=partial(venue_ld, found, crumbs=crumbs),
    )
    return render_public(request, "events/venue.html", {"venue": described, **coming})


def _city_crumb(venue: Venue) -> list[tuple[str, str]]:
    """The city's page, where its name makes an address."""
    slug = city_slug(venue.city)
    if not slug:
        return []
    return [(venue.city, reverse("events:city", args=[venue.country.lower(), slug]))]


@public_page(FRESH, parameters=("cursor",))
def city(request: HttpRequest, country: str, slug: str) -> HttpResponse:
    """A city; another way of writing its address leads to the one way."""
    found = city_for_public(country=country, slug=slug)
    if (country, slug) != (found.country.lower(), found.slug):
        return redirect("events:city", found.country.lower(), found.slug, permanent=True)
    venues = Venue.objects.filter(country=found.country, city__in=found.spellings)
    described = {
        "name": found.name,
        "region": found.region,
        "venues": [
            {"name": one.name, "url": one.get_absolute_url()}
            for one in venues.order_by("name", "pk")[:LISTED_VENUES]
        ],
    }
    crumbs = (HOME, ("Events", reverse("search:results")), (found.name, request.path))
    coming = _coming(
        request,
        events_in_city(found, now=timezone.now()),
        crumbs=crumbs,
        describe=partial(list_ld, f"Events in {found.name}", crumbs=crumbs),
    )
    return render_public(request, "events/city.html", {"city": described, **coming})


@public_page(FRESH, parameters=("cursor",))
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A segment or genre."""
    found = kind_for_public(slug)
    crumbs = (HOME, *_segment_crumb(found), (found.name, request.path))
    coming = _coming(
        request,
        events_of_kind(found.slug, now=timezone.now()),
        crumbs=crumbs,
        describe=partial(list_ld, found.name, crumbs=crumbs),
    )
    described = {
        "name": found.name,
        "slug": found.slug,
        "segment": found.segment,
        "genres": _genres_beside(found),
    }
    return render_public(request, "events/category.html", {"category": described, **coming})


def _segment_crumb(kind: Kind) -> list[tuple[str, str]]:
    """The segment that a genre belongs to; a segment stands below home."""
    if not kind.genre:
        return []
    label = str(Segment(kind.segment).label)
    return [(label, reverse("events:category", args=[kind.segment]))]


def _genres_beside(kind: Kind) -> list[dict[str, str]]:
    """The genres of a segment, for its page; none beside a genre."""
    if kind.genre:
        return []
    genres = Category.objects.filter(segment=kind.segment).exclude(genre="").order_by("genre")
    return [
        {"name": one.genre, "url": reverse("events:category", args=[one.slug])}
        for one in genres[:LISTED_GENRES]
    ]
