"""POST /bookings/{reference}/refund, and what it would bring."""

from typing import Any

import pytest
from django.db import connection

from bookings.models import Admission, Booking
from events.models import Ticket
from payments.models import Refund
from tests.payments.conftest import Hold
from tests.payments.helpers import (
    VISA,
    App,
    attempt_of,
    error_of,
    pay,
    set_terms,
    status_of,
    tickets_on,
)
from tests.payments.sums import broken, state
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def app(fan: User) -> App:
    return App(fan.email)


def refund(app: App, booking: Booking, body: Any = None) -> Any:
    return app.call("post", f"/bookings/{booking.reference}/refund", {} if body is None else body)


def codes_of(booking: Booking) -> list[str]:
    found = Admission.objects.filter(line__booking=booking).order_by("line_id")
    return list(found.values_list("code", flat=True))


def test_a_whole_booking_is_refunded_and_its_tickets_are_free(app: App, booking: Booking) -> None:
    pay(booking)

    answer = refund(app, booking)

    shape = answer.json()
    assert (answer.status_code, shape["status"]) == (200, "refunded")
    assert shape["reference"] == booking.reference
    assert [ticket["status"] for ticket in shape["tickets"]] == ["available", "available"]
    assert [admission["status"] for admission in shape["admissions"]] == ["void", "void"]
    assert broken() == {}


def test_one_admission_is_given_back_by_its_code(app: App, booking: Booking) -> None:
    pay(booking)

    answer = refund(app, booking, {"admissions": codes_of(booking)[:1]})

    shape = answer.json()
    assert (answer.status_code, shape["status"]) == (200, "confirmed")
    assert [admission["status"] for admission in shape["admissions"]] == ["void", "valid"]
    assert Refund.objects.get().amount_minor == 4500


def test_one_ticket_is_given_back_by_its_id(app: App, booking: Booking) -> None:
    pay(booking)

    answer = refund(app, booking, {"ticket_ids": tickets_on(booking)[1:]})

    assert answer.status_code == 200
    assert Ticket.objects.get(pk=tickets_on(booking)[1]).status == "available"
    assert Ticket.objects.get(pk=tickets_on(booking)[0]).status == "sold"


def test_while_stripe_is_away_the_tickets_are_back_and_the_money_follows(
    app: App, booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    sandbox.chaos(outage_seconds=3600)

    answer = refund(app, booking)

    assert (answer.status_code, answer.json()["status"]) == (202, "refunded")
    assert Refund.objects.get().status == "sent"


def test_a_booking_on_its_way_back_cannot_be_paid(
    app: App, booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    sandbox.chaos(outage_seconds=3600)
    assert refund(app, booking).status_code == 202
    before = state(booking)

    for method in ({}, {"payment_method": VISA}):
        answer = app.confirm(booking=booking.reference, **method)
        assert error_of(answer) == (409, "booking_not_payable", None)

    assert state(booking) == before


def test_the_same_key_gives_tickets_back_once(app: App, booking: Booking, fan: User) -> None:
    pay(booking)
    body = {"ticket_ids": tickets_on(booking)[:1]}
    address = f"/api/v1/bookings/{booking.reference}/refund"
    headers = {"X-Session-Token": app.token, "Idempotency-Key": "give-back-1"}

    answers = [
        app.client.post(address, body, content_type="application/json", headers=headers)
        for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert Refund.objects.count() == 1


def test_a_key_whose_first_run_died_after_taking_the_tickets_goes_on(
    app: App, booking: Booking, die_at: Any
) -> None:
    pay(booking)
    address = f"/api/v1/bookings/{booking.reference}/refund"
    headers = {"X-Session-Token": app.token, "Idempotency-Key": "give-back-2"}
    die_at("refund_planned")
    with pytest.raises(BaseException, match="refund_planned"):
        app.client.post(address, {}, content_type="application/json", headers=headers)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_idempotencykey SET leased_until = clock_timestamp()")

    answer = app.client.post(address, {}, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.json()["status"]) == (200, "refunded")
    assert (Refund.objects.get().status, attempt_of(booking).status) == ("succeeded", "refunded")


@pytest.mark.parametrize("rule", ["none", None])
def test_the_terms_may_refuse(app: App, booking: Booking, rule: str | None) -> None:
    pay(booking)
    set_terms(booking, **({"rule": rule, "hours": 0, "text": ""} if rule else {"text": "No."}))
    before = state(booking)

    assert error_of(refund(app, booking)) == (409, "refund_not_allowed", None)
    assert state(booking) == before


def test_a_hold_and_a_refunded_booking_are_not_refunded(
    app: App, booking: Booking, hold: Hold, fan: User
) -> None:
    pay(booking)
    refund(app, booking)
    held = hold(1)
    before = (state(booking), state(held))

    for one in (booking, held):
        assert error_of(refund(app, one)) == (409, "refund_not_allowed", None)

    assert (state(booking), state(held)) == before


def test_a_void_and_a_used_admission_are_not_refunded(app: App, booking: Booking) -> None:
    pay(booking)
    void, used = codes_of(booking)
    refund(app, booking, {"admissions": [void]})
    Admission.objects.filter(code=used).update(status="used")
    before = state(booking)

    for codes in ([void], [used], [void, used]):
        assert error_of(refund(app, booking, {"admissions": codes}))[:2] == (
            409,
            "refund_not_allowed",
        )

    assert state(booking) == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"admissions": []}, "empty"),
        ({"admissions": "all"}, "not_a_list"),
        ({"admissions": [1]}, "invalid"),
        ({"admissions": ["x" * 65]}, "max_length"),
        ({"admissions": ["a", "a"]}, "duplicate"),
        ({"admissions": ["a"], "ticket_ids": [1]}, "invalid"),
        ({"ticket_ids": []}, "empty"),
        ({"ticket_ids": [0]}, "min_value"),
        ({"ticket_ids": list(range(1, 52))}, "max_length"),
        ([], "invalid"),
    ],
)
def test_bodies_of_the_wrong_shape_are_told_so(
    app: App, booking: Booking, body: Any, code: str
) -> None:
    pay(booking)
    before = state(booking)

    answer = refund(app, booking, body)

    assert error_of(answer)[:2] == (400, code)
    assert state(booking) == before


def test_unknown_tickets_and_other_peoples_bookings_are_not_found(
    app: App, booking: Booking, hold: Hold, other_fan: User
) -> None:
    theirs = hold(1, user=other_fan)
    pay(booking)
    pay(theirs)
    before = (state(booking), state(theirs))

    for one, body in [
        (theirs, {}),
        (booking, {"admissions": codes_of(theirs)}),
        (booking, {"admissions": ["nothing"]}),
        (booking, {"ticket_ids": tickets_on(theirs)}),
        (booking, {"ticket_ids": [2**62]}),
    ]:
        assert error_of(refund(app, one, body))[:2] == (404, "not_found")
    assert (state(booking), state(theirs)) == before


def test_tampered_amounts_are_not_read(app: App, booking: Booking) -> None:
    pay(booking)

    refund(
        app,
        booking,
        {"ticket_ids": tickets_on(booking)[:1], "amount": 9000, "currency": "EUR", "user": 1},
    )

    assert Refund.objects.get().amount_minor == 4500
    assert Refund.objects.get().currency == "USD"


def test_the_offer_says_what_would_come_back(app: App, booking: Booking) -> None:
    set_terms(booking, rule="less_fees", hours=24, text="")
    pay(booking)
    first, second = tickets_on(booking)
    refund(app, booking, {"ticket_ids": [first]})

    offer = app.call("get", f"/bookings/{booking.reference}/refund").json()

    def usd(amount: int) -> dict[str, Any]:
        return {"amount": amount, "currency": "USD"}

    one = {
        "total": usd(4100),
        "face": usd(4000),
        "fee": usd(0),
        "tax": usd(100),
        "kept": usd(400),
    }
    assert (offer["possible"], offer["refusal"]) == (True, None)
    assert {name: offer[name] for name in one} == one
    assert offer["tickets"] == [
        {"ticket": first, "status": "void", **one},
        {"ticket": second, "status": "valid", **one},
    ]
    assert "except the fees" in offer["policy"]
    assert offer["until"].endswith("+00:00")
    assert status_of(booking) == "confirmed"


def test_the_offer_says_why_there_is_none(app: App, booking: Booking) -> None:
    offer = app.call("get", f"/bookings/{booking.reference}/refund").json()

    assert (offer["possible"], offer["total"]["amount"]) == (False, 0)
    assert offer["refusal"] == "These seats are held, not paid for: give them back instead."
