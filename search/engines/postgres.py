"""Search by Postgres itself: no extension, one row per event, one index of words."""

from typing import Any

from search.engines.base import COUNTED_TO, Found
from search.engines.postgres_counts import Counts, counts_of
from search.engines.postgres_filters import filtered
from search.engines.postgres_first_pages import first_page_of, statement_of
from search.engines.postgres_pages import Page, is_broad, page_of
from search.engines.postgres_plans import estimate
from search.request import SearchRequest


class PostgresEngine:
    """The embedded default, and what others fall back to."""

    name = "postgres"

    def find(self, request: SearchRequest, *, after: list[Any] | None) -> Found:
        """One page of events, their number and facets, in few queries however many are found."""
        (event_ids, key), counts = self._page_and_counts(request, after)
        return Found(
            event_ids=event_ids,
            key=key,
            total=counts.total,
            total_relation="gte" if counts.total >= COUNTED_TO else "eq",
            facets=counts.facets,
            facets_approx=counts.approx,
        )

    def _page_and_counts(
        self, request: SearchRequest, after: list[Any] | None
    ) -> tuple[Page, Counts]:
        rows = filtered(request)
        statement = statement_of(rows, request)
        believed = statement.believed if statement else estimate(rows)
        if statement and after is None and not is_broad(believed):
            together = first_page_of(statement, request)
            if together is not None:
                return together
        page = page_of(rows, request, after, believed=believed)
        return page, counts_of(request, rows, believed=believed)
