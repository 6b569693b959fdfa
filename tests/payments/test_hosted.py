"""Paying on Stripe's own page, for browsers without JavaScript."""

import pytest
import requests
from django.test import Client

from bookings.errors import BookingExpired, PaymentInProgress
from bookings.models import Booking
from payments.hosted import start_hosted_payment
from payments.reconciler import reconcile
from tests.payments.helpers import (
    THREE_D_SECURE,
    attempt_of,
    deliver,
    lapse,
    pay,
    status_of,
)
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)

GOOD, DECLINED, WITH_3DS = "4242424242424242", "4000000000000002", "4000000000003220"


def start(booking: Booking) -> str:
    assert booking.user_id is not None
    return start_hosted_payment(user_id=booking.user_id, reference=booking.reference)


def type_card(address: str, number: str = GOOD) -> requests.Response:
    form = {"email": "fan@example.org", "number": number, "expiry": "12/34", "cvc": "123"}
    return requests.post(address, form, allow_redirects=False, timeout=60)


def path_of(address: str) -> str:
    return address.removeprefix("http://127.0.0.1:8000")


def test_the_whole_way_by_plain_forms(
    booking: Booking, fan_client: Client, sandbox: Sandbox
) -> None:
    there = fan_client.post(f"/booking/{booking.reference}/pay")
    assert there.status_code == 302
    assert there["Location"].startswith(f"{sandbox.url}/c/pay/cs_")
    back = type_card(there["Location"])
    assert back.status_code == 303

    home = fan_client.get(path_of(back.headers["Location"]))

    assert (home.status_code, home["Location"]) == (302, f"/booking/{booking.reference}")
    attempt = attempt_of(booking)
    assert (status_of(booking), attempt.kind, attempt.status) == ("confirmed", "hosted", "captured")
    assert sandbox.get(f"/v1/payment_intents/{attempt.intent_id}")["amount_received"] == 9000


def test_the_page_lists_each_ticket_with_its_place(booking: Booking, sandbox: Sandbox) -> None:
    start(booking)

    session = attempt_of(booking).session_id
    lines = sandbox.get(f"/v1/checkout/sessions/{session}/line_items")["data"]
    assert [line["amount_total"] for line in lines] == [4500, 4500]


def test_a_browser_that_never_comes_back_is_told_by_the_webhook(
    booking: Booking, webhooks: Receiver
) -> None:
    type_card(start(booking))

    session = attempt_of(booking).session_id or ""
    assert deliver(webhooks, session, "checkout.session.completed") == 200

    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")


def test_a_declined_card_may_be_followed_by_another_on_the_same_page(
    booking: Booking, fan_client: Client, webhooks: Receiver
) -> None:
    address = start(booking)
    assert type_card(address, DECLINED).status_code == 402
    assert fan_client.get(f"/booking/{booking.reference}/return").status_code == 302
    assert (status_of(booking), attempt_of(booking).status) == ("paying", "requires_action")

    type_card(address)
    fan_client.get(f"/booking/{booking.reference}/return")

    assert status_of(booking) == "confirmed"


def test_3ds_on_the_page(booking: Booking, fan_client: Client) -> None:
    challenge = type_card(start(booking), WITH_3DS).headers["Location"]
    requests.post(challenge, {"outcome": "succeed"}, timeout=60).raise_for_status()

    fan_client.get(f"/booking/{booking.reference}/return")

    assert status_of(booking) == "confirmed"


def test_asked_twice_it_is_the_same_page(booking: Booking) -> None:
    assert start(booking) == start(booking)

    assert booking.attempts.count() == 1


def test_who_turns_back_may_pay_in_another_way(
    booking: Booking, fan_client: Client, sandbox: Sandbox
) -> None:
    start(booking)

    fan_client.get(f"/booking/{booking.reference}/return?stopped=1")

    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "voided")
    session = sandbox.get(f"/v1/checkout/sessions/{attempt_of(booking).session_id}")
    assert session["status"] == "expired"
    assert pay(booking).booking.status == "confirmed"


def test_turning_back_after_paying_keeps_the_tickets(booking: Booking, fan_client: Client) -> None:
    type_card(start(booking))

    fan_client.get(f"/booking/{booking.reference}/return?stopped=1")

    assert status_of(booking) == "confirmed"


def test_a_card_payment_while_the_page_is_open_is_refused(booking: Booking) -> None:
    start(booking)

    with pytest.raises(PaymentInProgress):
        pay(booking)


def test_the_page_of_a_waiting_card_payment_is_the_banks(booking: Booking) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    assert waiting.attempt is not None

    assert start(booking) == waiting.attempt.next_action["redirect_to_url"]["url"]


def test_a_lapsed_hold_opens_no_page(booking: Booking) -> None:
    lapse(booking)

    with pytest.raises(BookingExpired):
        start(booking)


def test_the_page_dies_with_the_hold(booking: Booking) -> None:
    address = start(booking)
    lapse(booking)
    reconcile()

    assert status_of(booking) == "expired"
    assert type_card(address).status_code == 410


def test_paid_at_the_last_moment_is_sold(booking: Booking) -> None:
    type_card(start(booking))
    lapse(booking)

    reconcile()

    assert status_of(booking) == "confirmed"
