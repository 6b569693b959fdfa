"""The first page of what is found in few rows, together with its counts: one statement reads these
rows once for both. That is what most searches ask."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from search.engines.postgres_counts import (
    BY,
    COLUMNS,
    GROUPED,
    Counts,
    Groups,
    counts_from,
    groups_from,
    groups_of,
)
from search.engines.postgres_expressions import Relevance
from search.engines.postgres_pages import BY_RELEVANCE, ORDERS, Page, cut, cut_in
from search.engines.postgres_plans import Plan, estimate_of, read_soon
from search.models import SearchRow
from search.request import SearchRequest


@dataclass(frozen=True)
class Statement:
    """All rows of a request with what they are ordered by and counted by."""

    text: str
    values: tuple[Any, ...]
    order: tuple[str, ...]

    @property
    def believed(self) -> int:
        """How many rows the planner believes there are."""
        return estimate_of(self.text, self.values)


def statement_of(rows: QuerySet[SearchRow], request: SearchRequest) -> Statement | None:
    """The statement for these rows in the order asked for; None where that is by distance, which
    is no column."""
    if request.sort == "distance":
        return None
    order = ORDERS.get(request.sort, BY_RELEVANCE)
    if order == BY_RELEVANCE:
        rows = rows.annotate(relevance=Relevance(request.term))
    wanted = rows.order_by().values_list(*_names(order), *COLUMNS)
    return Statement(*wanted.query.sql_with_params(), order)


def first_page_of(statement: Statement, request: SearchRequest) -> tuple[Page, Counts] | None:
    """The page and the counts of what the statement finds; None where reading it takes too long, or
    where the counts are remembered, so that the page alone is asked for."""
    read: list[Page] = []

    def count() -> Groups:
        found = read_soon(_plan(request), lambda: _read(statement, request.page_size + 1))
        if found is None:
            raise _TookTooLong
        rows, groups = found
        read.append(_page(rows, statement.order, request))
        return groups

    try:
        groups = groups_of(request, count)
    except _TookTooLong:
        return None
    return (read[0], counts_from(request, groups)) if read else None


class _TookTooLong(Exception):
    """Another way is to be tried."""


def _plan(request: SearchRequest) -> Plan:
    return Plan.GATHER if request.term else Plan.OWN


def _read(statement: Statement, limit: int) -> tuple[list[Any], Groups]:
    names = ", ".join(_names(statement.order))
    nothing = ", ".join("NULL" for _ in statement.order)
    by = ", ".join(f"{name[1:]} DESC" if name.startswith("-") else name for name in statement.order)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS MATERIALIZED ({statement.text}),"
            f" page AS (SELECT {names} FROM found ORDER BY {by} LIMIT %s)"
            f" SELECT NULL, NULL, NULL, NULL, NULL, {names} FROM page"
            f" UNION ALL SELECT {GROUPED}, {nothing} FROM found {BY}",
            [*statement.values, limit],
        )
        rows = cursor.fetchall()
    counted = len(rows[0]) - len(statement.order) if rows else 0
    groups = groups_from(row[:counted] for row in rows if row[0] is not None)
    return [row[counted:] for row in rows if row[0] is None], groups


def _page(rows: list[Any], order: tuple[str, ...], request: SearchRequest) -> Page:
    if order == BY_RELEVANCE:
        return cut_in("all", rows, request.page_size)
    return cut(rows, request.page_size)


def _names(order: tuple[str, ...]) -> list[str]:
    return [name.lstrip("-") for name in order]
