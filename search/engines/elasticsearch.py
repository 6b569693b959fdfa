"""Search by Elasticsearch: a page of ids, and the counts beside it in a request of their own."""

import time
from datetime import datetime
from typing import Any

from elasticsearch import ApiError, TransportError

from search.engines.base import COUNTED_TO, Found
from search.engines.elasticsearch_client import SEARCH_S, client_for_search
from search.engines.elasticsearch_document import microseconds, moment_of
from search.engines.elasticsearch_facets import facets_from, facets_query
from search.engines.elasticsearch_filters import Clause, clauses_of, places_of, types_of
from search.engines.elasticsearch_scores import scores
from search.request import Point, SearchRequest
from search.sync.indices import alias
from ticketmaster.core.errors import InvalidInput

# The server gives up by itself before we stop waiting for it.
SERVER_TIMEOUT = "400ms"
LEAST_S = 0.05
NAME = "elasticsearch"

Key = list[Any]


class EngineFailed(Exception):
    """Elasticsearch did not answer, or not well; `counts` tells whether its health is in doubt."""

    def __init__(self, reason: str, *, counts: bool) -> None:
        super().__init__(reason)
        self.counts = counts


class ElasticsearchEngine:
    """Finds events in one index, by default in the one behind the alias."""

    name = NAME

    def __init__(self, index: str | None = None) -> None:
        self.index = index or alias()

    def find(self, request: SearchRequest, *, after: Key | None) -> Found:
        """One page behind `after`. Raises EngineFailed within SEARCH_S, InvalidInput for a key of
        another order."""
        ends = time.monotonic() + SEARCH_S
        today = _day_of(request, after)
        body = page_query(request, after, today=today)
        answer = self._ask(body, within_s=SEARCH_S)
        hits = answer["hits"]["hits"]
        total = answer["hits"]["total"]
        counts = self._ask(facets_query(request), within_s=max(LEAST_S, ends - time.monotonic()))
        more = len(hits) > request.page_size
        return Found(
            event_ids=[int(hit["_id"]) for hit in hits[: request.page_size]],
            key=_key(request, hits[request.page_size - 1]["sort"], today) if more else None,
            total=min(total["value"], COUNTED_TO),
            total_relation="gte" if total["value"] >= COUNTED_TO else "eq",
            facets=facets_from(counts["aggregations"]),
        )

    def _ask(self, body: dict[str, Any], *, within_s: float) -> dict[str, Any]:
        try:
            answer = client_for_search(within_s).search(
                index=self.index, timeout=SERVER_TIMEOUT, **body
            )
        except ApiError as error:
            # A request of ours that it cannot read is our mistake, no sign of its health.
            raise EngineFailed(str(error), counts=error.status_code != 400) from error
        except TransportError as error:
            raise EngineFailed(repr(error), counts=True) from error
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineFailed("It answered in part.", counts=True)
        return dict(answer.body)


def page_query(request: SearchRequest, after: Key | None, *, today: datetime) -> dict[str, Any]:
    """The body of a page's request; `today` is where nearness in time is measured from."""
    clauses = [*clauses_of(request), *types_of(request), *places_of(request)]
    body: dict[str, Any] = {
        "query": {"bool": {"filter": clauses, **_scores(request, today)}},
        "sort": _order(request),
        "size": request.page_size + 1,
        "source": False,
        "track_total_hits": COUNTED_TO,
    }
    if after is not None:
        body["search_after"] = _search_after(request, after)
    return body


def _scores(request: SearchRequest, today: datetime) -> dict[str, list[Clause]]:
    return {"should": scores(request, today=today)} if request.sort == "relevance" else {}


def _order(request: SearchRequest) -> list[dict[str, Any]]:
    by_date: list[dict[str, Any]] = [{"starts_us": "asc"}, {"event_id": "asc"}]
    first: dict[str, list[dict[str, Any]]] = {
        "relevance": [{"_score": "desc"}],
        "date": [],
        "price": [{"price_order": "asc"}],
        "popularity": [{"popularity": "desc"}],
    }
    if request.sort == "distance":
        return [_from(request.points[0]), *by_date]
    return [*first[request.sort], *by_date]


def _from(point: Point) -> dict[str, Any]:
    here = {"lat": point.latitude, "lon": point.longitude}
    return {"_geo_distance": {"location": here, "order": "asc", "unit": "km"}}


def is_own_key(after: Key) -> bool:
    """Whether a key of relevance was made here: no other engine understands it."""
    return isinstance(after[0], str) and after[0].startswith(NAME)


def _day_of(request: SearchRequest, after: Key | None) -> datetime:
    """From when nearness in time is measured: the day of the first page."""
    if request.sort == "relevance" and after is not None:
        day, _ = _own_part(after)
        return day
    return request.now.replace(hour=0, minute=0, second=0, microsecond=0)


def _key(request: SearchRequest, sort: list[Any], today: datetime) -> Key:
    """The sort key as all engines write it; that of relevance begins with what is this engine's."""
    *first, starts_us, event_id = sort
    if request.sort == "relevance":
        first = [f"{NAME} {today.isoformat()} {first[0]!r}"]
    return [*first, moment_of(starts_us).isoformat(), event_id]


def _own_part(after: Key) -> tuple[datetime, float]:
    """The day and the score in a key of relevance."""
    try:
        _, day, score = after[0].split(" ")
        return _moment(day), float(score)
    except (AttributeError, ValueError) as error:
        raise _foreign() from error


def _search_after(request: SearchRequest, after: Key) -> list[Any]:
    *first, starts_at, event_id = after
    if request.sort == "relevance":
        first = [_own_part(after)[1]]
    for value in [*first, event_id]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _foreign()
    return [*first, microseconds(_moment(starts_at)), event_id]


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.utcoffset() is None:
            raise ValueError(text)
    except (TypeError, ValueError) as error:
        raise _foreign() from error
    return moment


def _foreign() -> InvalidInput:
    return InvalidInput("That cursor belongs to another list.", attr="cursor")
