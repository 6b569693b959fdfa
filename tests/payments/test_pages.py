"""The booking's own page in all its states, and the script's way of paying."""

import json
from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from payments.refunds import refund_booking
from tests.payments.helpers import (
    DECLINED,
    THREE_D_SECURE,
    VISA,
    attempt_of,
    finish_3ds,
    lapse,
    pay,
    status_of,
)
from tests.sandbox.process import PUBLISHABLE_KEY, Sandbox
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(client: Client, booking: Booking) -> Any:
    answer = client.get(f"/booking/{booking.reference}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    return answer


def confirm(client: Client, booking: Booking, **body: Any) -> Any:
    return client.post(
        f"/booking/{booking.reference}/confirm", json.dumps(body), content_type="application/json"
    )


def template_of(answer: Any) -> str:
    return next(one.name for one in answer.templates if one.name.startswith("payments/"))


def test_a_held_booking_shows_the_checkout(booking: Booking, fan_client: Client) -> None:
    page = page_of(fan_client, booking)

    assert template_of(page) == "payments/checkout.html"
    stripe = page.context["stripe"]
    assert (stripe["amount"], stripe["currency_lower"]) == (9000, "usd")
    assert stripe["publishable_key"] == PUBLISHABLE_KEY
    assert page.context["decline_message"] == ""
    assert [line["price_text"] for line in page.context["booking"]["lines"]] == ["$45.00"] * 2


def test_a_decline_is_told_on_the_checkout(booking: Booking, fan_client: Client) -> None:
    assert confirm(fan_client, booking, payment_method=DECLINED).status_code == 402

    assert "declined" in page_of(fan_client, booking).context["decline_message"]


def test_a_booking_in_3ds_shows_where_to_go_on(booking: Booking, fan_client: Client) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    assert waiting.attempt is not None

    page = page_of(fan_client, booking)

    assert template_of(page) == "payments/processing.html"
    bank = waiting.attempt.next_action["redirect_to_url"]["url"]
    assert page.context["next_action_url"] == bank
    stopped = fan_client.post(page.context["stop_url"])
    assert (stopped.status_code, status_of(booking)) == (302, "reserved")


def test_a_confirmed_booking_shows_its_codes(booking: Booking, fan_client: Client) -> None:
    pay(booking)

    page = page_of(fan_client, booking)

    assert template_of(page) == "payments/confirmed.html"
    assert len(page.context["admissions"]) == 2
    assert page.content.decode().count('<svg class="qr"') == 2


def test_an_ended_booking_says_how_it_ended(booking: Booking, fan_client: Client) -> None:
    lapse(booking)
    assert page_of(fan_client, booking).context["booking"]["status"] == "expired"

    fan_client.post(f"/booking/{booking.reference}/release")
    assert template_of(page_of(fan_client, booking)) == "payments/ended.html"


def test_a_refunded_booking_says_so(booking: Booking, fan_client: Client) -> None:
    pay(booking)
    refund_booking(booking_id=booking.pk)

    page = page_of(fan_client, booking)

    assert template_of(page) == "payments/ended.html"
    assert page.context["booking"]["status"] == "refunded"


def test_a_booking_for_staff_says_that_a_person_looks(
    booking: Booking, fan_client: Client, sandbox: Sandbox
) -> None:
    sandbox.chaos(decline_next_capture=1)
    assert confirm(fan_client, booking, payment_method=VISA).status_code == 409

    assert template_of(page_of(fan_client, booking)) == "payments/attention.html"


def test_the_script_is_told_where_to_go(booking: Booking, fan_client: Client) -> None:
    answer = confirm(fan_client, booking, payment_method=VISA)

    assert (answer.status_code, answer.json()) == (
        200,
        {"location": f"/booking/{booking.reference}"},
    )


def test_the_script_gets_the_secret_for_3ds(
    booking: Booking, fan_client: Client, sandbox: Sandbox
) -> None:
    answer = confirm(fan_client, booking, payment_method=THREE_D_SECURE)

    assert answer.status_code == 202
    assert answer.json() == {"client_secret": attempt_of(booking).client_secret}


def test_coming_back_from_the_bank_shows_the_tickets(
    booking: Booking, fan_client: Client, sandbox: Sandbox
) -> None:
    finish_3ds(sandbox, pay(booking, THREE_D_SECURE), "succeed")

    answer = fan_client.get(f"/booking/{booking.reference}/return?redirect_status=succeeded")

    assert (answer.status_code, status_of(booking)) == (302, "confirmed")


def test_coming_back_while_stripe_is_away_says_that_it_is_under_way(
    booking: Booking, fan_client: Client, sandbox: Sandbox
) -> None:
    pay(booking, THREE_D_SECURE)
    sandbox.chaos(outage_seconds=3600)

    answer = fan_client.get(f"/booking/{booking.reference}/return", follow=True)

    assert (answer.status_code, template_of(answer)) == (200, "payments/processing.html")


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"payment_method": 7}', '{"payment_method": "a\\u0000"}', '"x"']
)
def test_a_script_that_talks_nonsense_is_told_so(
    booking: Booking, fan_client: Client, body: str
) -> None:
    answer = fan_client.post(
        f"/booking/{booking.reference}/confirm", body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert answer.json()["message"]
    assert status_of(booking) == "reserved"


def test_paying_needs_the_forms_token(booking: Booking, fan: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(fan)

    for path in ("confirm", "pay", "stop"):
        assert strict.post(f"/booking/{booking.reference}/{path}").status_code == 403
    assert status_of(booking) == "reserved"


@pytest.mark.parametrize(
    ("method", "path"), [("get", ""), ("post", "/confirm"), ("post", "/pay"), ("get", "/return"),
                         ("post", "/stop")]
)  # fmt: skip
def test_somebody_elses_booking_is_not_there(
    booking: Booking, other_fan: User, method: str, path: str
) -> None:
    stranger = Client()
    stranger.force_login(other_fan)

    body = {"content_type": "application/json"} if method == "post" else {}
    answer = getattr(stranger, method)(f"/booking/{booking.reference}{path}", {}, **body)

    assert answer.status_code == 404
    assert status_of(booking) == "reserved"


@pytest.mark.parametrize("path", ["", "/return"])
def test_who_is_not_signed_in_is_sent_there_and_back(booking: Booking, path: str) -> None:
    address = f"/booking/{booking.reference}{path}"

    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={address}"


def test_staff_cancel_and_refund_from_the_admin(booking: Booking, staff: User) -> None:
    pay(booking)
    office = Client()
    office.force_login(staff)
    address = f"/admin/bookings/booking/{booking.pk}/step/cancel/"

    answer = office.post(address, {"reason": "asked for", "confirm": "1"}, follow=True)

    assert answer.status_code == 200
    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
