"""Exact interleavings: two plans for one payment, one dashboard refund that two workers find."""

from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from bookings.models import Booking
from payments import refund_planning, stripe_gateway
from payments.errors import RefundNotAllowed
from payments.mirror import mirror_refunds
from payments.models import PaymentAttempt, Refund
from payments.refund_planning import plan_goodwill
from tests.payments.helpers import attempt_of, pay, trigger_off
from tests.payments.sums import accounts_of, broken
from tests.races.interleaving import just_before
from tests.sandbox.process import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def plan_most(booking: Booking) -> Callable[[], Refund]:
    """A plan for 60.00 of 90.00 under no lock but its own, for which it waits a moment at most."""
    attempt_id = attempt_of(booking).pk

    def plan() -> Refund:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
            return plan_goodwill(attempt_id, amount_minor=6000, reason="", actor_id=None)

    return plan


def test_a_plan_waits_until_another_of_the_same_payment_is_written(booking: Booking) -> None:
    pay(booking)
    plan = plan_most(booking)

    with just_before("payments.refund_planning._write", plan) as rival:
        plan()

    assert isinstance(rival[0], OperationalError)
    assert [refund.amount_minor for refund in Refund.objects.all()] == [6000]
    with pytest.raises(RefundNotAllowed):
        plan()


def test_without_that_lock_both_plans_find_the_money_there(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control, with the database's own count switched off as well."""
    pay(booking)
    plan = plan_most(booking)
    monkeypatch.setattr(
        refund_planning, "lock_attempt", lambda pk: PaymentAttempt.objects.get(pk=pk)
    )

    with trigger_off(), just_before("payments.refund_planning._write", plan):
        plan()

    assert [refund.amount_minor for refund in Refund.objects.all()] == [6000, 6000]


def test_a_dashboard_refund_that_two_workers_find_is_one_here(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    attempt = attempt_of(booking)
    intent = attempt.intent_id or ""
    sandbox.client().v1.refunds.create({"payment_intent": intent, "amount": 2000})

    def mirror() -> None:
        mirror_refunds(attempt.pk, stripe_gateway.look_up(intent))

    with just_before("payments.mirror.lock_for_return", mirror) as rival:
        mirror()

    assert rival == [None]
    assert [(one.status, one.amount_minor) for one in Refund.objects.all()] == [("succeeded", 2000)]
    assert accounts_of(booking)["stripe"] == 7000
    assert broken() == {}
