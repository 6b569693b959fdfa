"""Lists stay quick however long they are, and blocking seats goes through the domain."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.holds import hold_tickets
from events.models import Event, Ticket
from tests.factories import UserFactory, on_sale_event, tickets_of
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    client.get("/admin/")
    return client


def queries_of(browser: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(address).status_code == 200
    return [query["sql"] for query in caught.captured_queries]


def hold_some(event: Event, count: int) -> None:
    for ticket in [t for t in tickets_of(event) if t.status == "available"][:count]:
        hold_tickets(user=UserFactory.create(), ticket_ids=[ticket.pk])


@pytest.mark.parametrize(
    "address",
    [
        "/admin/events/ticket/",
        "/admin/bookings/booking/",
        "/admin/events/event/",
        "/admin/events/seatmap/",
        "/admin/events/venue/",
        "/admin/events/performer/",
        "/admin/accounts/user/",
        "/admin/core/auditrecord/",
    ],
)
def test_a_longer_list_costs_no_more_queries(browser: Client, address: str) -> None:
    hold_some(on_sale_event(), 2)
    few = len(queries_of(browser, address))

    hold_some(on_sale_event(), 6)
    for _ in range(4):
        on_sale_event(rows="A-C")

    assert len(queries_of(browser, address)) == few
    assert few <= 12


@pytest.mark.parametrize("query", ["", "?status__exact=sold", "?q=17", "?p=3"])
def test_the_ticket_list_never_counts_and_never_scans(browser: Client, query: str) -> None:
    on_sale_event(rows="A-Z", seats_per_row=20)

    sent = queries_of(browser, f"/admin/events/ticket/{query}")

    about_tickets = [sql for sql in sent if 'FROM "events_ticket"' in sql]
    assert about_tickets
    for sql in about_tickets:
        assert "COUNT(" not in sql
        assert "LIMIT" in sql or "LIKE" not in sql
        assert "LIKE" not in sql


def test_events_to_come_stand_on_top_soonest_first_and_those_that_were_below(
    browser: Client,
) -> None:
    for name, days in [("Last year", -365), ("Later", 30), ("Yesterday", -1), ("Soon", 2)]:
        event = on_sale_event()
        starts_at = timezone.now() + timedelta(days=days)
        Event.objects.filter(pk=event.pk).update(name=name, starts_at=starts_at)

    listed = browser.get("/admin/events/event/").context["cl"].result_list

    assert [event.name for event in listed] == ["Soon", "Later", "Yesterday", "Last year"]


def test_the_list_of_events_says_how_many_tickets_are_sold_and_asks_once(browser: Client) -> None:
    first, second = on_sale_event(), on_sale_event()
    hold_some(first, 2)  # held is not sold
    sell(first, 3)
    sell(second, 1)

    with CaptureQueriesContext(connection) as caught:
        page = browser.get("/admin/events/event/").content.decode()

    assert "3 of 20" in page
    assert "1 of 20" in page
    counted = [q["sql"] for q in caught.captured_queries if 'FROM "events_ticket"' in q["sql"]]
    assert len(counted) == 1


def sell(event: Event, count: int) -> None:
    ids = [t.pk for t in tickets_of(event) if t.status == "available"][:count]
    hold_tickets(user=UserFactory.create(), ticket_ids=ids)
    Ticket.objects.filter(pk__in=ids).update(status="sold", reserved_until=None)


def block(browser: Client, event: Event, **asked: Any) -> Any:
    section = event.seat_map.sections.get(name=asked.pop("section"))
    data = {"do": "block", "reason": "House seats", "section": section.pk, **asked}
    return browser.post(f"/admin/events/event/{event.pk}/step/block/", data, follow=True)


def seats_with(event: Event, status: str) -> list[str]:
    return [
        f"{ticket.seat.row}{ticket.seat.number}" if ticket.seat else "standing"
        for ticket in tickets_of(event)
        if ticket.status == status
    ]


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_seats_are_blocked_by_row_and_range_and_released(
    browser: Client, mixed_event: Event, staff: User
) -> None:
    blocked = block(browser, mixed_event, section="Stalls", rows="A", seats="1-3, 9")

    assert said(blocked) == ["4 tickets are out of sale."]
    assert seats_with(mixed_event, "blocked") == ["A1", "A2", "A3", "A9"]
    record = AuditRecord.objects.filter(subject="ticket", action="block").first()
    assert record is not None
    assert (record.actor_id, record.details) == (staff.pk, {"reason": "House seats"})

    released = block(browser, mixed_event, section="Stalls", rows="A", seats="1-3", do="release")

    assert said(released) == ["3 tickets are on sale again."]
    assert seats_with(mixed_event, "blocked") == ["A9"]


def test_pasted_seats_are_blocked(browser: Client, mixed_event: Event) -> None:
    block(browser, mixed_event, section="Stalls", pasted="B 2\nb10\r\nA-1\n\nB 2")

    assert seats_with(mixed_event, "blocked") == ["A1", "B2", "B10"]


def test_standing_places_are_blocked_by_number(browser: Client, mixed_event: Event) -> None:
    answer = block(browser, mixed_event, section="Floor", places="5")
    too_many = block(browser, mixed_event, section="Floor", places="36")

    assert said(answer) == ["5 tickets are out of sale."]
    assert "Only 35 places" in too_many.content.decode()
    assert len(seats_with(mixed_event, "blocked")) == 5


def test_a_held_seat_is_not_blocked_and_none_with_it(
    browser: Client, mixed_event: Event, fan: User
) -> None:
    held = Ticket.objects.get(event=mixed_event, seat__row="A", seat__number="2")
    hold_tickets(user=fan, ticket_ids=[held.pk])

    answer = block(browser, mixed_event, section="Stalls", rows="A", seats="1-3")

    assert said(answer) == [
        "Some of these tickets are held, sold or blocked already. Nothing was changed."
    ]
    assert seats_with(mixed_event, "blocked") == []


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"section": "Stalls", "rows": "Q"}, "no such ticket"),
        ({"section": "Stalls", "rows": "A-"}, "is not a row"),
        ({"section": "Stalls", "seats": "9-1"}, "runs backwards"),
        ({"section": "Stalls", "seats": "x"}, "not a seat"),
        ({"section": "Stalls", "pasted": "C 1"}, "No such seat there: C 1"),
        ({"section": "Stalls", "pasted": "???"}, "not a row and a seat"),
        ({"section": "Floor"}, "how many standing places"),
        ({"section": "Stalls", "rows": "A", "reason": ""}, "This field is required"),
    ],
)
def test_what_names_no_seat_is_refused(
    browser: Client, mixed_event: Event, asked: dict[str, str], text: str
) -> None:
    answer = block(browser, mixed_event, **asked)

    assert text in answer.content.decode()
    assert seats_with(mixed_event, "blocked") == []
