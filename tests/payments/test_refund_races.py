"""F73: refunds against each other, the door and the capture, on real threads; one of them wins."""

from collections.abc import Callable
from typing import Any

import pytest

from bookings.models import Admission, Booking, BookingLine
from events.publishing import cancel_event
from payments import refunds, settlement
from payments.event_refunds import work_off_event_refunds
from payments.models import PaymentAttempt, Refund
from payments.refunds import refund_booking
from payments.ticket_returns import refund_tickets, return_by_fan
from tests.payments.helpers import Killed, attempt_of, pay, status_of
from tests.payments.sums import accounts_of, broken, returned
from tests.races.interleaving import at_once, codes, in_thread, just_before
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core import chaos
from ticketmaster.core.errors import DomainError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 5


def first_ticket(booking: Booking) -> int:
    return BookingLine.objects.filter(booking=booking).earliest("pk").ticket_id


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
