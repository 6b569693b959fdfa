"""Giving tickets back on the pages: choose, see what comes back, confirm; no script needed."""

import re
from functools import partial
from typing import Any

import pytest
from django.test import Client

from bookings.models import Admission, Booking
from payments.models import Refund
from payments.ticket_returns import refund_amount, return_by_fan
from tests.payments.helpers import pay, set_terms, status_of, tickets_on
from tests.payments.sums import state
from tests.races.interleaving import just_before
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(booking: Booking) -> str:
    return f"/booking/{booking.reference}/refund"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_choose_then_see_then_confirm(fan_client: Client, booking: Booking) -> None:
    set_terms(booking, rule="less_fees", hours=24, text="")
    pay(booking)
    first, _ = tickets_on(booking)

    choice = text_of(fan_client.get(page_of(booking)))
    assert "Which tickets do you give back?" in choice
    assert choice.count("brings $41.00 , $4.00 is not returned") == 2
    review = fan_client.get(page_of(booking), {"ticket": [first]})
    said = text_of(review)
    for part in (
        "Tickets $40.00",
        "Fees $0.00",
        "Tax $1.00",
        "Back to your card $41.00",
        "Not returned (fees are kept) $4.00",
        "This cannot be undone",
    ):
        assert part in said, part
    assert not Refund.objects.exists()
    done = fan_client.post(page_of(booking), {"ticket": [first]}, follow=True)

    assert done.redirect_chain == [(f"/booking/{booking.reference}", 302)]
    said = text_of(done)
    assert "1 ticket is given back" in said
    assert "You have 1 ticket" in said
    assert "$41.00 for 1 ticket" in said
    assert (status_of(booking), Refund.objects.get().amount_minor) == ("confirmed", 4100)


def test_a_single_ticket_goes_straight_to_what_comes_back(
    fan_client: Client, booking: Booking
) -> None:
    pay(booking)
    fan_client.post(page_of(booking), {"ticket": tickets_on(booking)[:1]})

    said = text_of(fan_client.get(page_of(booking)))

    assert "Give this ticket back?" in said
    assert "Back to your card $45.00" in said


def test_a_second_click_changes_nothing(fan_client: Client, booking: Booking) -> None:
    pay(booking)
    body = {"ticket": tickets_on(booking)}

    answers = [fan_client.post(page_of(booking), body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert {answer["Location"] for answer in answers} == {f"/booking/{booking.reference}"}
    assert Refund.objects.count() == 1


def test_a_second_click_that_loses_to_the_first_leads_to_the_same_place(
    fan_client: Client, booking: Booking, fan: User
) -> None:
    """It has read the tickets as they were before the first click took one."""
    pay(booking)
    chosen = tickets_on(booking)[:1]

    first = partial(return_by_fan, user_id=fan.pk, reference=booking.reference, ticket_ids=chosen)
    with just_before("payments.refund_views.return_by_fan", first):
        answer = fan_client.post(page_of(booking), {"ticket": chosen})

    assert (answer.status_code, answer["Location"]) == (302, f"/booking/{booking.reference}")
    assert Refund.objects.count() == 1


def test_the_refunded_page_says_what_went_back(fan_client: Client, booking: Booking) -> None:
    pay(booking)
    fan_client.post(page_of(booking), {"ticket": tickets_on(booking)})

    said = text_of(fan_client.get(f"/booking/{booking.reference}"))

    assert "This booking is refunded" in said
    assert "$90.00 for 2 tickets" in said
    assert "Tickets $80.00, fees $8.00, tax $2.00" in said
    assert "Sent to your card" in said


def test_a_refusal_is_said_on_the_page_and_changes_nothing(
    fan_client: Client, booking: Booking
) -> None:
    pay(booking)
    chosen = tickets_on(booking)
    set_terms(booking, rule="none", hours=0, text="")
    before = state(booking)

    shown = fan_client.get(page_of(booking))
    refused = fan_client.post(page_of(booking), {"ticket": chosen})

    assert (shown.status_code, refused.status_code) == (200, 409)
    for answer in (shown, refused):
        assert "These tickets were sold without refunds." in text_of(answer)
        assert "Give back for" not in text_of(answer)
    assert state(booking) == before


def test_used_and_returned_tickets_cannot_be_chosen(fan_client: Client, booking: Booking) -> None:
    pay(booking)
    first, second = tickets_on(booking)
    Admission.objects.filter(ticket=first).update(status="used")
    before = state(booking)

    review = fan_client.get(page_of(booking)).content.decode()
    refused = fan_client.post(page_of(booking), {"ticket": [first]})
    mixed = fan_client.post(page_of(booking), {"ticket": [first, second]})

    assert f'name="ticket" value="{second}"' in review
    assert f'name="ticket" value="{first}"' not in review
    assert (refused.status_code, mixed.status_code) == (302, 409)
    assert "A ticket that was used at the door cannot be given back." in text_of(mixed)
    assert state(booking) == before


@pytest.mark.parametrize("ticket", ["", "x", "-1", "9" * 30, "1; DROP TABLE", "²"])
def test_nonsense_chooses_nothing(fan_client: Client, booking: Booking, ticket: str) -> None:
    pay(booking)
    before = state(booking)

    for answer in (
        fan_client.get(page_of(booking), {"ticket": ticket}),
        fan_client.post(page_of(booking), {"ticket": ticket}),
    ):
        assert answer.status_code == 200
        assert "Which tickets do you give back?" in text_of(answer)

    assert state(booking) == before


def test_the_form_needs_its_token(booking: Booking, fan: User) -> None:
    pay(booking)
    client = Client(enforce_csrf_checks=True)
    client.force_login(fan)

    assert client.post(page_of(booking), {"ticket": tickets_on(booking)}).status_code == 403
    assert status_of(booking) == "confirmed"


def test_terms_stand_where_one_pays_and_where_one_has_paid(
    fan_client: Client, booking: Booking
) -> None:
    words = "and get back all that you paid."
    assert words in text_of(fan_client.get(f"/booking/{booking.reference}"))

    pay(booking)

    paid = text_of(fan_client.get(f"/booking/{booking.reference}"))
    assert words in paid
    assert "Give tickets back" in paid


def test_without_a_right_there_is_no_way_to_the_form(fan_client: Client, booking: Booking) -> None:
    set_terms(booking, rule="none", hours=0, text="")
    pay(booking)

    answer = fan_client.get(f"/booking/{booking.reference}")

    assert page_of(booking) not in answer.content.decode()
    assert "These tickets cannot be given back." in text_of(answer)


def test_goodwill_is_told_apart(fan_client: Client, booking: Booking, staff: User) -> None:
    pay(booking)
    refund_amount(booking_id=booking.pk, amount_minor=500, actor_id=staff.pk, reason="")

    said = text_of(fan_client.get(f"/booking/{booking.reference}"))

    assert "You have 2 tickets" in said
    assert "$5.00 as goodwill" in said
