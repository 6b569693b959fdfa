"""Tickets and priced sections as lists show them."""

import pytest

from events import selectors
from events.models import Ticket
from tests.events.test_blocking import hold
from tests.factories import on_sale_event, tickets_of

pytestmark = pytest.mark.django_db


def test_sections_come_with_their_prices_in_drawing_order(django_assert_num_queries):
    event = on_sale_event(standing=5, prices={"Stalls": 5000, "Floor": 3000})

    with django_assert_num_queries(1):
        priced = [
            (row.section.name, row.price_level.total_minor)
            for row in selectors.priced_sections(event.pk)
        ]

    assert priced == [("Stalls", 5000), ("Floor", 3000)]


def test_tickets_are_shown_as_available_from_the_end_of_their_hold(event):
    tickets = tickets_of(event)
    hold(tickets[:1], seconds=60)
    hold(tickets[1:2], seconds=-1)
    hold(tickets[2:3], seconds=-1, booking_status="paying")
    Ticket.objects.filter(pk=tickets[3].pk).update(status="blocked")
    shown = Ticket.objects.filter(event=event).with_shown_status().order_by("pk")

    assert [ticket.shown_status for ticket in shown[:5]] == [
        "reserved",
        "available",
        "reserved",
        "blocked",
        "available",
    ]
    by_status = {
        status: [t.pk for t in Ticket.objects.filter(event=event).shown_as(status).order_by("pk")]
        for status in ("available", "reserved", "sold", "blocked")
    }
    assert by_status == {
        "available": [tickets[1].pk, *(ticket.pk for ticket in tickets[4:])],
        "reserved": [tickets[0].pk, tickets[2].pk],
        "sold": [],
        "blocked": [tickets[3].pk],
    }


def test_tickets_of_a_list_come_in_drawing_order_in_one_query(django_assert_num_queries):
    event = on_sale_event(rows="A-B", seats_per_row=2, standing=2)
    on_sale_event()

    with django_assert_num_queries(1):
        rows = [
            (
                ticket.section.name,
                ticket.seat and ticket.seat.row + ticket.seat.number,
                ticket.price_level.total_minor,
                ticket.shown_status,
            )
            for ticket in selectors.tickets_for_list(event_id=event.pk)
        ]

    assert rows == [
        *(("Stalls", place, 4500, "available") for place in ("A1", "A2", "B1", "B2")),
        *[("Floor", None, 4500, "available")] * 2,
    ]


def test_a_list_of_tickets_can_be_narrowed_to_a_section_and_a_status():
    event = on_sale_event(rows="A", seats_per_row=3, standing=2)
    a1, a2, a3, *floor = tickets_of(event)
    hold([a1, floor[0]], seconds=60)

    def listed(**filters):
        return [ticket.pk for ticket in selectors.tickets_for_list(event_id=event.pk, **filters)]

    assert listed(section_id=a1.section_id) == [a1.pk, a2.pk, a3.pk]
    assert listed(section_id=a1.section_id, status="available") == [a2.pk, a3.pk]
    assert listed(status="reserved") == [a1.pk, floor[0].pk]
    assert listed(section_id=4_000_000) == []
