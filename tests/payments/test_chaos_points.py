"""The borders that the crash tests and the kill harness name are the ones a payment passes."""

import pytest

from bookings.models import Booking
from payments.chaos_points import PHASE_BORDERS, REFUND_BORDERS
from payments.refunds import refund_booking
from tests.payments.helpers import pay
from ticketmaster.core import chaos

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_payment_passes_each_of_the_twelve_borders_once_and_in_order(booking: Booking) -> None:
    passed: list[str] = []
    chaos.handler = passed.append

    pay(booking)

    assert passed == list(PHASE_BORDERS)
    assert len(PHASE_BORDERS) == 12


def test_a_refund_passes_its_borders(booking: Booking) -> None:
    pay(booking)
    passed: list[str] = []
    chaos.handler = passed.append

    refund_booking(booking_id=booking.pk, actor_id=None, reason="test")

    assert passed == list(REFUND_BORDERS)
