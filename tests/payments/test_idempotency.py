"""Paying under an Idempotency-Key: one charge, one answer, whatever dies in between.

F20 (pressed twenty times), F76 and F77 of the failure catalogue for calls that cost money.
"""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client

from bookings.models import Booking
from events.models import Event
from payments.checkout import confirm_booking
from payments.errors import CardDeclined
from payments.models import PaymentAttempt
from payments.reconciler import reconcile
from tests.bookings.test_idempotency import a_lease_later
from tests.factories import tickets_of
from tests.payments.helpers import (
    DECLINED,
    VISA,
    App,
    Killed,
    age,
    attempt_of,
    charges,
    error_of,
    status_of,
)
from tests.races.interleaving import at_once
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core.models import IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)


class KeyedApp(App):
    """An app that sends a key with every call."""

    key = "one"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return getattr(Client(raise_request_exception=False), method)(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            headers={"X-Session-Token": self.token, "Idempotency-Key": self.key},
        )


@pytest.fixture
def app(fan: User) -> KeyedApp:
    return KeyedApp(fan.email)


def buy(app: KeyedApp, event: Event, method: str = VISA) -> Any:
    wanted = [ticket.pk for ticket in tickets_of(event)][:2]
    return app.call("post", "/bookings", {"ticket_ids": wanted, "payment_method": method})


def test_f76_a_payment_repeated_is_answered_the_same_and_charged_once(
    app: KeyedApp, booking: Booking, sandbox: Sandbox
) -> None:
    body = {"booking": booking.reference, "payment_method": VISA}

    first = app.confirm(**body)
    second = app.confirm(**body)

    assert first.status_code == second.status_code == 200
    assert (second.content, second["Idempotent-Replayed"]) == (first.content, "true")
    assert len(charges(sandbox, booking)) == 1


def test_f20_twenty_presses_at_once_are_one_charge(
    app: KeyedApp, booking: Booking, sandbox: Sandbox
) -> None:
    body = {"booking": booking.reference, "payment_method": VISA}

    answers = at_once([lambda: app.confirm(**body)] * 20)

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert {error_of(a)[1] for a in answers if a.status_code == 409} <= {"idempotency_in_progress"}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert (len(charges(sandbox, booking)), status_of(booking)) == (1, "confirmed")
    assert PaymentAttempt.objects.count() == 1


def test_f76_buying_in_one_step_repeated_is_one_booking(
    app: KeyedApp, event: Event, sandbox: Sandbox
) -> None:
    first = buy(app, event)
    second = buy(app, event)

    assert first.status_code == second.status_code == 200
    assert second.content == first.content
    assert Booking.objects.count() == 1


def test_a_decline_is_kept_and_another_card_needs_another_key(
    app: KeyedApp, booking: Booking
) -> None:
    bad = {"booking": booking.reference, "payment_method": DECLINED}
    good = {"booking": booking.reference, "payment_method": VISA}
    first = app.confirm(**bad)

    again = app.confirm(**bad)
    other = app.confirm(**good)
    app.key = "two"

    assert (first.status_code, again.content) == (402, first.content)
    assert error_of(other)[:2] == (422, "idempotency_key_reused")
    assert app.confirm(**good).status_code == 200
    assert PaymentAttempt.objects.count() == 2


@pytest.mark.parametrize(
    "point", ["after_A", "before_B", "after_B", "after_C", "after_D", "after_F"]
)
def test_f77_killed_while_buying_the_repetition_ends_the_same_booking(
    app: KeyedApp,
    event: Event,
    sandbox: Sandbox,
    die_at: Callable[[str], None],
    point: str,
) -> None:
    die_at(point)
    with pytest.raises(Killed):
        buy(app, event)
    booking = Booking.objects.get()
    age(booking, 100)
    a_lease_later()

    answer = buy(app, event)
    age(booking, 100)
    reconcile()  # a sale without its money is captured by the reconciler

    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")
    assert answer.json()["reference"] == booking.reference
    assert [one["amount_received"] for one in charges(sandbox, booking)] == [9000]
    assert Booking.objects.count() == 1


def test_f77_a_decline_that_was_not_told_is_told_and_not_tried_again(
    app: KeyedApp, booking: Booking, sandbox: Sandbox
) -> None:
    body = {"booking": booking.reference, "payment_method": DECLINED}
    dying = mock.patch("payments.api.views._confirm", side_effect=_confirm_and_die)
    with dying, pytest.raises(Killed):
        app.confirm(**body)
    assert attempt_of(booking).status == "declined"
    a_lease_later()

    answer = app.confirm(**body)

    assert error_of(answer)[:2] == (402, "card_declined")
    assert (PaymentAttempt.objects.count(), len(charges(sandbox, booking))) == (1, 1)


def _confirm_and_die(user_id: int, reference: str, asked: dict[str, Any]) -> None:
    with pytest.raises(CardDeclined):
        confirm_booking(user_id=user_id, reference=reference, payment_method=DECLINED)
    raise Killed


def test_stripe_away_is_not_kept_and_what_was_held_is_paid_by_the_repetition(
    app: KeyedApp, event: Event, sandbox: Sandbox
) -> None:
    sandbox.chaos(outage_seconds=3600)
    first = buy(app, event)
    sandbox.calm()

    assert (first.status_code, first["Retry-After"]) == (503, "5")
    booking = Booking.objects.get()
    age(booking, 100)
    reconcile()
    answer = buy(app, event)

    assert (answer.status_code, answer.json()["reference"]) == (200, booking.reference)
    assert sum(one["amount_received"] for one in charges(sandbox, booking)) == 9000


def test_a_key_row_is_written_by_one_statement_before_and_one_after(
    app: KeyedApp, booking: Booking
) -> None:
    app.confirm(booking=booking.reference, payment_method=VISA)

    row = IdempotencyKey.objects.get()
    assert (row.status, row.user_id) == (200, booking.user_id)
    assert row.work == {"attempt": attempt_of(booking).pk}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_idempotencykey WHERE body = ''")
        assert cursor.fetchone() == (0,)
