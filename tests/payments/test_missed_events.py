"""Stripe's own list of events, read for what the webhook never got (F45)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Booking
from payments import missed_events
from payments.inbox import process_due_events
from payments.missed_events import READ, fetch_missed_events
from payments.models import PaymentAttempt, StripeEvent
from tests.payments.helpers import THREE_D_SECURE, attempt_of, finish_3ds, pay, status_of
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord, RelayHeartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is read up to a moment ahead of now, not a minute behind it."""
    monkeypatch.setattr(missed_events, "LATEST", timedelta(seconds=-5))


def test_f45_a_payment_of_which_no_webhook_came_is_confirmed_from_the_list(
    booking: Booking, sandbox: Sandbox
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")

    assert fetch_missed_events() >= 1
    process_due_events()

    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")


def test_a_refund_of_which_no_webhook_came_is_mirrored_from_the_list(
    booking: Booking, sandbox: Sandbox
) -> None:
    pay(booking)
    intent_id = attempt_of(booking).intent_id or ""
    sandbox.client().v1.refunds.create({"payment_intent": intent_id})

    fetch_missed_events()
    process_due_events()

    assert status_of(booking) == "refunded"


def test_what_the_list_has_is_taken_in_once(booking: Booking) -> None:
    pay(booking)
    first = fetch_missed_events()
    rows = StripeEvent.objects.count()

    again = fetch_missed_events()

    assert first == rows > 0
    assert (again, StripeEvent.objects.count()) == (0, rows)


def test_a_site_that_was_away_reads_all_that_happened_meanwhile(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "payments.stripe_gateway.events_between",
        lambda start, end, *, types: asked.append((start, end)) or iter(()),
    )
    last = timezone.now() - timedelta(hours=5)
    RelayHeartbeat.objects.create(name=READ, started_at=last, seen_at=last)

    fetch_missed_events()

    assert asked[0][0] == int((last - missed_events.OVERLAP).timestamp())
    assert [after[0] for after in asked[1:]] == [before[1] for before in asked[:-1]]
    assert asked[-1][1] >= int(timezone.now().timestamp())
    assert all(end - start <= 3600 for start, end in asked)


def test_while_stripe_is_away_the_list_is_read_later(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking)
    sandbox.chaos(outage_seconds=3600)

    assert fetch_missed_events() == 0
    assert not RelayHeartbeat.objects.filter(name=READ).exists()


def test_staff_see_a_dead_letter_and_take_it_up_again(
    booking: Booking, staff: User, sandbox: Sandbox
) -> None:
    """F46: set aside after five crashes, and not lost."""
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")
    fetch_missed_events()
    StripeEvent.objects.update(parked_at=timezone.now(), tries=5)
    intent_id = attempt_of(booking).intent_id
    letter = StripeEvent.objects.get(
        kind="payment_intent.amount_capturable_updated", object_id=intent_id
    )
    browser = Client()
    browser.force_login(staff)

    page = browser.get("/admin/payments/stripeevent/", {"parked_at__isempty": "0"})
    assert letter.kind in page.content.decode()
    step = f"/admin/payments/stripeevent/{letter.pk}/step/retry/"
    token = browser.get(step).context["once_token"]
    browser.post(step, {"_once": token})
    process_due_events()

    letter.refresh_from_db()
    assert (letter.parked_at, letter.outcome) == (None, "followed")
    assert PaymentAttempt.objects.get().status == "captured"
    assert AuditRecord.objects.get(subject="stripe event").actor_id == staff.pk
