"""Paying over the API, in the contract's words."""

from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from tests.payments.helpers import (
    DECLINED,
    THREE_D_SECURE,
    VISA,
    App,
    charges,
    error_of,
    lapse,
    status_of,
)
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def app(fan: User) -> App:
    return App(fan.email)


def test_confirm_answers_with_the_tickets(booking: Booking, app: App) -> None:
    answer = app.confirm(booking=booking.reference, payment_method=VISA)

    assert answer.status_code == 200
    said = answer.json()
    assert (said["reference"], said["status"]) == (booking.reference, "confirmed")
    assert said["total"] == {"amount": 9000, "currency": "USD"}
    assert [admission["status"] for admission in said["admissions"]] == ["valid", "valid"]
    assert all(len(admission["code"]) >= 22 for admission in said["admissions"])


def test_confirm_again_is_the_same_booking_and_no_charge(
    booking: Booking, app: App, sandbox: Sandbox
) -> None:
    first = app.confirm(booking=booking.reference, payment_method=VISA)
    again = app.confirm(booking=booking.reference, payment_method="pm_card_mastercard")

    assert (again.status_code, again.json()) == (200, first.json())
    assert len(charges(sandbox, booking)) == 1


def test_the_original_names_work(booking: Booking, app: App) -> None:
    ticket = booking.lines.first()
    assert ticket is not None

    answer = app.confirm(ticketId=ticket.ticket_id, paymentDetails={"payment_method": VISA})

    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")


def test_a_declined_card_is_402_with_stripes_code(booking: Booking, app: App) -> None:
    answer = app.confirm(booking=booking.reference, payment_method=DECLINED)

    assert error_of(answer) == (402, "card_declined", None)
    assert answer.json()["data"] == {
        "decline_code": "generic_decline",
        "booking": booking.reference,
    }


def test_3ds_is_202_then_200_without_a_browser(
    booking: Booking, app: App, sandbox: Sandbox
) -> None:
    waiting = app.confirm(booking=booking.reference, payment_method=THREE_D_SECURE)

    assert waiting.status_code == 202
    said = waiting.json()
    assert said["status"] == "paying"
    assert said["client_secret"].startswith("pi_")
    address = said["next_action"]["redirect_to_url"]["url"]
    assert sandbox.post(address.removeprefix(sandbox.url), {"outcome": "succeed"}).ok

    answer = app.confirm(booking=booking.reference)
    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")


def test_failed_3ds_is_402_on_the_second_confirm(
    booking: Booking, app: App, sandbox: Sandbox
) -> None:
    said = app.confirm(booking=booking.reference, payment_method=THREE_D_SECURE).json()
    address = said["next_action"]["redirect_to_url"]["url"]
    sandbox.post(address.removeprefix(sandbox.url), {"outcome": "fail"})

    answer = app.confirm(booking=booking.reference)

    assert error_of(answer) == (402, "card_declined", None)
    assert app.call("get", f"/bookings/{booking.reference}").json()["status"] == "reserved"


def test_a_confirmation_token_pays_too(booking: Booking, app: App, sandbox: Sandbox) -> None:
    token = sandbox.client().v1.test_helpers.confirmation_tokens.create({"payment_method": VISA})

    answer = app.confirm(booking=booking.reference, confirmation_token=token.id)

    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")


def test_amounts_in_the_request_count_for_nothing(
    booking: Booking, app: App, sandbox: Sandbox
) -> None:
    answer = app.confirm(
        booking=booking.reference,
        payment_method=VISA,
        amount=1,
        total={"amount": 1, "currency": "JPY"},
        currency="JPY",
        user=999,
    )

    assert answer.status_code == 200
    [intent] = charges(sandbox, booking)
    assert (intent["amount_received"], intent["currency"]) == (9000, "usd")


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "booking"),
        ({"booking": 7, "payment_method": VISA}, "booking"),
        ({"booking": "", "payment_method": VISA}, "booking"),
        ({"booking": "a\x00b", "payment_method": VISA}, "booking"),
        ({"booking": "REF", "payment_method": 7}, "payment_method"),
        ({"booking": "REF", "payment_method": "x" * 300}, "payment_method"),
        ({"booking": "REF", "payment_method": "a", "confirmation_token": "b"}, "payment_method"),
        ({"booking": "REF", "paymentDetails": "x"}, "paymentDetails.non_field_errors"),
        ({"booking": "REF", "ticketId": 1}, "booking"),
        ({"ticketId": 2**63, "payment_method": VISA}, "ticketId"),
        ({"booking": "REF"}, "payment_method"),
        ({"booking": "REF", "payment_method": "pm_unknown"}, "payment_method"),
    ],
)
def test_what_has_the_wrong_shape_is_400_and_changes_nothing(
    booking: Booking, app: App, body: dict[str, Any], attr: str
) -> None:
    if body.get("booking") == "REF":
        body = {**body, "booking": booking.reference}

    answer = app.confirm(**body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr
    assert status_of(booking) == "reserved"


def test_somebody_elses_booking_is_404_in_every_way(
    booking: Booking, app: App, other_fan: User
) -> None:
    stranger = App(other_fan.email)
    ticket = booking.lines.first()
    assert ticket is not None

    answers = [
        stranger.confirm(booking=booking.reference, payment_method=VISA),
        stranger.confirm(ticketId=ticket.ticket_id, payment_method=VISA),
        stranger.confirm(booking="no-such-booking", payment_method=VISA),
        stranger.call("get", f"/bookings/{booking.reference}"),
        stranger.call("delete", f"/bookings/{booking.reference}"),
    ]

    assert [error_of(answer)[:2] for answer in answers] == [(404, "not_found")] * 5
    assert status_of(booking) == "reserved"


def test_nobody_pays_without_signing_in(booking: Booking) -> None:
    answer = Client().put(
        "/api/v1/booking/confirm",
        {"booking": booking.reference, "payment_method": VISA},
        content_type="application/json",
    )

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"]


def test_a_lapsed_hold_is_409(booking: Booking, app: App) -> None:
    lapse(booking)

    answer = app.confirm(booking=booking.reference, payment_method=VISA)

    assert error_of(answer) == (409, "booking_expired", None)


def test_a_given_back_booking_is_409(booking: Booking, app: App) -> None:
    released = app.call("delete", f"/bookings/{booking.reference}")
    assert (released.status_code, released.json()["status"]) == (200, "cancelled")

    answer = app.confirm(booking=booking.reference, payment_method=VISA)

    assert error_of(answer) == (409, "booking_not_payable", None)


def test_a_booking_being_paid_is_not_given_back(booking: Booking, app: App) -> None:
    app.confirm(booking=booking.reference, payment_method=THREE_D_SECURE)

    answer = app.call("delete", f"/bookings/{booking.reference}")

    assert error_of(answer) == (409, "booking_not_releasable", None)


def test_another_card_during_3ds_is_409(booking: Booking, app: App) -> None:
    app.confirm(booking=booking.reference, payment_method=THREE_D_SECURE)

    answer = app.confirm(booking=booking.reference, payment_method=VISA)

    assert error_of(answer) == (409, "payment_in_progress", None)


def test_too_many_declines_are_429_with_retry_after(booking: Booking, app: App) -> None:
    for _ in range(5):
        assert app.confirm(booking=booking.reference, payment_method=DECLINED).status_code == 402

    answer = app.confirm(booking=booking.reference, payment_method=VISA)

    assert error_of(answer) == (429, "too_many_declines", None)
    assert int(answer["Retry-After"]) > 0


def test_stripe_out_is_503_with_retry_after(booking: Booking, app: App, sandbox: Sandbox) -> None:
    sandbox.chaos(outage_seconds=3600)

    answer = app.confirm(booking=booking.reference, payment_method=VISA)

    assert error_of(answer) == (503, "temporarily_unavailable", None)
    assert int(answer["Retry-After"]) > 0


def test_a_card_number_is_refused_and_not_kept(booking: Booking, app: App) -> None:
    answer = app.confirm(booking=booking.reference, payment_method="4242424242424242")

    assert error_of(answer) == (400, "invalid", "payment_method")
    assert not booking.attempts.exists()
