"""Postgres plans a hold's statements once for a connection, not anew for every claim.

It keeps a plan where one for the values at hand looks no cheaper: so it must not see how many
tickets there are.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from bookings.api.shapes import booking_shape
from bookings.holds import hold_tickets
from bookings.locks import NAMED, SALE_OF
from bookings.models import Booking
from tests.bookings.helpers import ids
from tests.factories import UserFactory, on_sale_event

pytestmark = pytest.mark.django_db

# What Postgres adds for making a plan of one table: 1,000 × cpu_operator_cost × (1 + 1).
PLANNING = 5.0


def cost(statement: str, values: list[Any]) -> float:
    """What the planner expects it to cost with these values."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        [[plan]] = cursor.fetchall()
    found = json.loads(plan) if isinstance(plan, str) else plan
    return float(found[0]["Plan"]["Total Cost"])


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (NAMED, lambda wanted: [wanted]),
        (SALE_OF, lambda wanted: ["fan@example.com", wanted, len(wanted)]),
    ],
)
def test_the_planner_does_not_see_how_many_tickets_there_are(
    statement: str, values: Callable[[list[int]], list[Any]]
) -> None:
    wanted = ids(on_sale_event(rows="1-10", seats_per_row=20), 50)

    assert abs(cost(statement, values(wanted[:1])) - cost(statement, values(wanted))) < PLANNING


def test_it_would_see_them_in_a_plain_array() -> None:
    wanted = ids(on_sale_event(rows="1-10", seats_per_row=20), 50)
    plain = "SELECT * FROM events_ticket WHERE id = ANY(%s)"

    assert abs(cost(plain, [wanted[:1]]) - cost(plain, [wanted])) > PLANNING


def test_one_booking_is_answered_without_an_array() -> None:
    held = hold_tickets(user=UserFactory.create(), ticket_ids=ids(on_sale_event(), 2))
    booking = Booking.objects.get(pk=held.pk)
    request = RequestFactory().get("/")

    with CaptureQueriesContext(connection) as queries:
        assert len(booking_shape(booking, request)["tickets"]) == 2

    [lines] = [one["sql"] for one in queries if "FROM bookings_bookingline" in one["sql"]]
    assert "ANY" not in lines
