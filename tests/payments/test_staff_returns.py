"""Staff take tickets back at will, keep the fees or not, and give amounts for goodwill."""

import pytest

from bookings.errors import BookingNotReleasable
from bookings.models import Admission, Booking
from payments.errors import NothingToRefund, RefundNotAllowed
from payments.models import Refund
from payments.refunds import refund_booking
from payments.ticket_returns import refund_amount, refund_tickets
from tests.payments.helpers import (
    admissions,
    attempt_of,
    give_back,
    pay,
    set_terms,
    status_of,
    tickets_on,
)
from tests.payments.sums import accounts_of, broken, parts, state
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_kept_fee_stays_when_staff_return_the_rest(booking: Booking, staff: User) -> None:
    set_terms(booking, rule="less_fees", hours=24, text="")
    pay(booking)
    give_back(booking, tickets_on(booking)[0])

    refund = refund_booking(booking_id=booking.pk, actor_id=staff.pk)

    assert refund is not None
    assert parts(refund) == (4500, 4000, 400, 100, 0)
    assert attempt_of(booking).status == "refunded"
    assert accounts_of(booking) == {"stripe": 400, "fee": -400}
    assert broken() == {}


def test_staff_take_a_used_ticket_back_and_keep_the_fee(booking: Booking, staff: User) -> None:
    pay(booking)
    first, _ = tickets_on(booking)
    Admission.objects.filter(ticket=first).update(status="used")

    refund = refund_tickets(
        booking_id=booking.pk,
        ticket_ids=[first],
        actor_id=staff.pk,
        reason="fainted",
        keeps_fees=True,
    )

    assert refund is not None
    assert parts(refund) == (4100, 4000, 0, 100, 400)
    assert (admissions(booking), status_of(booking)) == (["void", "valid"], "confirmed")
    assert accounts_of(booking) == {"stripe": 4900, "face": -4000, "fee": -800, "tax": -100}
    created = AuditRecord.objects.get(subject="refund", action="refund created")
    assert (created.actor_id, created.details["reason"]) == (staff.pk, "fainted")
    assert broken() == {}


def test_staff_give_an_amount_and_the_tickets_stay(booking: Booking, staff: User) -> None:
    pay(booking)

    refund = refund_amount(
        booking_id=booking.pk, amount_minor=8500, actor_id=staff.pk, reason="no sound"
    )

    assert (refund.kind, refund.status) == ("goodwill", "succeeded")
    assert parts(refund) == (8500, 8000, 300, 200, 0)
    assert (admissions(booking), status_of(booking)) == (["valid", "valid"], "confirmed")
    assert accounts_of(booking) == {"stripe": 500, "fee": -500}
    assert broken() == {}


def test_tickets_bring_back_no_more_than_goodwill_has_left(booking: Booking, staff: User) -> None:
    pay(booking)
    refund_amount(booking_id=booking.pk, amount_minor=1000, actor_id=staff.pk, reason="")

    give_back(booking)

    last = Refund.objects.latest("pk")
    assert parts(last) == (8000, 7000, 800, 200, 1000)
    assert attempt_of(booking).status == "refunded"
    assert accounts_of(booking) == {}
    assert broken() == {}


@pytest.mark.parametrize("amount", [0, -1, 9001, 10**15])
def test_more_than_was_paid_cannot_go_back(booking: Booking, staff: User, amount: int) -> None:
    pay(booking)
    before = state(booking)

    with pytest.raises(RefundNotAllowed):
        refund_amount(booking_id=booking.pk, amount_minor=amount, actor_id=staff.pk, reason="")

    assert state(booking) == before


def test_a_ticket_whose_money_is_all_back_is_not_taken_for_nothing(
    booking: Booking, staff: User
) -> None:
    pay(booking)
    refund_amount(booking_id=booking.pk, amount_minor=9000, actor_id=staff.pk, reason="")
    before = state(booking)

    with pytest.raises(NothingToRefund):
        give_back(booking)

    assert state(booking) == before


def test_staff_cannot_take_tickets_of_a_hold(booking: Booking, staff: User) -> None:
    with pytest.raises(BookingNotReleasable):
        refund_tickets(booking_id=booking.pk, ticket_ids=tickets_on(booking), actor_id=staff.pk)

    assert status_of(booking) == "reserved"
