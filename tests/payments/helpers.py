"""Short ways through a payment and its return, and what they left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from django.db import connection
from django.test import Client

from bookings.models import Admission, Booking
from payments import stripe_gateway
from payments.checkout import ConfirmResult, confirm_booking
from payments.event_refunds import work_off_event_refunds
from payments.mirror import mirror_refunds
from payments.models import PaymentAttempt
from payments.ticket_returns import return_by_fan
from tests.factories import PASSWORD
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver, wait_for

VISA = "pm_card_visa"
DECLINED = "pm_card_visa_chargeDeclined"
THREE_D_SECURE = "pm_card_threeDSecure2Required"


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


def pay(booking: Booking, method: str = VISA, **more: str) -> ConfirmResult:
    """Confirm the booking as its owner."""
    assert booking.user_id is not None
    return confirm_booking(
        user_id=booking.user_id, reference=booking.reference, payment_method=method, **more
    )


def go_on(booking: Booking) -> ConfirmResult:
    """Confirm again with the booking alone."""
    return pay(booking, "")


def status_of(booking: Booking) -> str:
    """The booking's status as it is stored now."""
    return Booking.objects.values_list("status", flat=True).get(pk=booking.pk)


def attempt_of(booking: Booking) -> PaymentAttempt:
    """The booking's newest attempt."""
    return PaymentAttempt.objects.filter(booking=booking).latest("pk")


def tickets_on(booking: Booking) -> list[int]:
    """The ids of the booking's tickets, those that came back too."""
    return list(booking.lines.order_by("pk").values_list("ticket_id", flat=True))


def admissions(booking: Booking) -> list[str]:
    """The statuses of the booking's admissions as they are stored now."""
    found = Admission.objects.filter(line__booking=booking).order_by("line_id")
    return list(found.values_list("status", flat=True))


def set_terms(booking: Booking, **terms: Any) -> None:
    """Let the booking have been held under these terms of refund."""
    Booking.objects.filter(pk=booking.pk).update(refund_policy=terms)


def give_back(booking: Booking, *ticket_ids: int) -> Booking:
    """Return these tickets, or all that are left, as their owner."""
    return return_by_fan(
        user_id=booking.user_id, reference=booking.reference, ticket_ids=ticket_ids or None
    )


def finish_3ds(sandbox: Sandbox, result: ConfirmResult, outcome: str) -> None:
    """What the fan does on the bank's page."""
    assert result.attempt is not None
    address = result.attempt.next_action["redirect_to_url"]["url"]
    answer = sandbox.post(address.removeprefix(sandbox.url), {"outcome": outcome})
    assert answer.status_code < 500


def at_stripe(sandbox: Sandbox, path: str, **wanted: Any) -> dict[str, Any]:
    """Something that a person or a bank does there; the sandbox's answer."""
    answer = requests.post(f"{sandbox.url}/_chaos/{path}", json=wanted, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def mirror(booking: Booking) -> None:
    """What the worker does when an event names the payment."""
    attempt = attempt_of(booking)
    mirror_refunds(attempt.pk, stripe_gateway.look_up(attempt.intent_id))


def deliver(webhooks: Receiver, object_id: str, kind: str) -> int:
    """Hand the event of this kind about this object to our webhook; its answer's status."""
    wait_for(lambda: kind in [event.type for event in webhooks.events(object_id)])
    for body, signature, _ in list(webhooks.deliveries):
        if f'"{object_id}"' in body and f'"{kind}"' in body:
            return send(body, signature)
    raise AssertionError(kind)


def send(body: str, signature: str, *, client: Client | None = None) -> int:
    """Post these bytes to our webhook. A new client loads the whole site first."""
    answer = (client or Client()).post(
        "/payments/webhook",
        data=body.encode(),
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    return answer.status_code


def lapse(booking: Booking) -> None:
    """Let the hold's time be up, as if it had been made long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_booking SET expires_at = clock_timestamp() - interval '1 second',"
            " created_at = clock_timestamp() - interval '901 seconds' WHERE id = %s",
            [booking.pk],
        )
        cursor.execute(
            "UPDATE events_ticket SET reserved_until = clock_timestamp() - interval '1 second'"
            " WHERE booking_id = %s AND status = 'reserved'",
            [booking.pk],
        )


def age(booking: Booking, seconds: int) -> None:
    """Make the booking's attempts look untouched for so long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE payments_paymentattempt"
            " SET changed_at = changed_at - make_interval(secs => %s) WHERE booking_id = %s",
            [seconds, booking.pk],
        )


def work_off_now() -> int:
    """One run of the job that refunds cancelled events, due now; the bookings it ended."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_eventrefund SET due_at = clock_timestamp()")
    return work_off_event_refunds()


@contextmanager
def trigger_off() -> Iterator[None]:
    """Meanwhile the database refuses no refund beyond what was captured."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_refund DISABLE TRIGGER refunds_within_capture")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_refund ENABLE TRIGGER refunds_within_capture")


def charges(sandbox: Sandbox, booking: Booking) -> list[dict]:
    """Every intent at Stripe for this booking."""
    found = sandbox.get("/v1/payment_intents?limit=100")["data"]
    return [intent for intent in found if intent["metadata"].get("booking") == booking.reference]


class App:
    """A mobile app with a session token."""

    def __init__(self, email: str) -> None:
        self.client = Client()
        answer = self.client.post(
            "/_allauth/app/v1/auth/login",
            {"email": email, "password": PASSWORD},
            content_type="application/json",
        )
        self.token = answer.json()["meta"]["session_token"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return getattr(Client(raise_request_exception=False), method)(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            headers={"X-Session-Token": self.token},
        )

    def confirm(self, **body: Any) -> Any:
        return self.call("put", "/booking/confirm", body)


def error_of(answer: Any) -> tuple[int, str, str | None]:
    [error] = answer.json()["errors"]
    return answer.status_code, error["code"], error["attr"]
