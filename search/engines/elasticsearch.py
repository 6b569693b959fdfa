"""Search by Elasticsearch: a page of ids and the counts beside it, in one round trip or two."""

import time
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from elasticsearch import ApiError, TransportError

from search.engines.base import COUNTED_TO, Facets, Found
from search.engines.elasticsearch_client import SEARCH_S, client_for_search
from search.engines.elasticsearch_document import microseconds, moment_of
from search.engines.elasticsearch_facets import facets_from, facets_query
from search.engines.elasticsearch_filters import Clause, Clauses, clauses_of
from search.engines.elasticsearch_popular import (
    among_popular,
    are_the_page,
    counted,
    popular_enough,
)
from search.engines.elasticsearch_scores import scores
from search.remembering import remembered
from search.request import Point, SearchRequest
from search.sync.indices import alias
from ticketmaster.core.errors import InvalidInput

# The server gives up by itself before we stop waiting for it.
SERVER_SHARE = 2 / 3
NAME = "elasticsearch"
# Counts over so many events and more are remembered for some seconds, as those of Postgres are.
REMEMBERED_FROM = 1_000
AT_ANY_TIME = datetime.min

Key = list[Any]
Body = dict[str, Any]


class EngineFailed(Exception):
    """Elasticsearch did not answer, or not well; `counts` tells whether its health is in doubt."""

    def __init__(self, reason: str, *, counts: bool) -> None:
        super().__init__(reason)
        self.counts = counts


class ElasticsearchEngine:
    """Finds events in one index, by default in the one behind the alias.

    `within_s` is how long it waits for an answer, by default as long as somebody's search may.
    """

    name = NAME

    def __init__(self, index: str | None = None, *, within_s: float | None = None) -> None:
        self.index = index or alias()
        self.within_s = SEARCH_S if within_s is None else within_s

    def find(self, request: SearchRequest, *, after: Key | None) -> Found:
        """One page behind `after`. Raises EngineFailed in time, InvalidInput for a key of another
        order."""
        today = _day_of(request, after)
        clauses = clauses_of(request)
        page, facets = self._page_and_facets(
            request, page_query(request, clauses, after, today=today), facets_query(clauses)
        )
        hits, total = page["hits"]["hits"], page["hits"]["total"]
        more = len(hits) > request.page_size
        return Found(
            event_ids=[int(hit["_id"]) for hit in hits[: request.page_size]],
            key=_key(request, hits[request.page_size - 1]["sort"], today) if more else None,
            total=min(total["value"], COUNTED_TO),
            total_relation="gte" if total["value"] >= COUNTED_TO else "eq",
            facets=facets,
        )

    def _page_and_facets(
        self, request: SearchRequest, page: Body, counts: Body
    ) -> tuple[Body, Facets]:
        """The answers to both. Counts that are remembered are not asked for again."""
        answered: list[Body] = []

        def ask_both() -> Facets:
            first, second = self._ask_page(request, page, counts)
            answered.append(first)
            return facets_from(second["aggregations"])

        asked = replace(request, now=AT_ANY_TIME, sort="date", cursor="", page_size=0)
        facets = remembered(
            (NAME, self.index, asked),
            ask_both,
            is_worth_it=lambda facets: answered[0]["hits"]["total"]["value"] >= REMEMBERED_FROM,
        )
        return (answered or self._ask_page(request, page))[0], facets

    def _ask_page(self, request: SearchRequest, page: Body, *others: Body) -> list[Body]:
        """The answers to a page and the others, among the popular first where that may do."""
        popularity = popular_enough(request)
        if not popularity:
            return self._ask(page, *others)
        began = time.monotonic()
        popular = among_popular(page, request, popularity)
        best, whole, *rest = self._ask(popular, counted(page), *others)
        if not are_the_page(best, whole, wanted=page["size"], popularity=popularity):
            return [*self._ask(page, since=began), *rest]
        return [{"hits": {**best["hits"], "total": whole["hits"]["total"]}}, *rest]

    def _ask(self, *bodies: Body, since: float | None = None) -> list[Body]:
        """The answer to each, all in one request; within what is left of the time that began at
        the monotonic moment `since`, by default now."""
        waited_s = 0.0 if since is None else time.monotonic() - since
        within_s = self.within_s - waited_s
        if within_s <= 0:
            raise EngineFailed("The popular alone took all of the time.", counts=True)
        timeout = f"{within_s * SERVER_SHARE * 1000:.0f}ms"
        searches = [part for body in bodies for part in ({}, {**body, "timeout": timeout})]
        try:
            answer = client_for_search(within_s).msearch(index=self.index, searches=searches)
        except ApiError as error:
            raise _failure(error.status_code, str(error)) from error
        except TransportError as error:
            raise EngineFailed(repr(error), counts=True) from error
        for response in answer["responses"]:
            if "error" in response:
                raise _failure(response["status"], str(response["error"]))
            if response["timed_out"] or response["_shards"]["failed"]:
                raise EngineFailed("It answered in part.", counts=True)
        return list(answer["responses"])


def _failure(status: int, reason: str) -> EngineFailed:
    """A request of ours that it cannot read is our mistake, no sign of its health."""
    return EngineFailed(reason, counts=status != HTTPStatus.BAD_REQUEST)


def page_query(
    request: SearchRequest, clauses: Clauses, after: Key | None, *, today: datetime
) -> Body:
    """The body of a page's search; `today` is where nearness in time is measured from."""
    body: Body = {
        "query": {"bool": {"filter": clauses.all, **_scores(request, today)}},
        "sort": _order(request),
        "size": request.page_size + 1,
        "_source": False,
        "track_total_hits": COUNTED_TO,
    }
    if after is not None:
        body["search_after"] = _search_after(request, after)
    return body


def _scores(request: SearchRequest, today: datetime) -> dict[str, list[Clause]]:
    return scores(request, today=today) if request.sort == "relevance" else {}


def _order(request: SearchRequest) -> list[Body]:
    by_date: list[Body] = [{"starts_us": "asc"}, {"event_id": "asc"}]
    first: dict[str, list[Body]] = {
        "relevance": [{"_score": "desc"}],
        "date": [],
        "price": [{"price_order": "asc"}],
        "popularity": [{"popularity": "desc"}],
    }
    if request.sort == "distance":
        return [_from(request.points[0]), *by_date]
    return [*first[request.sort], *by_date]


def _from(point: Point) -> Body:
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
