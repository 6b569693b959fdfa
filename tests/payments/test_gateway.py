"""What goes out to Stripe and how its answers are read."""

import pytest
import requests
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bookings.models import Booking
from payments import stripe_calls, stripe_gateway
from payments.amounts import from_stripe, to_stripe
from payments.breaker import Breaker
from payments.checkout import confirm_booking
from payments.errors import AmountNotChargeable, PaymentUnavailable
from payments.stripe_calls import CallInsideTransaction, StripeUnreachable, breaker
from payments.stripe_gateway import Order
from payments.stripe_states import Stage
from tests.payments.helpers import pay, status_of
from tests.sandbox.process import Sandbox
from ticketmaster.core.money import CURRENCIES

ORDER = Order(
    attempt_id=10**9,
    reference="reference",
    amount_minor=4500,
    currency="USD",
    return_url="http://127.0.0.1:8000/back",
    payment_method="pm_card_visa",
)


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_transaction_is_refused() -> None:
    with transaction.atomic(), pytest.raises(CallInsideTransaction):
        stripe_gateway.look_up("pi_1")


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_stripe_is_asked(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    inner = stripe_calls.client

    def watched():
        seen.append(connection.in_atomic_block)
        return inner()

    monkeypatch.setattr(stripe_calls, "client", watched)
    pay(booking)

    assert seen == [False, False]  # create and capture


@pytest.mark.django_db(transaction=True)
def test_the_same_order_twice_is_one_intent() -> None:
    first, second = stripe_gateway.authorise(ORDER), stripe_gateway.authorise(ORDER)

    assert first.id == second.id
    assert (first.stage, first.amount_minor, first.currency) == (Stage.AUTHORISED, 4500, "USD")
    assert first.metadata == {
        "attempt": str(10**9),
        "booking": "reference",
        "site": "http://127.0.0.1:8000",
    }


@pytest.mark.django_db(transaction=True)
def test_cancel_too_late_says_what_became_of_it() -> None:
    made = stripe_gateway.authorise(ORDER)
    stripe_gateway.capture(attempt_id=10**9, intent_id=made.id, amount_minor=4500, currency="USD")

    assert stripe_gateway.cancel(attempt_id=10**9, intent_id=made.id).stage == Stage.SUCCEEDED


@pytest.mark.django_db(transaction=True)
def test_while_stripe_is_out_nobody_asks_it(
    booking: Booking, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.chaos(outage_seconds=3600)
    for _ in range(5):
        with pytest.raises(StripeUnreachable):
            stripe_gateway.look_up("pi_1")
    assert booking.user_id is not None

    with monkeypatch.context() as patch:
        patch.setattr(requests.Session, "send", lambda *_, **__: pytest.fail("Stripe was asked"))
        with pytest.raises(PaymentUnavailable) as refused:
            confirm_booking(
                user_id=booking.user_id, reference=booking.reference, payment_method="pm_card_visa"
            )

    assert (refused.value.retry_after, status_of(booking)) == (5, "reserved")
    assert not booking.attempts.exists()


def test_the_breaker_opens_after_five_failures_and_asks_once_per_pause() -> None:
    now = [0.0]
    switch = Breaker(failures=5, pause_seconds=10, clock=lambda: now[0])
    for _ in range(5):
        assert switch.admits()
        switch.failed()

    assert (switch.admits(), switch.is_open) == (False, True)
    now[0] = 11
    assert [switch.admits(), switch.admits()] == [True, False]
    switch.succeeded()
    assert [switch.admits(), switch.admits()] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_an_answer_however_bad_closes_the_breaker() -> None:
    breaker.failed()
    with pytest.raises(stripe_calls.StripeRefused):
        stripe_gateway.look_up("pi_unknown")

    assert breaker.failures == 0


@pytest.mark.django_db(transaction=True)
def test_a_refused_key_is_not_the_fans_fault(booking: Booking, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_wrong_kind"

    with pytest.raises(PaymentUnavailable):
        pay(booking)

    assert status_of(booking) == "reserved"


@pytest.mark.parametrize(
    ("amount_minor", "currency", "at_stripe"),
    [
        (4500, "USD", 4500),
        (5000, "JPY", 5000),
        (4500, "KWD", 4500),
        (5, "ISK", 500),
        (5, "UGX", 500),
        (4500, "HUF", 4500),
        (4500, "TWD", 4500),
        (4500, "MGA", 45),
    ],
)
def test_amounts_as_stripe_counts_them(amount_minor: int, currency: str, at_stripe: int) -> None:
    assert to_stripe(amount_minor, currency) == at_stripe
    assert from_stripe(at_stripe, currency) == amount_minor


@pytest.mark.parametrize(("amount_minor", "currency"), [(4501, "KWD"), (4501, "MGA")])
def test_amounts_that_stripe_cannot_take(amount_minor: int, currency: str) -> None:
    with pytest.raises(AmountNotChargeable):
        to_stripe(amount_minor, currency)


@given(st.integers(1, 10**9), st.sampled_from(sorted(CURRENCIES)))
def test_every_amount_comes_back_as_it_went(amount_minor: int, currency: str) -> None:
    whole = amount_minor * 100  # takes every currency's rounding

    assert from_stripe(to_stripe(whole, currency), currency) == whole
