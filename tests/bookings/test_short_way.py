"""An app's plain claim is answered on its short way as on the long one, to the last header."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from bookings import claims, ticket_lock
from bookings.api import short_way
from bookings.api.serializers import ReserveSerializer
from bookings.models import Booking
from events.models import Event, SaleWindow
from tests.bookings.helpers import RESERVE, ids, states
from tests.bookings.ways import LONG, ask, both, somebody_holds, written
from tests.factories import UserFactory, on_sale_event
from tests.house.test_two_users import token_of
from ticketmaster.accounts.models import User
from ticketmaster.gateway import limits

pytestmark = pytest.mark.django_db


def test_a_hold_is_answered_alike(app: Client, ways: list[str]) -> None:
    event, person = on_sale_event(max_tickets_per_person=50), Booking.objects
    [wanted] = ids(event, 1)

    found = []
    for query in ("", LONG):
        status, body, headers = written(ask(app, {"ticket_ids": [wanted]}, query))
        booking = person.get(reference=body.pop("reference"))
        for changing in ("url", "created_at", "expires_at"):
            assert booking.reference in body[changing] or changing != "url"
            del body[changing]
        del headers["Content-Length"]  # a moment may end in a naught
        found.append((status, body, headers))
        ticket_lock.drop([wanted], owner=booking.reference)
        assert app.delete(f"/api/v1/bookings/{booking.reference}").status_code == 200

    assert ways == ["short", "long"]
    assert found[0] == found[1]
    assert found[0][0] == 201


def test_a_seat_that_the_ticket_lock_refuses(app: Client, event: Event, ways: list[str]) -> None:
    [wanted] = ids(event, 1)
    somebody_holds(wanted)

    short, long = both(app, {"ticket_ids": [wanted]})

    assert ways == ["short", "long"]
    assert short == long
    assert (short[0], short[1]["errors"][0]["code"]) == (409, "tickets_unavailable")
    assert short[1]["data"]["ticket_ids"] == [wanted]
    assert short[2]["Cache-Control"] == "private, no-store"


LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("body", "is_plain"),
    [
        ({"ticket_ids": [1]}, True),
        ({"ticket_ids": [LARGEST, 1]}, True),
        ({"ticket_ids": list(range(1, 51))}, True),
        ({"ticket_ids": list(range(1, 52))}, False),
        ({"ticket_ids": []}, False),
        ({"ticket_ids": [1, 1]}, False),
        ({"ticket_ids": [0]}, False),
        ({"ticket_ids": [-1]}, False),
        ({"ticket_ids": [LARGEST + 1]}, False),
        ({"ticket_ids": [1.0]}, False),
        ({"ticket_ids": [True]}, False),
        ({"ticket_ids": ["1"]}, False),
        ({"ticket_ids": [None]}, False),
        ({"ticket_ids": {"1": 1}}, False),
        ({"ticket_ids": "1"}, False),
        ({"ticket_ids": None}, False),
        ({"ticket_ids": 1}, False),
        ([1], False),
        (None, False),
    ],
)
def test_a_list_of_tickets_is_plain_just_when_the_form_takes_it(body: Any, is_plain: bool) -> None:
    form = ReserveSerializer(data=body)

    assert short_way._names_tickets(body) is is_plain
    assert form.is_valid() is is_plain
    assert not is_plain or form.validated_data == body


def test_what_else_a_body_may_ask_for_is_left_to_the_form() -> None:
    assert not short_way._names_tickets({"ticket_ids": [1], "alternative": True})
    assert not short_way._names_tickets({"ticketId": 1})


def test_a_seat_that_postgres_refuses(app: Client, event: Event, ways: list[str]) -> None:
    wanted = ids(event, 2)
    somebody = Client(headers={"X-Session-Token": token_of(UserFactory.create())})
    assert ask(somebody, {"ticket_ids": wanted[:1]}).status_code == 201
    ticket_lock.drop(wanted, owner=Booking.objects.get().reference)
    ways.clear()

    short, long = both(app, {"ticket_ids": wanted})

    assert ways == ["short", "long"]
    assert short[0] == long[0] == 409
    assert short[1]["errors"] == long[1]["errors"]
    assert short[1]["data"]["ticket_ids"] == wanted[:1]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ticket_ids": [2**62]}, 404),
        ({"ticketId": 2**62}, 404),
        ({"event_id": 2**62, "quantity": 2}, 404),
    ],
)
def test_what_there_is_not(app: Client, ways: list[str], body: Any, status: int) -> None:
    short, long = both(app, body)

    assert ways == ["short", "long"]
    assert short == long
    assert short[0] == status


def test_a_sale_that_is_not_open(app: Client, event: Event, ways: list[str]) -> None:
    SaleWindow.objects.all().delete()

    short, long = both(app, {"ticket_ids": ids(event, 1)})

    assert ways == ["short", "long"]
    assert short == long
    assert short[1]["errors"][0]["code"] == "sale_not_open"


@pytest.mark.parametrize("token", ["", "wrong", "x" * 300, "a\x00b"])
def test_a_wrong_token(event: Event, ways: list[str], token: str) -> None:
    short, long = both(Client(headers={"X-Session-Token": token}), {"ticket_ids": ids(event, 1)})

    assert ways == ["short", "long"]
    assert short == long
    assert short[0] == 401


def test_a_session_that_was_ended(app: Client, fan: User, event: Event, ways: list[str]) -> None:
    fan.set_password("another-long-one")
    fan.save()

    short, long = both(app, {"ticket_ids": ids(event, 1)})

    assert ways == ["short", "long"]
    assert short == long
    assert short[0] == 401
    assert states(event) == {"available": len(ids(event, 1000))}


def test_a_database_that_goes_away(
    app: Client, event: Event, ways: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(claims, "lock_sale_of", away)

    short, long = both(app, {"ticket_ids": ids(event, 1)})

    assert ways == ["short", "long"]
    assert short == long
    assert (short[0], short[2]["Retry-After"]) == (503, "2")


@pytest.mark.parametrize("claim_limit", [{"session": 2}, {"user": 2}])
def test_both_ways_count_against_the_same_limits(
    app: Client,
    event: Event,
    ways: list[str],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    claim_limit: dict[str, int],
) -> None:
    settings.RATE_LIMITS = True
    settings.REQUEST_LIMITS = {**settings.REQUEST_LIMITS, "claim": claim_limit}
    monkeypatch.setattr(limits, "_local", limits.LocalWindows())
    body = {"ticket_ids": [2**62]}

    first, second = both(app, body)
    third, fourth = both(app, body)

    assert ways == ["short", "long"]
    assert [first[0], second[0], third[0], fourth[0]] == [404, 404, 429, 429]
    assert first[2]["RateLimit-Policy"] == second[2]["RateLimit-Policy"]
    assert "r=1" in first[2]["RateLimit"]
    assert "r=0" in second[2]["RateLimit"]
    assert third[1] == fourth[1]
    assert int(third[2]["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("body", "query", "headers"),
    [
        ({"ticket_ids": []}, "", {}),
        ({"ticket_ids": ["1"]}, "", {}),
        ("{not json", "", {}),
        ({"ticket_ids": [1]}, "", {"Idempotency-Key": "a-key"}),
        ({"ticket_ids": [1]}, "", {"Accept": "text/html"}),
        ({"ticket_ids": [1]}, "?format=json", {}),
    ],
)
def test_everything_else_goes_the_long_way(
    app: Client, ways: list[str], body: Any, query: str, headers: dict[str, str]
) -> None:
    answer = ask(app, body, query, **headers)

    assert ways == ["long"]
    assert answer.status_code in {400, 404, 406}


def test_a_browsers_claim_keeps_its_csrf_check(fan: User, event: Event, ways: list[str]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(fan)

    answer = ask(browser, {"ticket_ids": ids(event, 1)})

    assert ways == ["long"]
    assert answer.status_code == 403


def test_a_host_that_is_not_ours(app: Client, event: Event, ways: list[str]) -> None:
    short, long = (
        app.post(
            RESERVE + query,
            data={"ticket_ids": ids(event, 1)},
            content_type="application/json",
            headers={"Host": "elsewhere.example"},
        )
        for query in ("", LONG)
    )

    assert ways == []
    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert short.status_code == 400
