"""The booking operations over HTTP: shapes, refusals in the envelope, and nothing changed."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event, SaleWindow, Ticket
from tests.bookings.helpers import RESERVE, error, ids, reserve, states
from tests.factories import on_sale_event, tickets_of
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db


def test_reserve_answers_with_the_booking(app: Client, event: Event) -> None:
    wanted = ids(event, 2)

    answer = reserve(app, {"ticket_ids": wanted})

    assert answer.status_code == 201
    booking = answer.json()
    assert booking["status"] == "reserved"
    assert booking["total"] == {"amount": 9000, "currency": "USD"}
    assert booking["event"]["id"] == event.pk
    assert [ticket["id"] for ticket in booking["tickets"]] == wanted
    assert {ticket["status"] for ticket in booking["tickets"]} == {"reserved"}
    assert booking["tickets"][0]["price"] == {"amount": 4500, "currency": "USD"}
    assert booking["admissions"] == []
    assert len(booking["reference"]) >= 22
    assert booking["expires_at"][19:20] in {".", "+", "-"}
    assert answer["Cache-Control"] == "private, no-store"


def test_the_original_designs_name_for_one_ticket(app: Client, event: Event) -> None:
    [wanted] = ids(event, 1)

    answer = reserve(app, {"ticketId": wanted})

    assert answer.status_code == 201
    assert [ticket["id"] for ticket in answer.json()["tickets"]] == [wanted]


def test_best_available_by_event_and_quantity(app: Client, mixed_event: Event) -> None:
    floor = tickets_of(mixed_event, "Floor")[0].section_id

    seats = reserve(app, {"event_id": mixed_event.pk, "quantity": 2})
    places = reserve(app, {"event_id": mixed_event.pk, "quantity": 3, "section": floor})

    assert {ticket["section"]["name"] for ticket in seats.json()["tickets"]} == {"Stalls"}
    assert [(ticket["row"], ticket["number"]) for ticket in places.json()["tickets"]] == [
        (None, None)
    ] * 3


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "ticket_ids"),
        ({"ticket_ids": []}, "ticket_ids"),
        ({"ticket_ids": "1"}, "ticket_ids"),
        ({"ticket_ids": [1, 1]}, "ticket_ids"),
        ({"ticket_ids": list(range(1, 52))}, "ticket_ids"),
        ({"ticket_ids": ["1"]}, "ticket_ids.0"),
        ({"ticket_ids": [1.5]}, "ticket_ids.0"),
        ({"ticket_ids": [True]}, "ticket_ids.0"),
        ({"ticket_ids": [None]}, "ticket_ids.0"),
        ({"ticket_ids": [0]}, "ticket_ids.0"),
        ({"ticket_ids": [-1]}, "ticket_ids.0"),
        ({"ticket_ids": [2**63]}, "ticket_ids.0"),
        ({"ticket_ids": [10**400]}, "ticket_ids.0"),
        ({"ticket_ids": {"a": 1}}, "ticket_ids"),
        ({"ticketId": "one"}, "ticketId"),
        ({"ticketId": 1, "ticket_ids": [2]}, "ticketId"),
        ({"event_id": 1}, "quantity"),
        ({"quantity": 1}, "event_id"),
        ({"event_id": 1, "quantity": 0}, "quantity"),
        ({"event_id": 1, "quantity": 51}, "quantity"),
        ({"event_id": 1, "quantity": "two"}, "quantity"),
        ({"event_id": 1, "quantity": 2**70}, "quantity"),
        ({"event_id": 1, "quantity": 1, "section": "A"}, "section"),
        ({"event_id": 1, "quantity": 1, "max_price": -1}, "max_price"),
        ({"event_id": 1, "quantity": 1, "max_price": 2**70}, "max_price"),
        ({"event_id": 1, "quantity": 1, "accessible": "perhaps"}, "accessible"),
        ({"ticket_ids": [1], "access_code": "a\x00b"}, "access_code"),
        ({"ticket_ids": [1], "access_code": 5}, "access_code"),
        ({"ticket_ids": [1], "event_id": 1, "quantity": 1}, "ticket_ids"),
        ([], "non_field_errors"),
    ],
    ids=lambda value: json.dumps(value)[:50] if not isinstance(value, str) else value,
)
def test_bad_bodies_name_the_field_at_fault(
    app: Client, event: Event, body: Any, attr: str
) -> None:
    answer = reserve(app, json.dumps(body))

    status, code, named = error(answer)
    assert (status, named) == (400, attr)
    assert code not in {"", "error"}
    assert states(event) == {"available": 20}


def test_a_null_option_is_as_if_absent(app: Client, event: Event) -> None:
    options = ("section", "max_price", "accessible", "alternative", "access_code", "discount_code")

    answer = reserve(app, {"event_id": event.pk, "quantity": 1} | dict.fromkeys(options))

    assert answer.status_code == 201
    assert states(event) == {"available": 19, "reserved": 1}


def test_a_discount_code_is_never_ignored_in_silence(app: Client, event: Event) -> None:
    for wanted in ({"ticket_ids": ids(event, 1)}, {"event_id": event.pk, "quantity": 1}):
        answer = reserve(app, wanted | {"discount_code": "HALF-PRICE"})

        assert error(answer) == (409, "code_not_valid", "discount_code")
    assert states(event) == {"available": 20}


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"ticket_ids": [1', b"nul\x00"])
def test_malformed_json(app: Client, event: Event, raw: bytes) -> None:
    status, _, _ = error(reserve(app, raw))

    assert status == 400
    assert states(event) == {"available": 20}


def test_unknown_ids_are_not_found(app: Client, event: Event) -> None:
    for body in ({"ticket_ids": [2**62]}, {"event_id": 2**62, "quantity": 1}):
        status, code, _ = error(reserve(app, body))
        assert (status, code) == (404, "not_found")


def test_tickets_of_two_events(app: Client, event: Event) -> None:
    other = on_sale_event()

    status, _, attr = error(reserve(app, {"ticket_ids": [*ids(event, 1), *ids(other, 1)]}))

    assert (status, attr) == (400, "ticket_ids")
    assert states(event) == states(other) == {"available": 20}


def test_taken_tickets_and_their_alternative(app: Client, event: Event, other_fan: User) -> None:
    [gone] = ids(event, 1)
    Ticket.objects.filter(pk=gone).update(status="blocked")

    answer = reserve(app, {"ticket_ids": [gone], "alternative": True})

    assert error(answer) == (409, "tickets_unavailable", None)
    data = answer.json()["data"]
    assert data["ticket_ids"] == [gone]
    held = Booking.objects.get(reference=data["alternative"]["booking"])
    assert [ticket.pk for ticket in held.tickets.all()] == data["alternative"]["ticket_ids"]


def test_losers_of_a_hot_seat_cost_postgres_one_look_for_all_of_them(
    app: Client, event: Event, other_fan: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wanted = ids(event, 1)
    hold_tickets(user=other_fan, ticket_ids=wanted)
    first = reserve(app, {"ticket_ids": wanted})

    with django_assert_num_queries(0):
        answer = reserve(app, {"ticket_ids": wanted})

    assert error(answer) == error(first) == (409, "tickets_unavailable", None)
    data = answer.json()["data"]
    assert data["ticket_ids"] == wanted
    assert data["alternative"]["ticket_ids"][0] in ids(event, 19, start=1)
    assert data == first.json()["data"]


def test_losers_look_once_where_nothing_equal_is_left(
    app: Client, event: Event, other_fan: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wanted = ids(event, 1)
    hold_tickets(user=other_fan, ticket_ids=wanted)
    Ticket.objects.filter(event=event, status="available").update(status="blocked")
    reserve(app, {"ticket_ids": wanted})

    with django_assert_num_queries(0):
        answer = reserve(app, {"ticket_ids": wanted})

    assert answer.json()["data"] == {"ticket_ids": wanted, "alternative": None}


def test_the_alternative_to_a_held_seat_is_held_where_asked(
    app: Client, event: Event, other_fan: User
) -> None:
    wanted = ids(event, 2)
    hold_tickets(user=other_fan, ticket_ids=wanted)

    answer = reserve(app, {"ticket_ids": wanted, "alternative": True})

    alternative = answer.json()["data"]["alternative"]
    held = Booking.objects.get(reference=alternative["booking"])
    assert sorted(ticket.pk for ticket in held.tickets.all()) == alternative["ticket_ids"]


def test_limits_and_closed_sales_have_codes_of_their_own(app: Client) -> None:
    event = on_sale_event(max_tickets_per_person=1)
    assert error(reserve(app, {"ticket_ids": ids(event, 2)}))[:2] == (409, "ticket_limit_reached")
    # Rows have ten seats: that there is no such block must not hide why it is refused.
    assert error(reserve(app, {"event_id": event.pk, "quantity": 11}))[1] == "ticket_limit_reached"

    SaleWindow.objects.filter(event=event).update(opens_at="2099-01-01T00:00Z")
    assert error(reserve(app, {"ticket_ids": ids(event, 1)}))[:2] == (409, "sale_not_open")

    SaleWindow.objects.filter(event=event).update(
        opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z"
    )
    assert error(reserve(app, {"ticket_ids": ids(event, 1)}))[:2] == (409, "sale_closed")
    assert states(event) == {"available": 20}


def test_no_block_available(app: Client, event: Event) -> None:
    Ticket.objects.filter(event=event, position__in=[3, 7, 13, 17]).update(status="blocked")

    assert error(reserve(app, {"event_id": event.pk, "quantity": 6}))[:2] == (
        409,
        "no_block_available",
    )


def test_too_many_holds(app: Client, event: Event) -> None:
    for start in range(3):
        assert reserve(app, {"ticket_ids": ids(event, 1, start=start)}).status_code == 201

    assert error(reserve(app, {"ticket_ids": ids(event, 1, start=9)}))[:2] == (
        409,
        "hold_limit_reached",
    )


@pytest.mark.parametrize("headers", [{}, {"X-Session-Token": "wrong"}, {"X-Session-Token": ""}])
def test_who_is_not_signed_in_gets_401(event: Event, headers: dict[str, str]) -> None:
    client = Client(headers=headers)
    calls = [
        client.post(RESERVE, data={"ticket_ids": ids(event, 1)}, content_type="application/json"),
        client.get("/api/v1/bookings"),
        client.get("/api/v1/bookings/some-reference"),
        client.delete("/api/v1/bookings/some-reference"),
        client.post("/api/v1/bookings/some-reference/extend"),
    ]

    for answer in calls:
        assert error(answer)[0] == 401
        assert answer["WWW-Authenticate"]
    assert states(event) == {"available": 20}


def test_a_session_that_ended_holds_nothing(app: Client, event: Event, fan: User) -> None:
    fan.set_password("another-password")
    fan.save()

    answer = reserve(app, {"ticket_ids": ids(event, 1)})

    assert error(answer)[0] == 401
    assert states(event) == {"available": 20}


def test_tampered_fields_are_ignored(app: Client, event: Event, other_fan: User) -> None:
    answer = reserve(
        app,
        {
            "ticket_ids": ids(event, 1),
            "user": other_fan.pk,
            "total": {"amount": 1, "currency": "USD"},
            "total_minor": 1,
            "status": "confirmed",
            "expires_at": "2099-01-01T00:00:00Z",
        },
    )

    booking = Booking.objects.get(reference=answer.json()["reference"])
    assert booking.user.email == "fan@example.org"
    assert (booking.total_minor, booking.status) == (4500, "reserved")
    assert (booking.expires_at - booking.created_at).total_seconds() == 600


def test_wrong_methods_and_content_types_have_the_envelope(app: Client) -> None:
    assert error(app.get(RESERVE))[:2] == (405, "method_not_allowed")
    assert error(app.post(RESERVE, data="a=1", content_type="text/plain"))[0] == 415
    assert error(app.get("/api/v1/nothing-here"))[:2] == (404, "not_found")
