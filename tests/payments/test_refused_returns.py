"""Returns that fans are refused: nothing changes, and the refusal says why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from bookings.models import Admission, Booking
from payments.errors import CaptureUnderWay, RefundNotAllowed
from payments.ticket_returns import return_by_fan
from tests.payments.conftest import Hold
from tests.payments.helpers import (
    give_back,
    pay,
    set_terms,
    status_of,
    tickets_on,
)
from tests.payments.sums import state
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core.errors import NotFound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("terms", "starts_in", "said"),
    [
        ({"rule": "none", "hours": 0, "text": ""}, "30 days", "without refunds"),
        ({"text": "Until a week before."}, "30 days", "without refunds"),
        ({"rule": "full", "hours": 24, "text": ""}, "86399 seconds", "is over"),
    ],
)
def test_the_terms_refuse_and_nothing_changes(
    booking: Booking, terms: dict[str, Any], starts_in: str, said: str
) -> None:
    pay(booking)
    set_terms(booking, **terms)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET starts_at = now() + %s::interval", [starts_in])
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match=said):
        give_back(booking)

    assert state(booking) == before


def test_a_ticket_comes_back_once(booking: Booking) -> None:
    pay(booking)
    first, second = tickets_on(booking)
    give_back(booking, first)
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match="given back already"):
        give_back(booking, first)
    with pytest.raises(RefundNotAllowed, match="given back already"):
        give_back(booking, first, second)

    assert state(booking) == before


def test_a_refunded_booking_is_not_refunded_again(booking: Booking) -> None:
    pay(booking)
    give_back(booking)
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match="refunded already"):
        give_back(booking)

    assert state(booking) == before


def test_a_hold_is_not_refunded(booking: Booking) -> None:
    with pytest.raises(RefundNotAllowed, match="held, not paid"):
        give_back(booking)

    assert status_of(booking) == "reserved"


def test_a_used_ticket_stays_used_for_its_fan(booking: Booking) -> None:
    pay(booking)
    Admission.objects.filter(line=booking.lines.first()).update(status="used")
    before = state(booking)

    with pytest.raises(RefundNotAllowed, match="used at the door"):
        give_back(booking)

    assert state(booking) == before


def test_somebody_elses_ticket_is_not_on_the_booking(
    booking: Booking, hold: Hold, other_fan: User
) -> None:
    theirs = hold(1, user=other_fan)
    pay(booking)
    pay(theirs)
    before = state(booking)

    with pytest.raises(NotFound):
        give_back(booking, tickets_on(theirs)[0])
    with pytest.raises(NotFound):
        return_by_fan(user_id=other_fan.pk, reference=booking.reference)

    assert state(booking) == before


def test_while_stripe_is_away_a_pending_capture_refuses_the_refund(
    booking: Booking, die_at: Callable[[str], None], sandbox: Sandbox
) -> None:
    die_at("before_E")
    with pytest.raises(BaseException, match="before_E"):
        pay(booking)
    sandbox.chaos(outage_seconds=3600)
    before = state(booking)

    with pytest.raises(CaptureUnderWay):
        give_back(booking)

    assert state(booking) == before
