"""Searching: one request in, live events out, whichever engine found them."""

from dataclasses import dataclass

from events.listing import Listed, listable, listed
from events.models import Event
from search.engines.base import KEY_LENGTHS
from search.engines.choosing import find
from search.facets import FacetValue, labelled
from search.request import SearchRequest
from ticketmaster.core.pagination import read_cursor, sign_cursor

SALT = "search"


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """A page of events with their live figures, and what was found altogether.

    `degraded`: Postgres stands in for Elasticsearch. `restarted`: another engine than that of the
    page before answers, and orders by relevance differently: this is the first page again.
    """

    events: list[Listed]
    total: int
    next_cursor: str | None
    facets: dict[str, list[FacetValue]]
    engine: str
    degraded: bool
    restarted: bool
    did_you_mean: str | None
    understood: dict[str, str | int]


def search_events(request: SearchRequest) -> SearchResult:
    """The events a request asks for, a page of them.

    Rows are read from the catalogue after the engine named them: price, status and availability
    are live. Raises InvalidInput for a cursor that is not ours or was made for another order.
    """
    salt = f"{SALT}:{request.sort}"
    after = read_cursor(request.cursor, salt=salt, length=KEY_LENGTHS[request.sort])
    answer = find(request, after=after)
    found = answer.found
    return SearchResult(
        events=listed(_in_order(found.event_ids), now=request.now),
        total=found.total,
        next_cursor=None if found.key is None else sign_cursor(found.key, salt=salt),
        facets=labelled(found.facets),
        engine=answer.engine,
        degraded=answer.degraded,
        restarted=answer.restarted,
        did_you_mean=None,
        understood={},
    )


def _in_order(ids: list[int]) -> list[Event]:
    """These events in this order; drafts and events that are gone are left out."""
    found = {event.pk: event for event in listable(Event.objects.public().filter(pk__in=ids))}
    return [found[event_id] for event_id in ids if event_id in found]
