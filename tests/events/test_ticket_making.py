"""The tickets that an event gets when it goes on sale."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import publishing
from tests.factories import on_sale_event, priced_event, small_map, tickets_of

pytestmark = pytest.mark.django_db


def test_going_on_sale_makes_one_ticket_per_place_in_drawing_order():
    event = priced_event(rows="A-C", seats_per_row=[3, 4, 5], standing=6)

    made = publishing.put_on_sale(event_id=event.pk)

    tickets = tickets_of(event)
    assert made == len(tickets) == 18
    stalls = [ticket for ticket in tickets if ticket.seat_id]
    floor = [ticket for ticket in tickets if not ticket.seat_id]
    names = [f"{ticket.seat.row}{ticket.seat.number}" for ticket in stalls]
    assert names == "A1 A2 A3 B1 B2 B3 B4 C1 C2 C3 C4 C5".split()
    assert [ticket.position for ticket in stalls] == list(range(12))
    assert [ticket.position for ticket in floor] == list(range(6))
    ids = [ticket.pk for ticket in tickets]
    assert ids == list(range(ids[0], ids[0] + 18))
    assert {ticket.status for ticket in tickets} == {"available"}
    event.refresh_from_db()
    assert (event.status, event.ticket_total) == ("on_sale", 18)


def test_each_section_sells_at_its_own_price():
    event = on_sale_event(standing=2, prices={"Stalls": 5000, "Floor": 3000})

    prices = {ticket.section.name: ticket.price_level.total_minor for ticket in tickets_of(event)}

    assert prices == {"Stalls": 5000, "Floor": 3000}


def test_going_on_sale_freezes_the_map():
    seat_map = small_map()
    event = priced_event(seat_map=seat_map)

    publishing.put_on_sale(event_id=event.pk)

    seat_map.refresh_from_db()
    assert seat_map.frozen_at is not None
    assert len(seat_map.content_hash) == 32


def test_tickets_are_made_in_one_statement_however_many():
    few, many = priced_event(standing=3), priced_event(rows="A-Z", seats_per_row=40, standing=900)
    counts = []
    for event in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            publishing.put_on_sale(event_id=event.pk)
        counts.append(len(queries))
        inserts = [q for q in queries if q["sql"].lstrip().startswith("INSERT INTO events_ticket")]
        assert len(inserts) == 1
    assert counts[0] == counts[1]
