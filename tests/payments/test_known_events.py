"""Events about what the fan's own request knows, or is about to know."""

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from bookings.models import Booking
from payments import news
from payments.inbox import process_due_events
from payments.models import StripeEvent
from tests.payments.helpers import (
    THREE_D_SECURE,
    Killed,
    age,
    attempt_of,
    charges,
    deliver,
    finish_3ds,
    pay,
    status_of,
)
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver
from ticketmaster.core import chaos

pytestmark = pytest.mark.django_db(transaction=True)


def test_events_that_tell_nothing_new_ask_nothing_of_stripe(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    pay(booking)
    intent_id = attempt_of(booking).intent_id or ""
    kinds = [
        "payment_intent.created",
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
    ]
    for kind in kinds:
        assert deliver(webhooks, intent_id, kind) == 200
    sandbox.chaos(outage_seconds=3600)

    process_due_events()

    outcomes = dict(StripeEvent.objects.values_list("kind", "outcome"))
    assert outcomes == dict(
        zip(kinds, ["kept only", "known already", "known already"], strict=True)
    )


def test_a_payment_whose_own_request_is_at_work_is_left_to_it(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "SENDERS_TIME", timedelta(hours=1))

    def tell(point: str) -> None:
        if point == "after_B":
            chaos.handler = None
            intent = charges(sandbox, booking)[0]
            deliver(webhooks, intent["id"], "payment_intent.amount_capturable_updated")
            assert attempt_of(booking).status == "sent"

    chaos.handler = tell
    pay(booking)

    event = StripeEvent.objects.get()
    assert (event.processed_at, event.tries) == (None, 0)
    StripeEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    process_due_events()
    assert StripeEvent.objects.get().outcome == "known already"


def test_an_event_that_comes_after_the_payment_is_done_with_at_once(
    booking: Booking, webhooks: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(booking)
    worker = mock.Mock()
    monkeypatch.setattr("payments.webhook.process_stripe_events", worker)

    deliver(webhooks, attempt_of(booking).intent_id or "", "payment_intent.succeeded")

    event = StripeEvent.objects.get()
    assert (event.outcome, event.processed_at is None) == ("known already", False)
    assert not worker.delay.called


def test_what_its_sender_never_wrote_down_is_followed_three_seconds_later(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver, die_at: Callable[[str], None]
) -> None:
    die_at("after_B")
    with pytest.raises(Killed):
        pay(booking)
    intent_id = charges(sandbox, booking)[0]["id"]

    deliver(webhooks, intent_id, "payment_intent.amount_capturable_updated")

    event = StripeEvent.objects.get()
    assert timedelta(seconds=2) < event.due_at - event.received_at <= timedelta(seconds=4)
    StripeEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    age(booking, 3)
    assert process_due_events() == 1
    assert (status_of(booking), StripeEvent.objects.get().outcome) == ("confirmed", "followed")


def test_an_event_of_a_payment_that_waits_for_the_fan_wakes_the_worker(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")
    worker = mock.Mock()
    monkeypatch.setattr("payments.webhook.process_stripe_events", worker)

    deliver(
        webhooks, attempt_of(booking).intent_id or "", "payment_intent.amount_capturable_updated"
    )

    assert worker.delay.call_count == 1
