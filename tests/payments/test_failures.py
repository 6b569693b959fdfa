"""Failures of the catalogue around one payment: keys, prices, clocks, unknown commits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import stripe
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils import timezone

from bookings.errors import TicketsUnavailable
from bookings.expiry import release_lapsed_holds
from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import PriceLevel
from payments.checkout import continue_attempt, store_attempt
from payments.models import PaymentAttempt
from payments.orders import order_of
from payments.reconciler import reconcile
from payments.stripe_gateway import authorise
from tests.conftest import forget_redis_keys
from tests.factories import UserFactory, on_sale_event, tickets_of
from tests.payments.helpers import age, attempt_of, charges, lapse, pay, status_of
from tests.payments.witness import broken
from tests.races.interleaving import just_before
from tests.races.roles import OWNER, address
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import TemporarilyUnavailable

pytestmark = pytest.mark.django_db(transaction=True)

COMMITS_OF_A_PAYMENT = 5  # A, sent, C, D, F


@pytest.fixture
def lose_commit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """From now on, the connection is lost around one COMMIT; the list counts them all."""

    def arm(number: int, *, done: bool) -> list[int]:
        commits: list[int] = []
        original = DatabaseWrapper._commit

        def commit(self: DatabaseWrapper) -> Any:
            commits.append(len(commits) + 1)
            if len(commits) != number:
                return original(self)
            if done:
                original(self)
            self.close()
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(DatabaseWrapper, "_commit", commit)
        return commits

    return arm


def test_f63_a_payment_has_five_commits(
    booking: Booking, lose_commit: Callable[..., list[int]]
) -> None:
    commits = lose_commit(0, done=True)

    pay(booking)

    assert len(commits) == COMMITS_OF_A_PAYMENT


@pytest.mark.parametrize("done", [True, False], ids=["it was made", "it was not"])
@pytest.mark.parametrize("number", range(1, COMMITS_OF_A_PAYMENT + 1))
def test_f63_a_commit_of_unknown_outcome_ends_one_way(
    number: int,
    done: bool,
    booking: Booking,
    sandbox: Sandbox,
    lose_commit: Callable[..., list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lose_commit(number, done=done)
    with pytest.raises((OperationalError, TemporarilyUnavailable)):
        pay(booking)
    monkeypatch.undo()

    age(booking, 100)
    reconcile()

    assert status_of(booking) in {"confirmed", "reserved"}
    taken = sum(intent["amount_received"] for intent in charges(sandbox, booking))
    assert taken == (9000 if status_of(booking) == "confirmed" else 0)
    assert broken() == {}
    assert pay(booking).booking.status == "confirmed"
    assert [intent["amount_received"] for intent in charges(sandbox, booking)] == [9000]


def test_f64_a_lock_that_takes_too_long_after_the_authorisation(
    booking: Booking, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody keeps a seat locked for longer than a confirm waits."""
    original = authorise

    def authorise_and_lock(order: Any) -> Any:
        state = original(order)
        rival.execute("SELECT 1 FROM events_ticket WHERE booking_id = %s FOR UPDATE", [booking.pk])
        return state

    rival = psycopg.connect(address(OWNER))
    monkeypatch.setattr("payments.stripe_gateway.authorise", authorise_and_lock)
    with pytest.raises(TemporarilyUnavailable):
        pay(booking)
    assert (status_of(booking), attempt_of(booking).status) == ("paying", "authorised")
    assert [intent["amount_received"] for intent in charges(sandbox, booking)] == [0]

    rival.close()
    age(booking, 100)
    reconcile()

    assert (status_of(booking), attempt_of(booking).status) == ("confirmed", "captured")
    assert broken() == {}


def test_f26_the_key_is_the_attempts_whatever_the_client_sends(
    booking: Booking, sandbox: Sandbox
) -> None:
    """Repeated with a fresh payment method, Stripe refuses the key instead of charging again."""
    attempt = store_attempt(
        booking.pk, kind=PaymentAttempt.Kind.CARD, payment_method="pm_card_visa"
    )
    authorise(order_of(attempt))
    attempt.payment_method = "pm_card_mastercard"

    with pytest.raises(Exception, match="same parameters") as refused:
        authorise(order_of(attempt))

    assert isinstance(refused.value.__cause__, stripe.IdempotencyError)
    assert len(charges(sandbox, booking)) == 1


def test_f27_f29_the_fan_pays_the_price_that_was_shown(
    booking: Booking, sandbox: Sandbox, fan: User
) -> None:
    """The price is changed while the seats are held, and again while they are paid for."""
    levels = PriceLevel.objects.filter(event=booking.event)
    levels.update(face_minor=9900)
    attempt = store_attempt(
        booking.pk, kind=PaymentAttempt.Kind.CARD, payment_method="pm_card_visa"
    )
    levels.update(face_minor=1)

    age(booking, 10)
    assert pay_stored(attempt).booking.status == "confirmed"

    assert [intent["amount"] for intent in charges(sandbox, booking)] == [9000]
    free = [one.pk for one in tickets_of(booking.event) if one.status == "available"]
    assert hold_tickets(user=fan, ticket_ids=free[:1]).total_minor == 501


def pay_stored(attempt: PaymentAttempt) -> PaymentAttempt:
    """Send what is stored, as its own request would have."""
    PaymentAttempt.objects.filter(pk=attempt.pk).update(status="unknown")
    attempt.refresh_from_db()
    return continue_attempt(attempt)


def test_f28_after_a_day_nothing_is_sent_again(booking: Booking, sandbox: Sandbox) -> None:
    """Stripe forgets a key after 24 hours: an old attempt is looked for, never repeated."""
    attempt = store_attempt(
        booking.pk, kind=PaymentAttempt.Kind.CARD, payment_method="pm_card_visa"
    )
    long_ago = timezone.now() - timedelta(hours=25)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(
        status="unknown", created_at=long_ago, changed_at=long_ago
    )
    lapse(booking)

    reconcile()

    assert charges(sandbox, booking) == []
    assert (status_of(booking), attempt_of(booking).status) == ("expired", "voided")


@pytest.mark.parametrize(("currency", "at_stripe"), [("JPY", 9000), ("KWD", 9000), ("USD", 9000)])
def test_f31_currencies_without_and_with_three_decimals(
    currency: str, at_stripe: int, fan: User, sandbox: Sandbox
) -> None:
    """4,500 yen and 4.500 dinars are 4500 minor units, at Stripe too."""
    event = on_sale_event(currency=currency)
    booking = hold_tickets(user=fan, ticket_ids=[one.pk for one in tickets_of(event)[:2]])

    assert pay(booking).booking.status == "confirmed"

    [intent] = charges(sandbox, booking)
    assert (intent["amount_received"], intent["currency"]) == (at_stripe, currency.lower())
    assert broken() == {}


@pytest.mark.parametrize("minutes", [2, -2])
def test_f71_a_clock_that_is_wrong_releases_nothing_early_or_late(
    minutes: int, booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web node two minutes off: only the database's clock decides."""
    wrong = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: wrong)
    seats = [line.ticket_id for line in booking.lines.all()]
    rival = UserFactory.create()
    move_end(booking, seconds=90)
    assert release_lapsed_holds() == 0
    forget_redis_keys()
    with pytest.raises(TicketsUnavailable):
        hold_tickets(user=rival, ticket_ids=seats)

    move_end(booking, seconds=-1)
    taken = hold_tickets(user=rival, ticket_ids=seats)

    assert taken.expires_at is not None
    left = (taken.expires_at - database_now()).total_seconds()
    assert 300 < left <= 600


def move_end(booking: Booking, *, seconds: int) -> None:
    """Let the hold end so many seconds from now, by the database's clock."""
    with connection.cursor() as cursor:
        for table, column, key in (
            ("bookings_booking", "expires_at", "id"),
            ("events_ticket", "reserved_until", "booking_id"),
        ):
            cursor.execute(
                f"UPDATE {table} SET {column} = clock_timestamp() + make_interval(secs => %s)"
                f" WHERE {key} = %s",
                [seconds, booking.pk],
            )


def test_f18_a_fence_and_a_yes_of_the_bank_at_the_same_moment(
    booking: Booking, sandbox: Sandbox
) -> None:
    """The bank says yes between our look and our cancel: the fence holds, nothing is taken."""
    result = pay(booking, "pm_card_threeDSecure2Required")
    page = result.attempt.next_action["redirect_to_url"]["url"]
    lapse(booking)

    def finish() -> None:
        sandbox.post(page.removeprefix(sandbox.url), {"outcome": "succeed"})

    with just_before("payments.stripe_gateway.cancel", finish) as rival:
        reconcile()

    assert rival == [None]
    assert (status_of(booking), attempt_of(booking).status) == ("expired", "voided")
    [intent] = charges(sandbox, booking)
    assert (intent["status"], intent["amount_received"]) == ("canceled", 0)
    assert broken() == {}
