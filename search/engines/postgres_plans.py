"""Telling Postgres which way to read: through the words' index, or along the order asked for.

Its own choice is right for nearly all searches and a second wrong for a few: a word in a third of
a million rows, read and sorted to show twenty (docs/search.md has the figures).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, TypeVar

import psycopg
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from search.models import SearchRow
from search.remembering import remembered
from ticketmaster.core.errors import TemporarilyUnavailable

# Of the first line of a plan.
BELIEVED = re.compile(r"rows=(\d+)")
FIRST_TRY_MS = 300
SECOND_TRY_MS = 1000

# Planned for its words each time, although the statement is prepared: one plan for all words would
# be that of a word in half a per cent of the rows, and read the query's text anew for each row.
OWN_PLANS = {"plan_cache_mode": "force_custom_plan"}
SET_BACK = {"plan_cache_mode": "auto", "statement_timeout": "0"}

Answer = TypeVar("Answer")


class Plan(Enum):
    """How rows are reached. The values are the planner's switches to turn off, in one string each:
    early Pythons of 3.11 (Debian 12 has one) make nonsense of a member that is an empty tuple."""

    OWN = ""
    WALK = "enable_bitmapscan"  # along the order's index, stopping when the page is full
    GATHER = "enable_indexscan"  # all rows by bitmap, then sort
    INDEXED = "enable_seqscan enable_indexscan"  # by bitmap, never on and on through the rows

    @property
    def switches(self) -> list[str]:
        """Those to turn off."""
        return self.value.split()


def estimate(rows: QuerySet[SearchRow]) -> int:
    """How many rows the planner believes this has: a third of a millisecond, often within 2 ×."""
    return estimate_of(*rows.order_by().values_list("event_id").query.sql_with_params())


def estimate_of(statement: str, values: Sequence[Any]) -> int:
    """The same of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", values)
        (first,) = cursor.fetchone()
    found = BELIEVED.search(first)
    assert found is not None, first
    return int(found[1])


def rows_altogether() -> int:
    """About how many events can be found, as of the last half minute."""
    return remembered(
        "rows altogether", lambda: estimate(SearchRow.objects.all()), is_worth_it=bool
    )


def is_any(rows: QuerySet[SearchRow]) -> bool:
    """Whether there is such a row, through the index of its words or names.

    Not the planner's own way: it reads the table on for the one row that it believes to be near.
    """
    return read(Plan.INDEXED, Plan.OWN, rows.exists)


def read(plan: Plan, otherwise: Plan, query: Callable[[], Answer]) -> Answer:
    """The query's answer by the one plan, or, if that takes 300 ms, by the other.

    Raises TemporarilyUnavailable where both take too long.
    """
    soon = read_soon(plan, query)
    if soon is not None:
        return soon
    try:
        return _within(otherwise, SECOND_TRY_MS, query)
    except OperationalError as error:
        if took_too_long(error):
            raise TemporarilyUnavailable("That search takes too long just now.") from error
        raise


def read_soon(plan: Plan, query: Callable[[], Answer]) -> Answer | None:
    """The query's answer (not None) by that plan; None if it takes 300 ms."""
    try:
        return _within(plan, FIRST_TRY_MS, query)
    except OperationalError as error:
        if took_too_long(error):
            return None
        raise


def took_too_long(error: OperationalError) -> bool:
    """Whether Postgres gave the statement up for its time-out."""
    return isinstance(error.__cause__, psycopg.errors.QueryCanceled)


def _within(plan: Plan, milliseconds: int, query: Callable[[], Answer]) -> Answer:
    is_inner = connection.in_atomic_block
    with transaction.atomic(), _settings(plan, milliseconds, set_back=is_inner):
        return query()


@contextmanager
def _settings(plan: Plan, milliseconds: int, *, set_back: bool) -> Iterator[None]:
    """To the end of the transaction, or `set_back` for what else it may do: a failure does that
    by itself."""
    _set(OWN_PLANS | {"statement_timeout": str(milliseconds)} | dict.fromkeys(plan.switches, "off"))
    yield
    if set_back:
        _set(SET_BACK | dict.fromkeys(plan.switches, "on"))


def _set(values: dict[str, str]) -> None:
    calls = ", ".join("set_config(%s, %s, true)" for _ in values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in values.items() for part in pair])
