"""From held to sold and back: what paying does to a booking, without any payment."""

import pytest

from bookings.cancellation import cancel_confirmed
from bookings.confirmation import (
    claim_for_payment,
    confirm_free,
    mark_needs_attention,
    return_to_reserved,
    sell_tickets,
)
from bookings.errors import (
    BookingExpired,
    BookingNotPayable,
    BookingNotReleasable,
    PaymentInProgress,
    TicketsLost,
)
from bookings.expiry import release_lapsed_holds
from bookings.holds import extend_hold, hold_tickets, release_hold
from bookings.models import Admission, Booking
from events.models import Event, Ticket
from events.publishing import cancel_event
from tests.bookings.helpers import forget_ticket_locks, ids, lapse, states
from tests.factories import on_sale_event
from ticketmaster.accounts.models import User
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(event: Event, fan: User) -> Booking:
    """Two tickets held by `fan`."""
    return hold_tickets(user=fan, ticket_ids=ids(event, 2))


def status_of(booking: Booking) -> str:
    return Booking.objects.values_list("status", flat=True).get(pk=booking.pk)


def test_paying_extends_the_hold_once(booking: Booking) -> None:
    claimed = claim_for_payment(booking_id=booking.pk)

    assert claimed.status == Booking.Status.PAYING
    assert (claimed.expires_at - claimed.created_at).total_seconds() == 900
    assert set(Ticket.objects.filter(booking=booking).values_list("reserved_until", flat=True)) == {
        claimed.expires_at
    }


def test_paying_does_not_extend_a_hold_twice(booking: Booking, fan: User) -> None:
    extended = extend_hold(user_id=fan.pk, reference=booking.reference)

    claimed = claim_for_payment(booking_id=booking.pk)

    assert claimed.expires_at == extended.expires_at


def test_selling_makes_admissions_and_a_trail(booking: Booking, event: Event) -> None:
    claim_for_payment(booking_id=booking.pk)

    sold = sell_tickets(booking_id=booking.pk)

    assert sold.status == Booking.Status.CONFIRMED
    assert states(event) == {"sold": 2, "available": 18}
    codes = Admission.objects.filter(line__booking=booking, status="valid")
    assert len({admission.code for admission in codes}) == 2
    assert all(len(admission.code) >= 22 for admission in codes)
    trail = AuditRecord.objects.filter(subject="booking", subject_id=booking.pk).order_by("pk")
    assert [(row.before, row.after) for row in trail] == [
        ("", "reserved"),
        ("reserved", "paying"),
        ("paying", "confirmed"),
    ]


def test_selling_twice_sells_once(booking: Booking) -> None:
    claim_for_payment(booking_id=booking.pk)

    for _ in range(2):
        assert sell_tickets(booking_id=booking.pk).status == "confirmed"

    assert Admission.objects.count() == 2


def test_a_paying_booking_is_sold_whatever_the_hour(booking: Booking) -> None:
    claim_for_payment(booking_id=booking.pk)
    lapse(booking)

    assert sell_tickets(booking_id=booking.pk).status == "confirmed"


def test_a_lapsed_hold_cannot_begin_to_pay(booking: Booking) -> None:
    lapse(booking)

    with pytest.raises(BookingExpired):
        claim_for_payment(booking_id=booking.pk)

    assert status_of(booking) == "reserved"


def test_a_hold_that_was_taken_over_cannot_begin_to_pay(
    booking: Booking, event: Event, other_fan: User
) -> None:
    lapse(booking)
    wanted = ids(event, 2)
    forget_ticket_locks(wanted, booking)
    hold_tickets(user=other_fan, ticket_ids=wanted)

    with pytest.raises(BookingExpired):
        claim_for_payment(booking_id=booking.pk)


def test_a_second_payment_waits_for_the_first(booking: Booking) -> None:
    claim_for_payment(booking_id=booking.pk)

    with pytest.raises(PaymentInProgress):
        claim_for_payment(booking_id=booking.pk)


def test_a_booking_that_was_given_back_cannot_be_paid(booking: Booking, fan: User) -> None:
    release_hold(user_id=fan.pk, reference=booking.reference)

    with pytest.raises(BookingNotPayable):
        claim_for_payment(booking_id=booking.pk)


def test_a_cancelled_event_takes_no_payment(booking: Booking, event: Event) -> None:
    cancel_event(event_id=event.pk)

    with pytest.raises(BookingNotPayable):
        claim_for_payment(booking_id=booking.pk)


def test_late_money_gets_the_same_seats_while_they_are_free(booking: Booking) -> None:
    lapse(booking)
    release_lapsed_holds()

    assert sell_tickets(booking_id=booking.pk).status == "confirmed"


def test_late_money_gets_nothing_once_the_seats_are_anothers(
    booking: Booking, event: Event, other_fan: User
) -> None:
    lapse(booking)
    release_lapsed_holds()
    forget_ticket_locks(ids(event, 2), booking)
    rival = hold_tickets(user=other_fan, ticket_ids=ids(event, 1))

    with pytest.raises(TicketsLost):
        sell_tickets(booking_id=booking.pk)

    assert status_of(booking) == "expired"
    assert Ticket.objects.filter(booking=rival, status="reserved").count() == 1
    assert Admission.objects.count() == 0


def test_money_for_a_cancelled_event_gets_nothing(booking: Booking, event: Event) -> None:
    claim_for_payment(booking_id=booking.pk)
    cancel_event(event_id=event.pk)

    with pytest.raises(TicketsLost):
        sell_tickets(booking_id=booking.pk)

    assert Admission.objects.count() == 0


def test_a_decline_returns_the_booking_while_the_hold_lasts(booking: Booking) -> None:
    claim_for_payment(booking_id=booking.pk)

    assert return_to_reserved(booking_id=booking.pk).status == "reserved"
    assert claim_for_payment(booking_id=booking.pk).status == "paying"


def test_a_decline_after_the_end_frees_the_seats(booking: Booking, event: Event) -> None:
    claim_for_payment(booking_id=booking.pk)
    lapse(booking)

    assert return_to_reserved(booking_id=booking.pk).status == "expired"
    assert states(event) == {"available": 20}


def test_a_free_booking_needs_no_payment(fan: User) -> None:
    event = on_sale_event(prices={"Stalls": 0})
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))

    for _ in range(2):
        confirmed = confirm_free(user_id=fan.pk, reference=booking.reference)
        assert confirmed.status == "confirmed"

    assert Admission.objects.count() == 2


def test_a_booking_with_a_price_is_not_free(booking: Booking, fan: User) -> None:
    with pytest.raises(InvalidInput):
        confirm_free(user_id=fan.pk, reference=booking.reference)

    assert status_of(booking) == "reserved"


def test_cancelling_voids_the_admissions_and_frees_the_seats(
    booking: Booking, event: Event, staff: User
) -> None:
    claim_for_payment(booking_id=booking.pk)
    sell_tickets(booking_id=booking.pk)

    for _ in range(2):
        assert cancel_confirmed(booking_id=booking.pk, actor_id=staff.pk).status == "refunded"

    assert set(Admission.objects.values_list("status", flat=True)) == {"void"}
    assert states(event) == {"available": 20}


def test_a_hold_is_not_cancelled_as_if_it_were_sold(booking: Booking) -> None:
    with pytest.raises(BookingNotReleasable):
        cancel_confirmed(booking_id=booking.pk)

    assert status_of(booking) == "reserved"


def test_a_booking_for_staff_keeps_its_tickets(booking: Booking, event: Event) -> None:
    claim_for_payment(booking_id=booking.pk)
    sell_tickets(booking_id=booking.pk)

    mark_needs_attention(booking_id=booking.pk, reason="capture refused")

    assert status_of(booking) == "needs_attention"
    assert states(event) == {"sold": 2, "available": 18}
