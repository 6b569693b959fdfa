"""The webhook stores and answers, whatever else is slow, away or under attack (R8)."""

import json
import time

import pytest
from django.db import OperationalError, connection
from django.test import Client

from payments import intake, stripe_calls
from payments.models import StripeEvent
from payments.sandbox.webhooks import signature
from tests.payments.helpers import send
from tests.sandbox.process import WEBHOOK_SECRET

pytestmark = pytest.mark.django_db(transaction=True)


def letter(number: int) -> str:
    return json.dumps(
        {
            "id": f"evt_{number}",
            "object": "event",
            "type": "charge.dispute.funds_withdrawn",
            "livemode": False,
            "data": {"object": {"id": f"dp_{number}", "object": "dispute", "metadata": {}}},
        }
    )


def signed(body: str, *, at: float | None = None) -> str:
    return signature(body, [WEBHOOK_SECRET], at=int(at or time.time()))


@pytest.fixture
def stripe_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(stripe_calls, "client", lambda: asked.append("asked"))
    return asked


def test_f44_two_hundred_events_are_stored_and_nobody_is_asked(stripe_is_not_asked):
    stripe = Client()

    for number in range(200):
        body = letter(number)
        assert send(body, signed(body), client=stripe) == 200

    assert StripeEvent.objects.count() == 200
    assert stripe_is_not_asked == []


def test_f44_while_the_database_is_away_stripe_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
):
    body = letter(1)

    def away(*_, **__):
        raise OperationalError("could not connect")

    with monkeypatch.context() as patched:
        patched.setattr(intake, "_keep", away)
        answer = Client(raise_request_exception=False).post(
            "/payments/webhook",
            body,
            content_type="application/json",
            headers={"Stripe-Signature": signed(body)},
        )
    assert answer.status_code == 503
    assert not StripeEvent.objects.exists()

    assert send(body, signed(body)) == 200
    assert StripeEvent.objects.count() == 1


@pytest.mark.parametrize(("age_s", "status", "rows"), [(10, 200, 1), (301, 400, 0)])
def test_f41_a_recorded_event_played_again(age_s: int, status: int, rows: int):
    """Within five minutes it is a repetition without effect, after them it is refused."""
    body = letter(1)
    header = signed(body, at=time.time() - age_s)

    assert [send(body, header), send(body, header)] == [status, status]
    assert StripeEvent.objects.count() == rows


def test_f40_a_hundred_forged_events_leave_no_row():
    bodies = [letter(number) for number in range(100)]

    answers = {
        send(body, signature(body, ["whsec_guessed"], at=int(time.time()))) for body in bodies
    }

    assert answers == {400}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM payments_stripeevent")
        assert cursor.fetchone() == (0,)
