"""A refund that the buyer's bank sends back: in the ledger again, and in sight until it is sent."""

import logging

import pytest
from django.test import Client

from bookings.models import Booking
from payments import mirror
from payments.inbox import process_due_events
from payments.metrics import _failed_refunds
from payments.models import Refund, StripeEvent
from payments.reconciler import reconcile
from payments.refunds import failed_refunds, refund_booking, try_again
from tests.payments.helpers import attempt_of, deliver, pay
from tests.payments.sums import accounts_of, broken
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

MONEY_HERE = {"stripe": 9000, "face": -8000, "fee": -800, "tax": -200}


@pytest.fixture
def sent_back(
    booking: Booking,
    sandbox: Sandbox,
    webhooks: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> Refund:
    """Succeeded, and failed days later; the charge's own sum of refunds says nothing of it."""
    pay(booking, "pm_card_refundFail")
    refund = refund_booking(booking_id=booking.pk)
    assert refund is not None
    assert (refund.status, accounts_of(booking)) == ("succeeded", {})
    monkeypatch.setattr(mirror, "_has_news", lambda attempt, state: False)
    sandbox.chaos(clock_offset_seconds=10)

    assert deliver(webhooks, refund.stripe_id, "refund.failed") == 200
    process_due_events()

    refund.refresh_from_db()
    return refund


def test_it_is_failed_here_and_its_money_is_in_the_ledger_again(
    sent_back: Refund, booking: Booking
) -> None:
    assert StripeEvent.objects.get().outcome == "followed"
    assert (sent_back.status, attempt_of(booking).status) == ("failed", "captured")
    assert accounts_of(booking) == MONEY_HERE
    assert broken() == {"I4": 1}  # money without tickets


def test_staff_find_it_by_desk_metric_and_log_until_it_is_sent_again(
    sent_back: Refund, staff: User, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Client()
    browser.force_login(staff)

    with caplog.at_level(logging.ERROR, "payments.reconciler"):
        reconcile()

    said = f"1 refunds failed and wait for staff: [{sent_back.pk}]"
    assert [record.getMessage() for record in caplog.records] == [said]
    assert _failed_refunds() == {(): 1.0}
    desk = {row["label"]: row for row in browser.get("/admin/").context["desk"]}
    waiting = desk["Refunds that failed"]
    assert waiting["count"] == 1
    assert sent_back.stripe_id in browser.get(waiting["url"]).content.decode()

    try_again(refund_id=sent_back.pk, actor_id=staff.pk)

    assert _failed_refunds() == {(): 0.0}


def test_one_whose_money_went_another_way_waits_for_nobody(booking: Booking) -> None:
    """The dashboard refunded the payment before ours was sent: Stripe refused it."""
    pay(booking)
    refund = refund_booking(booking_id=booking.pk)
    assert refund is not None
    failed = Refund.objects.create(
        attempt=refund.attempt, status="failed", amount_minor=9000, face_minor=9000, currency="USD"
    )

    assert (failed.status, list(failed_refunds())) == ("failed", [])
