"""Search by Postgres itself: no extension, one row per event, one index of words."""

from typing import Any

from search.engines.base import COUNTED_TO, Found
from search.engines.postgres_counts import counts_of
from search.engines.postgres_filters import filtered
from search.engines.postgres_pages import page_of
from search.engines.postgres_plans import estimate
from search.request import SearchRequest


class PostgresEngine:
    """The embedded default, and what others fall back to."""

    name = "postgres"

    def find(self, request: SearchRequest, *, after: list[Any] | None) -> Found:
        """One page of events, their number and facets, in few queries however many are found."""
        rows = filtered(request)
        believed = estimate(rows)
        event_ids, key = page_of(rows, request, after, believed=believed)
        counts = counts_of(
            request, rows, believed=believed, is_empty=not event_ids and after is None
        )
        return Found(
            event_ids=event_ids,
            key=key,
            total=counts.total,
            total_relation="gte" if counts.total >= COUNTED_TO else "eq",
            facets=counts.facets,
            facets_approx=counts.approx,
        )
