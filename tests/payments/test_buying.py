"""Reserving and paying in one call."""

from collections.abc import Callable

import pytest

from bookings.models import Booking
from events.models import Event, Ticket
from tests.factories import tickets_of
from tests.payments.helpers import (
    DECLINED,
    THREE_D_SECURE,
    VISA,
    App,
    error_of,
)
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def app(fan: User) -> App:
    return App(fan.email)


@pytest.fixture
def free(event: Event) -> Callable[[int], list[int]]:
    return lambda count: [
        ticket.pk for ticket in tickets_of(event) if ticket.status == "available"
    ][:count]


def test_buying_in_one_step(app: App, free: Callable[[int], list[int]]) -> None:
    answer = app.call("post", "/bookings", {"ticket_ids": free(2), "payment_method": VISA})

    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")
    assert len(answer.json()["admissions"]) == 2
    listed = app.call("get", "/bookings").json()
    assert [one["reference"] for one in listed["results"]] == [answer.json()["reference"]]


def test_buying_in_one_step_with_3ds(app: App, free: Callable[[int], list[int]]) -> None:
    body = {"ticket_ids": free(1), "payment_method": THREE_D_SECURE}

    answer = app.call("post", "/bookings", body)

    assert answer.status_code == 202
    assert {"reference", "client_secret", "next_action"} <= answer.json().keys()


def test_buying_with_a_declined_card_keeps_the_hold(
    app: App, free: Callable[[int], list[int]]
) -> None:
    answer = app.call("post", "/bookings", {"ticket_ids": free(1), "payment_method": DECLINED})

    assert error_of(answer) == (402, "card_declined", None)
    reference = answer.json()["data"]["booking"]
    again = app.confirm(booking=reference, payment_method=VISA)
    assert again.json()["status"] == "confirmed"


def test_buying_without_a_method_holds_nothing(app: App, free: Callable[[int], list[int]]) -> None:
    answer = app.call("post", "/bookings", {"ticket_ids": free(1)})

    assert error_of(answer) == (400, "required", "payment_method")
    assert not Ticket.objects.filter(status="reserved").exists()


def test_buying_what_is_gone_is_409(booking: Booking, other_fan: User) -> None:
    taken = list(booking.lines.values_list("ticket_id", flat=True))

    answer = App(other_fan.email).call(
        "post", "/bookings", {"ticket_ids": taken, "payment_method": VISA}
    )

    assert error_of(answer) == (409, "tickets_unavailable", None)
    assert sorted(answer.json()["data"]["ticket_ids"]) == sorted(taken)
