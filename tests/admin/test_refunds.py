# ruff: noqa: F401, F811 - fixtures that are imported are named again as arguments
"""What staff do about money: parts, goodwill, bookings that wait, events called off."""

import re
from typing import Any

import pytest
from django.test import Client

from bookings.models import Admission, Booking
from events.models import Event
from payments.event_refunds import work_off_event_refunds
from payments.models import EventRefund, Refund
from payments.stripe_calls import breaker
from tests.admin.test_bookings import browser, paid
from tests.bookings.repeating import Killed, a_lease_later
from tests.bookings.test_double_clicks import browsers
from tests.conftest import forget_redis_keys
from tests.factories import UserFactory
from tests.payments.conftest import (
    _receiver,
    _sandbox,
    sandbox,
)
from tests.payments.sums import broken
from tests.races.interleaving import at_once
from ticketmaster.accounts.models import User
from ticketmaster.core import chaos
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/bookings/booking/"


def step(client: Client, address: str, **asked: Any) -> list[str]:
    """What the admin says after this step."""
    answer = client.post(address, asked, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def test_one_ticket_is_refunded_less_its_fee(
    browser: Client,
    paid: Booking,
    staff: User,
) -> None:
    address = f"{LIST}{paid.pk}/step/refund-tickets/"
    ticket = paid.lines.order_by("pk").first().ticket_id
    asked = browser.get(address).content.decode()
    assert "Stalls, row A, seat 1, $45.00" in asked

    said = step(browser, address, tickets=[ticket], keep_fees="on", reason="moved away")

    assert said == ["The tickets are void and on sale again. $41.00 went back."]
    refund = Refund.objects.get()
    assert (refund.face_minor, refund.fee_minor, refund.tax_minor) == (4000, 0, 100)
    assert (refund.kept_minor, refund.reason) == (400, "moved away")
    trail = AuditRecord.objects.get(subject="refund", action="refund created")
    assert trail.actor_id == staff.pk
    page = browser.get(f"{LIST}{paid.pk}/change/").content.decode()
    assert "refund created" in page
    assert "take tickets back" in page
    assert broken() == {}


def test_an_amount_is_given_back_and_never_more_than_was_paid(
    browser: Client,
    paid: Booking,
) -> None:
    address = f"{LIST}{paid.pk}/step/refund-amount/"

    assert step(browser, address, amount="90.01", reason="") == [
        "That is more than is left of this payment."
    ]
    assert not Refund.objects.exists()
    assert step(browser, address, amount="12.50", reason="late") == [
        "The tickets stay valid. $12.50 went back."
    ]
    assert Refund.objects.get().kind == "goodwill"


def goodwill_form(browser: Client, paid: Booking) -> tuple[str, dict[str, str]]:
    """Where to press, and what its form sends."""
    address = f"{LIST}{paid.pk}/step/refund-amount/"
    token = re.findall(r'name="_once" value="([^"]+)"', browser.get(address).content.decode())[0]
    return address, {"amount": "12.50", "reason": "late", "_once": token}


def test_an_amount_given_back_by_two_presses_goes_once_though_redis_forgets(
    browser: Client, paid: Booking
) -> None:
    address, form = goodwill_form(browser, paid)

    step(browser, address, **form)
    forget_redis_keys()
    again = step(browser, address, **form)

    assert again == ["This was done already; it was not done a second time."]
    assert Refund.objects.get().amount_minor == 1250


def test_an_amount_given_back_by_presses_at_once_goes_once(
    browser: Client, paid: Booking, staff: User
) -> None:
    address, form = goodwill_form(browser, paid)

    answers = at_once([lambda one=one: one.post(address, form) for one in browsers(staff, 3)])

    assert [answer.status_code for answer in answers] == [302] * 3
    assert Refund.objects.get().amount_minor == 1250


def test_a_press_that_died_with_the_amount_planned_is_ended_by_the_next(
    browser: Client, paid: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, form = goodwill_form(browser, paid)

    def die(point: str) -> None:
        if point == "refund_planned":
            raise Killed

    monkeypatch.setattr(chaos, "handler", die)
    with pytest.raises(Killed):
        browser.post(address, form)
    monkeypatch.undo()
    a_lease_later()

    assert step(browser, address, **form) == ["The tickets stay valid. $12.50 went back."]
    assert Refund.objects.get().status == "succeeded"


def test_two_forms_give_an_amount_back_twice(browser: Client, paid: Booking) -> None:
    """The control."""
    for _ in range(2):
        address, form = goodwill_form(browser, paid)
        step(browser, address, **form)

    assert [refund.amount_minor for refund in Refund.objects.all()] == [1250, 1250]


def test_nonsense_is_asked_again(browser: Client, paid: Booking) -> None:
    for name, asked in [
        ("refund-amount", {"amount": "much"}),
        ("refund-tickets", {"tickets": ["999999999"]}),
        ("refund-tickets", {}),
    ]:
        answer = browser.post(f"{LIST}{paid.pk}/step/{name}/", asked)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert not Refund.objects.exists()


def test_a_refund_says_its_parts_as_money(browser: Client, paid: Booking) -> None:
    step(browser, f"{LIST}{paid.pk}/step/cancel/", reason="")
    page = browser.get(f"/admin/payments/refund/{Refund.objects.get().pk}/change/")

    fields = [field for line in next(iter(page.context["adminform"])) for field in line]
    shown = {str(field.field["label"]): field.contents() for field in fields}
    parts = {name: shown[name] for name in ("Amount", "Face", "Fee", "Tax", "Kept")}
    assert parts == {
        "Amount": "$90.00",
        "Face": "$80.00",
        "Fee": "$8.00",
        "Tax": "$2.00",
        "Kept": "$0.00",
    }
    assert not [name for name in shown if "minor" in name]


def test_a_failed_refund_is_tried_again_from_its_page(
    browser: Client,
    paid: Booking,
    sandbox: Any,
) -> None:
    sandbox.chaos(outage_seconds=3600)
    step(browser, f"{LIST}{paid.pk}/step/cancel/", reason="")
    refund = Refund.objects.get()
    Refund.objects.update(status="failed")
    sandbox.calm()
    breaker.reset()
    address = f"/admin/payments/refund/{refund.pk}/step/again/"

    assert step(browser, address) == ["Tried again. $90.00 went back."]
    assert step(browser, address) == ["This refund has not failed, or it was tried again already."]
    assert Refund.objects.count() == 2


def test_cancelling_an_event_shows_count_and_sum_and_wants_the_count_typed(
    browser: Client,
    paid: Booking,
    event: Event,
) -> None:
    address = f"/admin/events/event/{event.pk}/step/cancel/"
    asked = browser.get(address).content.decode()
    assert "1 booking is refunded, $90.00 goes back" in asked

    wrong = browser.post(address, {"bookings": "2", "reason": ""})
    event.refresh_from_db()
    assert (wrong.status_code, event.status) == (200, "on_sale")
    assert "There is 1 booking to refund." in wrong.content.decode()

    said = step(browser, address, bookings="1", reason="ill")
    assert said == [f"“{event.name}” is cancelled. 1 bookings are being refunded."]
    job = EventRefund.objects.get()
    work_off_event_refunds()
    page = browser.get(f"/admin/payments/eventrefund/{job.pk}/change/").content.decode()
    assert "1 refunds sent ($90.00)" in page
    assert "begin refunds" in page
    assert not Admission.objects.exclude(status="void").exists()
    assert broken() == {}


def test_a_large_one_is_approved_by_somebody_else(
    browser: Client,
    paid: Booking,
    event: Event,
) -> None:
    job = EventRefund.objects.filter(event=event)
    step(browser, f"/admin/events/event/{event.pk}/step/cancel/", bookings="1", reason="")
    job.update(wants_approval=True)
    address = f"/admin/payments/eventrefund/{job.get().pk}/step/approve/"

    assert step(browser, address) == [
        "Somebody else has to approve these refunds: you asked for them yourself."
    ]
    assert work_off_event_refunds() == 0
    second = Client()
    second.force_login(UserFactory.create(is_superuser=True))
    assert step(second, address) == ["The refunds have begun."]
    assert work_off_event_refunds() == 1


def test_somebody_without_the_right_sees_no_step(paid: Booking) -> None:
    helper = UserFactory.create(is_staff=True)
    client = Client()
    client.force_login(helper)

    for name in ("refund-tickets", "refund-amount", "keep-tickets", "sort-refund", "cancel"):
        assert client.post(f"{LIST}{paid.pk}/step/{name}/", {}).status_code == 403
    assert not Refund.objects.exists()
