"""Postgres plans a hold's statements once for a connection, not anew for every claim."""

import pytest
from django.db import connection
from django.test import RequestFactory

from bookings import ticket_lock
from bookings.api.shapes import booking_shape
from bookings.holds import hold_tickets
from bookings.locks import NAMED
from tests.bookings.helpers import ids
from tests.factories import UserFactory, on_sale_event

# Postgres tries five plans made for the values at hand before it may keep one for all values.
ENOUGH = 8
PLANS = """
SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements WHERE NOT from_sql
"""


@pytest.mark.django_db
def test_every_statement_of_a_hold_keeps_its_plan() -> None:
    event = on_sale_event(rows="1-20", seats_per_row=20)
    request = RequestFactory().get("/")
    for number in range(ENOUGH + 3):
        pair = ids(event, 2, start=2 * number)
        booking = hold_tickets(user=UserFactory.create(), ticket_ids=pair)
        assert [line["id"] for line in booking_shape(booking, request)["tickets"]] == pair
        ticket_lock.drop(pair, owner=booking.reference)

    with connection.cursor() as cursor:
        cursor.execute(PLANS)
        plans = cursor.fetchall()

    often = {text: generic for text, generic, custom in plans if generic + custom >= ENOUGH}
    ours = {text: generic for text, generic in often.items() if "events_ticket" in text}
    assert NAMED.split("WHERE")[0].strip() in "".join(ours)
    assert [text for text, generic in ours.items() if not generic] == []
    assert len(ours) >= 4  # event of the tickets, their locks, the write, the answer
