"""Stripe's notifications: who may speak, what is stored, and what becomes of it."""

import json
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
import requests
import stripe
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bookings.models import Booking
from payments.models import StripeEvent
from tests.payments.conftest import SITE
from tests.payments.helpers import (
    THREE_D_SECURE,
    age,
    attempt_of,
    charges,
    deliver,
    finish_3ds,
    pay,
    send,
    status_of,
)
from tests.races.interleaving import at_once
from tests.sandbox.process import WEBHOOK_SECRET, Sandbox
from tests.sandbox.receiver import Receiver
from ticketmaster.core import chaos, metrics

pytestmark = pytest.mark.django_db(transaction=True)


OURS = {"site": SITE, "attempt": "1", "booking": "somebody"}


def event_body(**fields: Any) -> str:
    event = {
        "id": "evt_test",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "data": {"object": {"id": "pi_test", "object": "payment_intent", "metadata": OURS}},
    }
    return json.dumps(event | fields)


def signed(body: str, *, secret: str = WEBHOOK_SECRET, at: int | None = None) -> str:
    return stripe.WebhookSignature.generate_signature_header(body, secret, at)


def test_after_3ds_the_webhook_alone_confirms(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")

    intent_id = attempt_of(booking).intent_id or ""
    assert deliver(webhooks, intent_id, "payment_intent.amount_capturable_updated") == 200

    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")


def test_after_a_failed_3ds_the_webhook_alone_gives_the_booking_back(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "fail")

    intent_id = attempt_of(booking).intent_id or ""
    assert deliver(webhooks, intent_id, "payment_intent.payment_failed") == 200

    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "declined")


def test_the_same_event_twice_is_one_row(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    pay(booking)
    intent_id = attempt_of(booking).intent_id or ""
    for _ in range(3):
        assert deliver(webhooks, intent_id, "payment_intent.succeeded") == 200

    assert StripeEvent.objects.filter(kind="payment_intent.succeeded").count() == 1
    assert attempt_of(booking).status == "captured"


def test_events_in_the_wrong_order_only_move_forward(booking: Booking, webhooks: Receiver) -> None:
    pay(booking)
    intent_id = attempt_of(booking).intent_id or ""
    for kind in [
        "payment_intent.succeeded",
        "payment_intent.amount_capturable_updated",
        "payment_intent.created",
    ]:
        assert deliver(webhooks, intent_id, kind) == 200

    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")
    assert StripeEvent.objects.filter(processed_at__isnull=True).count() == 0


def test_an_event_that_overtakes_our_own_commit_sells(
    booking: Booking, sandbox: Sandbox, webhooks: Receiver
) -> None:
    """F39: Stripe tells the worker before the fan's request has written down the answer."""

    def overtake(point: str) -> None:
        if point == "after_B":
            chaos.handler = None
            age(booking, 10)
            intent = charges(sandbox, booking)[0]
            deliver(webhooks, intent["id"], "payment_intent.amount_capturable_updated")

    chaos.handler = overtake
    assert pay(booking).booking.status == "confirmed"

    assert attempt_of(booking).status == "captured"
    assert len(charges(sandbox, booking)) == 1


@pytest.mark.parametrize("signature", ["", "t=1,v1=00", "nonsense"])
def test_what_is_not_signed_is_400_and_leaves_no_row(signature: str) -> None:
    assert send(event_body(), signature) == 400

    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (event_body(), lambda body: signed(body, secret="whsec_of_somebody_else")),
        (event_body(), lambda body: signed(body, at=int(time.time()) - 301)),
        (event_body(id="evt_other"), lambda body: signed(event_body())),
        ("[]", signed),
        ("{", signed),
        ("{}", signed),
        (event_body(data=[]), signed),
        (event_body(data={"object": {"object": {}}}), signed),
        ("[" * 100_000 + "]" * 100_000, signed),
        (event_body(id="x" * 300), signed),
    ],
)
def test_what_is_signed_wrongly_or_no_event_is_400_and_leaves_no_row(
    body: str, signature: Callable[[str], str]
) -> None:
    """Signed when it is sent: minutes later it would be refused for its age alone."""
    assert send(body, signature(body)) == 400

    assert not StripeEvent.objects.exists()


def test_bytes_that_are_no_text_are_400() -> None:
    answer = Client().post(
        "/payments/webhook",
        data=b"\xff\xfe",
        content_type="application/json",
        headers={"Stripe-Signature": "t=1,v1=00"},
    )

    assert answer.status_code == 400


def test_a_body_above_256_kb_is_413() -> None:
    body = event_body(padding="x" * 256 * 1024)

    assert send(body, signed(body)) == 413

    assert not StripeEvent.objects.exists()


def test_only_post_is_answered() -> None:
    assert Client().get("/payments/webhook").status_code == 405


def test_both_secrets_count_during_a_rotation(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", WEBHOOK_SECRET]
    first, second = event_body(id="evt_1"), event_body(id="evt_2")

    assert send(first, signed(first)) == 200
    assert send(second, signed(second, secret="whsec_new")) == 200

    assert StripeEvent.objects.count() == 2


def test_an_event_of_the_other_mode_is_ignored() -> None:
    body = event_body(livemode=True)

    assert send(body, signed(body)) == 200

    assert not StripeEvent.objects.exists()


def test_an_event_with_a_nul_is_stored_without_it() -> None:
    body = event_body(type="payment_intent.succeeded", note="a\x00b")

    assert send(body, signed(body)) == 200

    assert StripeEvent.objects.get().payload["note"] == "ab"


def test_f43_an_event_of_another_application_is_ignored_and_counted(
    sandbox: Sandbox, webhooks: Receiver
) -> None:
    """Two sites share one account: neither keeps what the other's payments cause."""
    theirs = {"metadata": {"site": "https://somebody.else"}}
    before = counted("other application")
    for more in ({}, theirs):
        intent = sandbox.client().v1.payment_intents.create(
            {"amount": 500, "currency": "usd", **more}
        )
        sandbox.client().v1.payment_intents.cancel(intent.id)
        assert deliver(webhooks, intent.id, "payment_intent.canceled") == 200

    assert counted("other application") == before + 2
    assert not StripeEvent.objects.exists()


def counted(outcome: str) -> float:
    return (
        metrics.registry.get_sample_value("frontrow_stripe_notices_total", {"outcome": outcome})
        or 0
    )


def test_f43_an_event_of_the_other_mode_is_counted() -> None:
    before = counted("other mode")
    body = event_body(livemode=True)

    send(body, signed(body))

    assert counted("other mode") == before + 1


def test_f40_a_forged_event_is_counted() -> None:
    before = counted("refused")

    send(event_body(), "t=1,v1=00")

    assert counted("refused") == before + 1


def test_f41_a_signed_event_replayed_within_its_time_is_one_row() -> None:
    body = event_body()
    signature = signed(body)

    assert [send(body, signature) for _ in range(3)] == [200, 200, 200]
    assert StripeEvent.objects.count() == 1


def test_f37_the_same_event_twice_at_the_same_moment_is_one_row() -> None:
    body = event_body()
    signature = signed(body)

    assert at_once([lambda: send(body, signature)] * 6) == [200] * 6
    assert StripeEvent.objects.count() == 1


def test_r8_an_event_is_stored_by_one_insert_and_no_call(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def no_call(*_: Any, **__: Any) -> None:
        raise AssertionError("Stripe was asked inside the webhook's request")

    body = event_body()

    with monkeypatch.context() as patched:
        patched.setattr("payments.webhook.process_stripe_events", mock.Mock())
        patched.setattr(requests.Session, "send", no_call)
        with django_assert_num_queries(1):
            assert send(body, signed(body)) == 200


def test_f44_while_the_database_is_away_stripe_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("payments.webhook.take_in", away)
    body = event_body()

    assert send(body, signed(body)) == 503
