"""The locking queries of search: rows by id, after the event's own lock."""

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet

from search.models import NamesDue, SearchRow

# First keys of advisory locks, beside those of events/locks.py and bookings/locks.py.
SEARCH_TASK = 5


def lock_rows(event_ids: Collection[int], *, skip_locked: bool = False) -> QuerySet[SearchRow]:
    """The search rows of these events that exist, in the order of their ids."""
    rows = SearchRow.objects.filter(pk__in=event_ids).order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def lock_names_due(*, limit: int) -> QuerySet[NamesDue]:
    """The events whose names are to be learned next, that nobody else is learning."""
    due = NamesDue.objects.order_by("pk")
    return due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:limit]


def is_only_one(task: int) -> bool:
    """Whether this transaction is the only one at this task of search, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SEARCH_TASK, task])
        row = cursor.fetchone()
    assert row is not None
    return bool(row[0])
