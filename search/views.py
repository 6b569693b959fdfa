"""The search page: the same request as the API's, as a list of cards."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from events.listing import listable, listed
from events.models import Event, Segment
from events.presentation import event_card
from search.api.views import PRIVATE, cache_control_of
from search.engines.base import COUNTED_TO
from search.request import SearchRequest, search_request_from
from search.service import SearchResult, search_events
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.public import answer_from, answer_of, render_public

TEMPLATE = "search/results.html"
SHOWN_BACK = ("term", "location", "type", "date", "sort")
SORT_NAMES = {"relevance": "best match", "date": "date", "price": "price", "popularity": "popular"}
SUGGESTIONS = 6


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What fits, or the form again saying which value cannot be (400)."""
    try:
        wanted = search_request_from(request.GET)
        found = search_events(wanted)
    except InvalidInput as refusal:
        return _refused(request, refusal)
    page = render_public(request, TEMPLATE, _context(request, wanted, found))
    return answer_from(request, answer_of(page), cache_control_of(request))


def _context(request: HttpRequest, wanted: SearchRequest, found: SearchResult) -> dict[str, Any]:
    return {
        "query": _query(request.GET),
        "types": Segment.choices,
        "results": [event_card(row) for row in found.events],
        "total": found.total,
        "total_text": f"{found.total:,}{'+' if found.total == COUNTED_TO else ''}",
        "next_url": _address(request.GET, cursor=found.next_cursor),
        "understood": found.understood,
        "did_you_mean": found.did_you_mean,
        "degraded": found.degraded,
        "facets": found.facets,
        "sort": wanted.sort,
        "sorts": _sorts(request.GET, wanted),
        "empty_suggestions": [] if found.events else _suggestions(wanted),
    }


def _query(query: QueryDict) -> dict[str, str]:
    return {name: _last_filled(query.getlist(name)) for name in SHOWN_BACK}


def _last_filled(values: list[str]) -> str:
    """The form asks for a day in two fields of one name; one of them is blank."""
    filled = [value.replace("\x00", "").strip() for value in values]
    return next((value[:200] for value in reversed(filled) if value), "")


def _address(query: QueryDict, **changes: str | None) -> str | None:
    """This search with some parameters changed; None when the change is to nothing."""
    if None in changes.values():
        return None
    changed = query.copy()
    changed.pop("cursor", None)
    for name, value in changes.items():
        changed[name] = str(value)
    return f"?{changed.urlencode()}"


def _sorts(query: QueryDict, wanted: SearchRequest) -> list[dict[str, Any]]:
    return [
        {"name": name, "url": _address(query, sort=sort), "current": sort == wanted.sort}
        for sort, name in SORT_NAMES.items()
        if wanted.term or sort != "relevance"
    ]


def _suggestions(wanted: SearchRequest) -> list[dict[str, Any]]:
    """What is on soon, for who found nothing."""
    coming = Event.objects.coming(wanted.now).order_by("starts_at", "pk")[:SUGGESTIONS]
    return [event_card(row) for row in listed(list(listable(coming)), now=wanted.now)]


def _refused(request: HttpRequest, refusal: InvalidInput) -> HttpResponse:
    context = {
        "query": _query(request.GET),
        "types": Segment.choices,
        "results": [],
        "total": 0,
        "problem": refusal.detail,
        "problem_field": refusal.attr,
    }
    response = render_public(request, TEMPLATE, context)
    response.status_code = HTTPStatus.BAD_REQUEST
    response["Cache-Control"] = PRIVATE
    return response
