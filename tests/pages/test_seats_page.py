"""The seats page: the map's settings, and every seat without scripts."""

import json
import re

import pytest
from django.core.cache import cache
from django.test import Client

from bookings.holds import hold_tickets
from events.models import Event, PriceLevel, Ticket
from tests.conftest import forget_redis_keys
from tests.factories import on_sale_event, tickets_of


def page_of(event: Event, query: str = "") -> str:
    answer = Client().get(f"/event/{event.pk}/seats{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def config_of(event: Event) -> dict:
    found = re.search(
        r'<script id="seatmap-config" type="application/json">(.*?)</script>', page_of(event), re.S
    )
    assert found
    return json.loads(found[1])


def test_the_maps_settings_name_drawing_feed_prices_and_tickets(mixed_event):
    level = PriceLevel.objects.get(event=mixed_event)
    stalls, floor = tickets_of(mixed_event, "Stalls"), tickets_of(mixed_event, "Floor")

    config = config_of(mixed_event)

    assert config["feed_url"] == f"/event/{mixed_event.pk}/availability.json"
    assert config["max_tickets"] == 8
    assert config["price_levels"] == [
        {
            "id": level.pk,
            "name": "Standard",
            "amount": 4500,
            "display": "$45.00",
            "colour": 0,
            "shape": "circle",
        }
    ]
    assert config["ticket_ids"] == {
        str(stalls[0].section_id): [stalls[0].pk, stalls[-1].pk],
        str(floor[0].section_id): [floor[0].pk, floor[-1].pk],
    }
    assert config["sections"] == {
        str(stalls[0].section_id): {"price_level": level.pk, "free": len(stalls)},
        str(floor[0].section_id): {"price_level": level.pk, "free": len(floor)},
    }


def test_the_n_th_seat_of_the_drawing_is_the_n_th_ticket(mixed_event):
    config = config_of(mixed_event)
    drawing = Client().get(config["drawing_url"]).json()

    for section in drawing["sections"]:
        if section["kind"] == "seated":
            first, last = config["ticket_ids"][str(section["id"])]
            seats = [(row["name"], seat[0]) for row in section["rows"] for seat in row["seats"]]
            tickets = tickets_of(mixed_event, section["name"])
            assert [ticket.pk for ticket in tickets] == list(range(first, last + 1))
            assert [(ticket.seat.row, ticket.seat.number) for ticket in tickets] == seats


def test_the_drawing_is_for_good(mixed_event):
    answer = Client().get(config_of(mixed_event)["drawing_url"])

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_without_scripts_a_section_opens_to_its_seats(event, fan):
    taken, free = tickets_of(event)[:2]
    hold_tickets(user=fan, ticket_ids=[taken.pk])

    page = page_of(event, f"?section={taken.section_id}")

    boxes = re.findall(r'<input type="checkbox" name="ticket" value="(\d+)"( disabled)?', page)
    assert len(boxes) == 20
    assert (str(taken.pk), " disabled") in boxes
    assert (str(free.pk), "") in boxes
    assert "Row A seat 2, $45.00, free" in page
    assert "Row A seat 1, $45.00, taken" in page
    assert f'action="/event/{event.pk}/hold" method="get"' in page


def test_the_list_of_sections_says_price_and_what_is_free(mixed_event):
    page = " ".join(re.sub(r"<[^>]+>", " ", page_of(mixed_event)).split())

    assert "Stalls $45.00 20 seats free" in page
    assert "Floor $45.00 40 standing places free" in page


@pytest.mark.parametrize("section", ["x", "-1", "99999999999999999999"])
def test_an_unknown_section_leads_to_the_list(event, section):
    answer = Client().get(f"/event/{event.pk}/seats", {"section": section})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/event/{event.pk}/seats")


@pytest.mark.parametrize("rows", ["A-B", "A-T"])
def test_the_page_takes_the_same_few_queries_however_many_seats(
    db, rows, django_assert_max_num_queries
):
    event = on_sale_event(rows=rows, seats_per_row=60)
    section_id = tickets_of(event)[0].section_id
    cache.delete_pattern("*")

    with django_assert_max_num_queries(12):
        Client().get(f"/event/{event.pk}/seats?section={section_id}")


def test_a_house_without_a_free_seat_says_so(event):
    assert "Sold out" not in page_of(event)
    Ticket.objects.filter(event=event).update(status=Ticket.Status.BLOCKED)
    forget_redis_keys()

    assert "<strong>Sold out.</strong>" in page_of(event)


@pytest.mark.parametrize("status", [Event.Status.CANCELLED, Event.Status.ENDED])
def test_nobody_is_shown_seats_of_what_was_cancelled_or_is_over(event, status):
    Event.objects.filter(pk=event.pk).update(status=status)

    answer = Client().get(f"/event/{event.pk}/seats")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/event/{event.pk}")
