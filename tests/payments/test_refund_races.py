"""F73: refunds against each other and against the door, on real threads; one of them wins.

The last test takes every guard away and shows the money going twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bookings import cancellation
from bookings.models import Admission, Booking, BookingLine
from events.models import Ticket
from events.publishing import cancel_event
from payments import refund_planning, refunds, settlement, ticket_returns
from payments.event_refunds import work_off_event_refunds
from payments.models import PaymentAttempt, Refund
from payments.refunds import refund_booking, try_again
from payments.ticket_returns import refund_amount, refund_tickets, return_by_fan
from tests.payments.helpers import Killed, attempt_of, pay, status_of
from tests.payments.sums import accounts_of, broken
from tests.races.interleaving import at_once, in_thread, just_before
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core import chaos
from ticketmaster.core.errors import DomainError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 5


def codes(outcomes: list[Any]) -> list[str]:
    """`done`, or the code of the refusal."""
    return sorted(getattr(outcome, "code", "done") for outcome in outcomes)


def first_ticket(booking: Booking) -> int:
    return BookingLine.objects.filter(booking=booking).earliest("pk").ticket_id


def returned(sandbox: Sandbox, booking: Booking) -> int:
    """What has gone back at Stripe."""
    found = sandbox.get(f"/v1/refunds?payment_intent={attempt_of(booking).intent_id}")["data"]
    return sum(refund["amount"] for refund in found)


def give_back(booking: Booking) -> Callable[[], Booking]:
    return lambda: return_by_fan(user_id=booking.user_id, reference=booking.reference)


def scan(booking: Booking) -> bool:
    """What the door does: valid becomes used by compare-and-set, once."""
    rows = Admission.objects.filter(line__booking=booking, status="valid")
    first = Admission.objects.filter(ticket=first_ticket(booking), line__booking=booking).get()
    return bool(rows.filter(pk=first.pk).update(status="used"))


def test_fan_and_staff_at_once_send_the_money_once(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)

    outcomes = at_once(
        [give_back(booking), give_back(booking)]
        + [lambda: refund_booking(booking_id=booking.pk, actor_id=staff.pk)] * 2
    )

    assert Refund.objects.count() == 1
    assert returned(sandbox, booking) == 9000
    assert set(codes(outcomes)) <= {"done", "refund_not_allowed"}
    assert (status_of(booking), accounts_of(booking)) == ("refunded", {})
    assert broken() == {}


def test_amounts_and_tickets_at_once_never_exceed_what_was_paid(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)

    def give_amount() -> Refund:
        return refund_amount(booking_id=booking.pk, amount_minor=5000, actor_id=staff.pk, reason="")

    outcomes = at_once([give_amount, give_amount, give_amount])

    assert codes(outcomes) == ["done", "refund_not_allowed", "refund_not_allowed"]
    assert returned(sandbox, booking) == 5000
    assert broken() == {}


def test_each_ticket_comes_back_once_however_many_ask(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)
    tickets = list(booking.lines.values_list("ticket_id", flat=True))

    def take(ticket_id: int) -> Callable[[], Any]:
        return lambda: refund_tickets(
            booking_id=booking.pk, ticket_ids=[ticket_id], actor_id=staff.pk
        )

    outcomes = at_once([take(ticket) for ticket in tickets * 2])

    assert codes(outcomes).count("done") == 2
    assert returned(sandbox, booking) == 9000
    assert (status_of(booking), attempt_of(booking).status) == ("refunded", "refunded")
    assert broken() == {}


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_the_door_and_a_refund_at_once_let_one_of_them_win(
    booking: Booking, sandbox: Sandbox, round_number: int
) -> None:
    pay(booking)

    let_in, refund = at_once([lambda: scan(booking), give_back(booking)])

    if let_in is True:
        assert refund.code == "refund_not_allowed"
        assert (status_of(booking), returned(sandbox, booking)) == ("confirmed", 0)
    else:
        assert (status_of(booking), returned(sandbox, booking)) == ("refunded", 9000)
    assert broken() == {}


def test_a_scan_after_the_refund_looked_undoes_the_refund(
    booking: Booking, sandbox: Sandbox
) -> None:
    """The exact interleaving: the admission was valid when read and is used when written."""
    pay(booking)

    with (
        just_before("payments.ticket_returns.take_back", lambda: scan(booking)) as door,
        pytest.raises(Exception, match="used or taken back just now"),
    ):
        give_back(booking)()

    assert door == [True]
    assert (status_of(booking), returned(sandbox, booking)) == ("confirmed", 0)
    assert sorted(Admission.objects.values_list("status", flat=True)) == ["used", "valid"]
    assert not Refund.objects.exists()
    assert broken() == {}


def test_a_refund_after_the_scan_looked_keeps_the_door_shut(booking: Booking) -> None:
    pay(booking)
    give_back(booking)()

    assert scan(booking) is False
    assert set(Admission.objects.values_list("status", flat=True)) == {"void"}


def test_money_that_is_taken_while_its_booking_is_cancelled_goes_back(
    booking: Booking, sandbox: Sandbox, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel_before_it_is_written(point: str) -> None:
        if point == "before_F":
            chaos.handler = None
            in_thread(lambda: refund_booking(booking_id=booking.pk, actor_id=staff.pk))

    monkeypatch.setattr(chaos, "handler", cancel_before_it_is_written)
    with pytest.raises(DomainError):
        pay(booking)

    assert returned(sandbox, booking) == 9000
    assert (status_of(booking), accounts_of(booking)) == ("refunded", {})
    assert broken() == {}


@pytest.fixture
def captured_meanwhile(
    booking: Booking, die_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> Booking:
    """Sold, its money taken: that is written down while whoever refunds has read the attempt."""
    die_at("before_F")
    with pytest.raises(Killed):
        pay(booking)
    attempt = attempt_of(booking)
    read = refunds.live_attempt_of

    def read_then_captured(booking_id: int) -> PaymentAttempt | None:
        found = read(booking_id)
        if attempt_of(booking).captured_at is None:
            in_thread(lambda: settlement._store_capture(attempt))
        return found

    monkeypatch.setattr(refunds, "live_attempt_of", read_then_captured)
    return booking


def test_money_that_is_written_down_while_its_booking_is_cancelled_goes_back(
    captured_meanwhile: Booking, sandbox: Sandbox, staff: User
) -> None:
    refund_booking(booking_id=captured_meanwhile.pk, actor_id=staff.pk)

    assert returned(sandbox, captured_meanwhile) == 9000
    assert (status_of(captured_meanwhile), accounts_of(captured_meanwhile)) == ("refunded", {})
    assert broken() == {}


def test_money_that_is_written_down_while_its_event_is_cancelled_goes_back(
    captured_meanwhile: Booking, sandbox: Sandbox
) -> None:
    cancel_event(event_id=captured_meanwhile.event_id, reason="ill")

    assert work_off_event_refunds() == 1

    assert returned(sandbox, captured_meanwhile) == 9000
    assert (status_of(captured_meanwhile), accounts_of(captured_meanwhile)) == ("refunded", {})
    assert broken() == {}


def test_a_failed_refund_is_tried_again_once(
    booking: Booking, sandbox: Sandbox, staff: User
) -> None:
    pay(booking)
    sandbox.chaos(outage_seconds=3600)
    refund = refund_booking(booking_id=booking.pk)
    assert refund is not None
    Refund.objects.update(status="failed")
    sandbox.calm()

    outcomes = at_once([lambda: try_again(refund_id=refund.pk, actor_id=staff.pk)] * 3)

    assert codes(outcomes) == ["done", "refund_not_allowed", "refund_not_allowed"]
    assert returned(sandbox, booking) == 9000
    assert (attempt_of(booking).status, accounts_of(booking)) == ("refunded", {})
    assert broken() == {}


def test_the_database_itself_refuses_more_than_was_captured(booking: Booking) -> None:
    pay(booking)
    refund_booking(booking_id=booking.pk)

    with pytest.raises(IntegrityError, match="exceed what was captured"), transaction.atomic():
        Refund.objects.create(
            attempt=attempt_of(booking), amount_minor=1, face_minor=1, currency="USD"
        )


def insert_half(booking: Booking) -> Callable[[], Any]:
    """A refund row of 60.00 without any lock of ours, its transaction kept open for a moment."""

    def act() -> bool:
        with transaction.atomic():
            Refund.objects.create(
                attempt=attempt_of(booking), amount_minor=6000, face_minor=6000, currency="USD"
            )
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.2)")
        return True

    return act


def test_the_database_counts_refunds_that_are_written_at_the_same_moment(
    booking: Booking,
) -> None:
    pay(booking)

    outcomes = at_once([insert_half(booking)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "bool"]
    assert Refund.objects.get().amount_minor == 6000


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No event, booking, ticket and attempt locks, no compare-and-set, no trigger.

    Both refunds meet after they have read what is left and before either has written.
    """
    meeting = Barrier(2)

    def unlocked(booking_id: int) -> cancellation.Locked:
        booking = Booking.objects.get(pk=booking_id)
        lines = cancellation.live_lines(booking_id)
        return cancellation.Locked(
            booking, list(Ticket.objects.filter(booking=booking)), lines, booking.created_at
        )

    def meet_and_plan(attempt_id: int, **wanted: Any) -> Refund:
        attempt = PaymentAttempt.objects.get(pk=attempt_id)
        left = refund_planning.ledger.parts_left(attempt)
        parts = refund_planning.split(wanted["amount_minor"], left)
        meeting.wait(60)
        return refund_planning._write(
            attempt, parts, kind="goodwill", reason="", actor_id=wanted["actor_id"]
        )

    monkeypatch.setattr(ticket_returns, "lock_for_return", unlocked)
    monkeypatch.setattr(ticket_returns, "waiting_at_most", nullcontext)
    monkeypatch.setattr(ticket_returns, "plan_goodwill", meet_and_plan)
    with trigger_off():
        yield


@contextmanager
def trigger_off() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_refund DISABLE TRIGGER refunds_within_capture")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_refund ENABLE TRIGGER refunds_within_capture")


def test_without_its_guards_more_goes_back_than_was_paid(
    booking: Booking, staff: User, unguarded: None
) -> None:
    """The negative control: Stripe alone would stand between us and the second refund."""
    pay(booking)

    at_once(
        [
            lambda: refund_amount(
                booking_id=booking.pk, amount_minor=6000, actor_id=staff.pk, reason=""
            )
        ]
        * 2
    )

    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 12000
    assert sorted(Refund.objects.values_list("status", flat=True)) == ["failed", "succeeded"]
