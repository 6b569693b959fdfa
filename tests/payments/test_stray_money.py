"""Money at Stripe that no sale of ours explains: the reconciler lets it go, and only that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bookings.models import Booking
from payments import reconciler, stripe_gateway
from payments.reconciler import reconcile
from payments.stripe_calls import StripeRefused
from payments.stripe_states import IntentState
from tests.payments.conftest import SITE
from tests.payments.helpers import VISA, Killed, age, attempt_of, charges, pay, status_of
from tests.payments.sums import broken
from tests.sandbox.process import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_stray(
    transactional_db: None, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is read up to this moment, and what other tests have left on it is gone."""
    monkeypatch.setattr(reconciler, "STRAYS_UNTIL", timedelta(seconds=-60))
    reconcile()


def authorised(sandbox: Sandbox, **metadata: str) -> str:
    """Somebody's blocked money that carries these names."""
    params: Any = {
        "amount": 9000,
        "currency": "usd",
        "capture_method": "manual",
        "confirm": True,
        "payment_method": VISA,
        "return_url": SITE,
        "metadata": metadata,
    }
    return sandbox.client().v1.payment_intents.create(params=params).id


def state_at_stripe(sandbox: Sandbox, intent_id: str) -> str:
    return sandbox.get(f"/v1/payment_intents/{intent_id}")["status"]


def test_blocked_money_that_no_attempt_knows_is_released(sandbox: Sandbox) -> None:
    stray = authorised(sandbox, site=SITE, attempt="123456", booking="gone")

    report = reconcile()

    assert (report.strays, state_at_stripe(sandbox, stray)) == (1, "canceled")


def test_one_that_cannot_be_released_does_not_keep_the_others(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list comes newest first: the one that is refused is looked at before the other."""
    other = authorised(sandbox, site=SITE, attempt="123456", booking="gone")
    refused = authorised(sandbox, site=SITE, attempt="123457", booking="gone")
    release = stripe_gateway.release_stray

    def refuse_one(intent_id: str) -> IntentState:
        if intent_id == refused:
            raise StripeRefused("not now")
        return release(intent_id)

    monkeypatch.setattr(stripe_gateway, "release_stray", refuse_one)
    report = reconcile()

    assert (report.strays, report.waiting) == (1, 1)
    assert state_at_stripe(sandbox, other) == "canceled"
    assert state_at_stripe(sandbox, refused) == "requires_capture"


def test_blocked_money_that_names_the_attempt_of_another_booking_is_released(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    attempt = attempt_of(booking)
    stray = authorised(sandbox, site=SITE, attempt=str(attempt.pk), booking="another")

    report = reconcile()

    assert (report.strays, state_at_stripe(sandbox, stray)) == (1, "canceled")
    assert state_at_stripe(sandbox, attempt.intent_id or "") == "succeeded"
    assert broken() == {}


@pytest.mark.parametrize("metadata", [{}, {"site": "https://other.example", "attempt": "1"}])
def test_blocked_money_of_another_application_is_left_alone(
    sandbox: Sandbox, metadata: dict[str, str]
) -> None:
    theirs = authorised(sandbox, **metadata)

    report = reconcile()

    assert (report.strays, state_at_stripe(sandbox, theirs)) == (0, "requires_capture")


def test_blocked_money_of_another_amount_buys_nothing_and_is_released(
    booking: Booking, sandbox: Sandbox, die_at: Callable[[str], None]
) -> None:
    die_at("after_B")
    with pytest.raises(Killed):
        pay(booking)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_paymentattempt SET amount_minor = amount_minor + 1")
    age(booking, 30)

    reconcile()

    attempt = attempt_of(booking)
    assert (attempt.status, attempt.decline_code) == ("voided", "amount_mismatch")
    assert [charge["status"] for charge in charges(sandbox, booking)] == ["canceled"]
    assert status_of(booking) == "reserved"
    assert broken() == {}
