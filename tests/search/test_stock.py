"""What a search row says of the sale, and that reading it stays linear by any plan."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from events.free_places import IS_FREE, PAYING
from events.models import Event, Seat, Ticket
from search.stock import FIGURES, stock_of
from tests.factories import on_sale_event

pytestmark = pytest.mark.django_db

# What a planner is left with at its worst: every table read whole for each row of another.
ONLY_LOOPS = (
    "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
    "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off;"
    "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_material = off;"
    "SET LOCAL enable_memoize = off; SET LOCAL max_parallel_workers_per_gather = 0"
)
JOINED = f"""
SELECT EXISTS (SELECT FROM events_ticket t JOIN events_seat seat ON seat.id = t.seat_id {PAYING}
    WHERE t.event_id = e.id AND t.status IN ('available', 'reserved') AND seat.accessible
      AND {IS_FREE})
FROM events_event e WHERE e.id = ANY(%s)
"""


def half_free(*, seats: int) -> Event:
    """On sale: every other seat is a wheelchair space and blocked, the rest are free."""
    event = on_sale_event(rows="1-10", seats_per_row=seats // 10)
    spaces = Seat.objects.filter(
        section__seat_map_id=event.seat_map_id, position__in=range(seats)[::2]
    )
    assert spaces.update(accessible=True) == seats // 2
    Ticket.objects.filter(event=event, seat__in=spaces).update(status="blocked")
    return event


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def rows_read(statement: str, event: Event) -> int:
    """How many rows all of its steps looked at."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", [[event.pk]])
        [[found]] = cursor.fetchall()
    plans = json.loads(found) if isinstance(found, str) else found
    return sum(
        round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        for node in nodes(plans[0]["Plan"])
    )


def growth(statement: str) -> float:
    """By how much more it reads where the tables have three times the rows, if all that is left is
    to loop over them."""
    with connection.cursor() as cursor:
        cursor.execute(ONLY_LOOPS)
    few = rows_read(statement, half_free(seats=100))
    return rows_read(statement, half_free(seats=200)) / few


def test_three_times_the_rows_are_three_times_the_work_by_the_worst_of_plans() -> None:
    assert growth(FIGURES) < 3.5


def test_joined_they_would_be_six_or_nine_times_the_work() -> None:
    # Six times where the planner looks at the event's tickets only, nine where at all.
    assert growth(JOINED) > 5


def test_free_wheelchair_spaces_are_those_of_the_event_itself() -> None:
    other, event = half_free(seats=20), half_free(seats=20)
    Ticket.objects.filter(event=other).update(status="available")
    assert [stock_of([one.pk])[one.pk].accessible for one in (other, event)] == [True, False]

    one = Ticket.objects.filter(event=event, seat__accessible=True).first()
    assert one is not None
    Ticket.objects.filter(pk=one.pk).update(status="available")
    assert stock_of([event.pk])[event.pk].accessible
