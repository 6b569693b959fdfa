"""The search page: the same request as the API's, as a list of cards."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from events.listing import listable, listed
from events.models import Event, Segment
from search.api.views import PRIVATE, cache_control_of
from search.engines.base import COUNTED_TO
from search.narrowing import counts_beside
from search.page_cards import search_cards
from search.page_filters import active_chips, as_words, groups, price_links, understood_chips
from search.page_query import address_with, api_query, filled, with_kinds_by_slug
from search.request import POINT, SearchRequest, search_request_from
from search.service import SearchResult, search_events
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.public import answer_from, answer_of, render_public

TEMPLATE = "search/results.html"
SHOWN_BACK = ("term", "from", "to", "price_from", "price_to", "free", "accessible", "sort", "unit")
# Chosen elsewhere, such as on a venue's page: no field shows them, so the form carries them on.
CARRIED = ("performer", "venue", "status", "availability", "price_min", "price_max")
# What the column of filters holds; a search that cannot be made has no such column.
KEPT_WITHOUT_FILTERS = ("type", "genre", "location", "date")
SORT_NAMES = {
    "relevance": "Best match",
    "date": "Soonest",
    "distance": "Nearest",
    "popularity": "Popular",
    "price": "Lowest price",
}
RADII = (10, 25, 50, 100, 250)
SUGGESTIONS = 6
# In the list itself: "More events" appends these cards to those that are there.
RESTARTED = "The list begins anew here: its order changed meanwhile."


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What fits, or the form again saying which value cannot be (400)."""
    query = with_kinds_by_slug(request.GET)
    try:
        wanted = search_request_from(api_query(query))
        found = search_events(wanted)
    except InvalidInput as refusal:
        return _refused(request, refusal)
    page = render_public(request, TEMPLATE, _context(query, found))
    return answer_from(request, answer_of(page), cache_control_of(request))


def _context(query: QueryDict, found: SearchResult) -> dict[str, Any]:
    asked = found.asked
    counts = counts_beside(asked, total=found.total)
    unit = _unit(query)
    chips = active_chips(query, found)
    return {
        **_form(query),
        "results": search_cards(found.events, asked, unit=unit),
        "total": found.total,
        "total_text": f"{found.total:,}{'+' if found.total == COUNTED_TO else ''}",
        "next_url": address_with(query, cursor=found.next_cursor) if found.next_cursor else None,
        "first_url": address_with(query) if filled(query, "cursor") else None,
        "understood": understood_chips(query, found),
        "words_url": as_words(query, found),
        "chips": chips,
        "clear_url": address_with(QueryDict(), term=query.get("term", "").strip()[:200]),
        "did_you_mean": found.did_you_mean,
        "meant_url": address_with(query, term=found.did_you_mean) if found.did_you_mean else "",
        "degraded": found.degraded,
        "restarted_note": RESTARTED if found.restarted else "",
        "groups": groups(query, found, counts),
        "price_links": price_links(query, counts),
        "price_understood": any(chip.parameter.startswith("price") for chip in found.chips),
        "sorts": _sorts(asked),
        "is_near": bool(asked.points),
        "nearby": [] if found.events else _on_instead(asked, unit=unit),
    }


def _form(query: QueryDict) -> dict[str, Any]:
    """What the fields show and what the form carries along."""
    places = filled(query, "location")
    points = [place for place in places if POINT.fullmatch(place)]
    carried = [(name, value) for name in CARRIED for value in filled(query, name)]
    return {
        "query": {name: next(iter(reversed(filled(query, name))), "") for name in SHOWN_BACK},
        "kinds": [choice for choice in Segment.choices if choice[0] != Segment.OTHER],
        "points": points,
        "carried": carried,
        "radius": next(iter(reversed(filled(query, "radius"))), "25"),
        "radii": [str(radius) for radius in RADII],
        "unit": _unit(query),
        "title": _title(query),
    }


def _unit(query: QueryDict) -> str:
    return "km" if filled(query, "unit")[-1:] == ["km"] else "mi"


def _title(query: QueryDict) -> str:
    """What was looked for, for the browser's tab and history."""
    places = [place for place in filled(query, "location") if not POINT.fullmatch(place)]
    where = f"in {places[-1]}" if places else ""
    return " ".join(part for part in (query.get("term", "").strip()[:80], "events", where) if part)


def _sorts(asked: SearchRequest) -> list[dict[str, Any]]:
    """The orders to choose from; the usual one has no value, so that it follows the words."""
    usual = "relevance" if asked.term else "date"
    return [
        {"value": "" if sort == usual else sort, "name": name, "current": sort == asked.sort}
        for sort, name in SORT_NAMES.items()
        if (asked.term or sort != "relevance") and (asked.points or sort != "distance")
    ]


def _on_instead(asked: SearchRequest, *, unit: str) -> list[dict[str, Any]]:
    """For who found nothing the same on other days and at any price, else the same kind there,
    else what is on there, else anywhere soon."""
    for wider in _widened(asked):
        if rows := search_events(wider).events:
            return search_cards(rows, wider, unit=unit)
    coming = Event.objects.coming(asked.now)
    soonest = listable(coming.order_by("starts_at", "pk"))[:SUGGESTIONS]
    rows = listed(list(soonest), now=asked.now)
    return search_cards(rows, SearchRequest(now=asked.now), unit=unit)


def _widened(asked: SearchRequest) -> Iterator[SearchRequest]:
    """What asks for less, the nearest first, each only if it asks for anything."""
    there = SearchRequest(
        now=asked.now, places=asked.places, points=asked.points, page_size=SUGGESTIONS
    )
    of_the_kind = replace(there, types=asked.types, types_not=asked.types_not)
    the_same = replace(
        of_the_kind, term=asked.term, performers=asked.performers, venues=asked.venues
    )
    if asked.dates or asked.price_min is not None or asked.price_max is not None:
        yield the_same
    if asked.types and of_the_kind != the_same:
        yield of_the_kind
    if asked.has_place:
        yield there


def _refused(request: HttpRequest, refusal: InvalidInput) -> HttpResponse:
    kept = [
        (name, value)
        for name in KEPT_WITHOUT_FILTERS
        if name != refusal.attr
        for value in filled(request.GET, name)
    ]
    form = _form(request.GET)
    context = {
        **form,
        "carried": [*form["carried"], *kept],
        "points": [],
        "results": [],
        "total": 0,
        "problem": refusal.detail,
        "problem_field": refusal.attr,
    }
    response = render_public(request, TEMPLATE, context)
    response.status_code = HTTPStatus.BAD_REQUEST
    response["Cache-Control"] = PRIVATE
    return response
