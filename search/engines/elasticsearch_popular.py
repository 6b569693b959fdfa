"""The best of a broad word, looked for among the popular alone.

Half of a large catalogue answers `the`, and giving each of those events its points is nearly all
that such a search takes. But a page of them can only hold popular ones. So the page is asked for
among the most popular sixth of all events, and beside it how many there are in all. Where even
the last of that page has more points than any less popular event can have, it is the page of the
whole; where it has not, the whole is asked.
"""

from math import log1p
from typing import Any

from django.core.cache import cache

from search.engines.elasticsearch_filters import any_of
from search.engines.elasticsearch_scores import most_points, pieces_wanted
from search.models import SearchRow
from search.request import SearchRequest

Body = dict[str, Any]

POPULAR_SHARE = 6
# A smaller catalogue is scored as a whole in some milliseconds.
LARGE = 200_000
LEARNED_KEY = "search:popular-from"
LEARNED_EVERY_S = 600
# A score is a float of 32 bits, a lift was rounded to four digits.
ROUNDED = 0.001


class PopularFrom:
    """From which popularity on an event is among the popular, as far as this process has learned;
    0 while all events are looked at."""

    def __init__(self) -> None:
        self.popularity = 0

    def learn(self, rows: int) -> None:
        """Look it up among that many rows; once in ten minutes for all processes."""
        if rows < LARGE:
            self.popularity = 0
            return
        found = cache.get_or_set(LEARNED_KEY, lambda: _popularity_at(rows), LEARNED_EVERY_S)
        self.popularity = found or 0


def _popularity_at(rows: int) -> int:
    by_popularity = SearchRow.objects.order_by("-popularity").values_list("popularity", flat=True)
    first_of_others = by_popularity[rows // POPULAR_SHARE : rows // POPULAR_SHARE + 1]
    return next(iter(first_of_others), 0)  # none where rows went meanwhile


popular_from = PopularFrom()


def popular_enough(request: SearchRequest) -> int:
    """From which popularity on to look for this page; 0 for among all.

    Of several words few events have all, and nearness in space lifts what nobody knows.
    """
    is_broad = len(pieces_wanted(request.term)) == 1 and not request.points
    return popular_from.popularity if is_broad and request.sort == "relevance" else 0


def among_popular(page: Body, request: SearchRequest, popularity: int) -> Body:
    """The page's search among them; whoever has the term as a name counts as popular."""
    name = request.term.collapsed
    popular: list[Body] = [{"range": {"popularity": {"gte": popularity}}}]
    named: list[Body] = [{"term": {"collapsed": name}}] if name else []
    return {
        **page,
        "query": {"bool": {"must": [page["query"]], "filter": [any_of(popular + named)]}},
    }


def counted(page: Body) -> Body:
    """How many there are in all, without their points."""
    found = {"bool": {"filter": page["query"]["bool"]["filter"]}}
    return {"query": found, "size": 0, "track_total_hits": page["track_total_hits"]}


def are_the_page(best: Body, whole: Body, *, wanted: int, popularity: int) -> bool:
    """Whether the hits among the popular are the page of the whole: there are no others, or none
    that can stand among them, as many as were wanted."""
    hits, total = best["hits"], whole["hits"]["total"]
    if total["relation"] == "eq" and hits["total"] == total:
        return True
    if len(hits["hits"]) < wanted:
        return False
    others = most_points(popularity_lift=log1p(popularity - 1))
    return bool(hits["hits"][-1]["sort"][0] > others + ROUNDED)
