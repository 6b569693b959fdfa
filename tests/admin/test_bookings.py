"""Looking up a booking, seeing all about it, and giving it back."""

import re
from typing import Any

import pytest
from django.test import Client

from bookings.confirmation import confirm_free
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.models import Event
from payments.checkout import confirm_booking
from payments.models import PaymentAttempt, Refund
from tests.factories import on_sale_event, tickets_of
from tests.payments.conftest import (  # noqa: F401 - fixtures: Stripe here is the sandbox
    _receiver,
    _sandbox,
    sandbox,
)
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/bookings/booking/"


@pytest.fixture
def browser(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def paid(event: Event, fan: User) -> Booking:
    """Two tickets, paid with 4242."""
    ids = [ticket.pk for ticket in tickets_of(event)[:2]]
    held = hold_tickets(user=fan, ticket_ids=ids)
    return confirm_booking(
        user_id=fan.pk, reference=held.reference, payment_method="pm_card_visa"
    ).booking


def listed(browser: Client, term: str) -> set[str]:
    page = browser.get(LIST, {"q": term})
    assert page.status_code == 200
    return {booking.reference for booking in page.context["cl"].result_list}


def test_a_booking_is_found_by_whatever_the_caller_has(
    browser: Client, paid: Booking, event: Event, fan: User
) -> None:
    code = Admission.objects.filter(line__booking=paid).first().code  # type: ignore[union-attr]
    other = on_sale_event(name="Somewhere else")
    hold_tickets(user=fan, ticket_ids=[tickets_of(other)[0].pk])

    assert listed(browser, paid.reference) == {paid.reference}
    assert listed(browser, code) == {paid.reference}
    assert listed(browser, event.name.upper()) == {paid.reference}
    assert paid.reference in listed(browser, "FAN@example.org")
    assert listed(browser, "x" * 24) == set()
    assert listed(browser, "nobody@example.org") == set()


def test_the_page_shows_lines_attempts_ledger_and_trail(browser: Client, paid: Booking) -> None:
    PaymentAttempt.objects.update(client_secret="pi_1_secret_2")

    page = browser.get(f"{LIST}{paid.pk}/change/")

    text = page.content.decode()
    attempt = PaymentAttempt.objects.get()
    for shown in [
        "Stalls, row A, seat 1",
        "$45.00",
        "$90.00",
        str(attempt.intent_id),
        "captured",
        "capture",
        "Audit trail",
        "Cancel and refund",
    ]:
        assert shown in text, shown
    assert "pi_1_secret_2" not in text
    for admission in Admission.objects.all():
        assert admission.code not in text
    assert not re.search(r'<input[^>]+name="(status|total_minor|reference)', text)


def test_a_post_to_the_page_changes_nothing(browser: Client, paid: Booking) -> None:
    answer = browser.post(
        f"{LIST}{paid.pk}/change/", {"status": "cancelled", "total_minor": "0", "_save": "1"}
    )

    assert answer.status_code == 403
    paid.refresh_from_db()
    assert (paid.status, paid.total_minor) == ("confirmed", 9000)


def test_a_step_says_what_it_is_about_to_do_with_which_booking(
    browser: Client, paid: Booking
) -> None:
    page = browser.get(f"{LIST}{paid.pk}/step/cancel/").content.decode()

    assert re.findall(r"<h1[^>]*>([^<]*)</h1>", page) == ["Cancel and refund"]
    assert f'href="{LIST}{paid.pk}/change/">{paid.reference}</a>' in page


def test_cancelling_gives_the_money_back_and_frees_the_seats(
    browser: Client, paid: Booking, event: Event, staff: User
) -> None:
    answer = browser.post(
        f"{LIST}{paid.pk}/step/cancel/", {"reason": "The fan is ill"}, follow=True
    )

    said = [str(message) for message in answer.context["messages"]]
    assert said == ["The booking is cancelled and $90.00 went back."]
    paid.refresh_from_db()
    assert paid.status == "refunded"
    refund = Refund.objects.get()
    assert (refund.status, refund.amount_minor, refund.reason) == (
        "succeeded",
        9000,
        "The fan is ill",
    )
    assert {ticket.status for ticket in tickets_of(event)} == {"available"}
    assert set(Admission.objects.values_list("status", flat=True)) == {"void"}
    record = AuditRecord.objects.get(subject="booking", action="cancel")
    assert (record.before, record.after, record.actor_id) == ("confirmed", "refunded", staff.pk)


def test_cancelling_twice_refunds_once(browser: Client, paid: Booking) -> None:
    for _ in range(2):
        browser.post(f"{LIST}{paid.pk}/step/cancel/", {"reason": ""})

    assert Refund.objects.count() == 1


def test_a_hold_cannot_be_cancelled_as_if_it_were_paid(
    browser: Client, event: Event, fan: User
) -> None:
    held = hold_tickets(user=fan, ticket_ids=[tickets_of(event)[0].pk])

    answer = browser.post(f"{LIST}{held.pk}/step/cancel/", {"reason": ""}, follow=True)

    assert len(list(answer.context["messages"])) == 1
    held.refresh_from_db()
    assert held.status == "reserved"


def test_a_free_booking_is_cancelled_without_money(browser: Client, fan: User) -> None:
    free = on_sale_event(prices={"Stalls": 0})
    held = hold_tickets(user=fan, ticket_ids=[tickets_of(free)[0].pk])
    confirm_free(user_id=fan.pk, reference=held.reference)

    answer = browser.post(f"{LIST}{held.pk}/step/cancel/", {"reason": ""}, follow=True)

    said = [str(message) for message in answer.context["messages"]]
    assert said == ["The booking is cancelled. No money had to go back."]
    held.refresh_from_db()
    assert held.status == "cancelled"


def test_looking_at_a_booking_needs_the_right_to(paid: Booking, fan_client: Client) -> None:
    answers: list[Any] = [
        fan_client.get(f"{LIST}{paid.pk}/change/"),
        fan_client.get(f"{LIST}{paid.pk}/step/cancel/"),
        fan_client.post(f"{LIST}{paid.pk}/step/cancel/", {"reason": ""}),
    ]

    assert {answer.status_code for answer in answers} <= {302, 403}
    paid.refresh_from_db()
    assert paid.status == "confirmed"
