"""Paying by card, from the hold to the ledger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.errors import BookingExpired, PaymentInProgress, TicketLimitReached
from bookings.models import Admission, Booking, BookingLine
from events.models import Event, Ticket
from payments.checkout import abandon_payment, confirm_booking
from payments.errors import (
    CardDeclined,
    PaymentMethodMissing,
    PaymentMethodRefused,
    TooManyDeclines,
)
from payments.models import LedgerEntry, PaymentAttempt
from tests.factories import UserFactory
from tests.payments.conftest import Hold
from tests.payments.helpers import (
    DECLINED,
    THREE_D_SECURE,
    attempt_of,
    charges,
    finish_3ds,
    go_on,
    lapse,
    pay,
    status_of,
)
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core.errors import NotFound
from ticketmaster.core.models import AuditRecord, OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_good_card_confirms_captures_and_is_in_the_ledger(
    booking: Booking, sandbox: Sandbox
) -> None:
    result = pay(booking)

    assert result.booking.status == Booking.Status.CONFIRMED
    assert result.attempt is None
    attempt = PaymentAttempt.objects.get()
    assert (attempt.status, attempt.amount_minor) == ("captured", 9000)
    intent = sandbox.get(f"/v1/payment_intents/{attempt.intent_id}")
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 9000)
    assert intent["metadata"]["booking"] == booking.reference
    assert Ticket.objects.filter(booking=booking, status="sold").count() == 2
    assert Admission.objects.filter(line__booking=booking, status="valid").count() == 2
    entries = LedgerEntry.objects.filter(booking=booking).values_list("account", "amount_minor")
    assert dict(entries) == {"stripe": 9000, "face": -8000, "fee": -800, "tax": -200}


def test_every_step_of_an_attempt_is_in_the_audit_trail(booking: Booking) -> None:
    pay(booking)

    trail = AuditRecord.objects.filter(subject="attempt").order_by("pk")
    steps = list(trail.values_list("after", flat=True))
    assert steps == ["created", "sent", "authorised", "captured"]


def test_confirming_a_confirmed_booking_charges_nothing(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking)

    again = pay(booking, "pm_card_mastercard")

    assert again.booking.status == Booking.Status.CONFIRMED
    assert len(charges(sandbox, booking)) == 1


def test_a_declined_card_keeps_the_hold_and_another_one_pays(
    booking: Booking, sandbox: Sandbox
) -> None:
    with pytest.raises(CardDeclined) as refused:
        pay(booking, DECLINED)

    assert refused.value.data == {
        "decline_code": "generic_decline",
        "booking": booking.reference,
    }
    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "declined")
    assert Ticket.objects.filter(booking=booking, status="reserved").count() == 2
    assert not LedgerEntry.objects.exists()

    assert pay(booking).booking.status == Booking.Status.CONFIRMED
    taken = [intent["amount_received"] for intent in charges(sandbox, booking)]
    assert sorted(taken) == [0, 9000]


def test_going_on_after_a_decline_says_again_that_it_was_declined(booking: Booking) -> None:
    with pytest.raises(CardDeclined):
        pay(booking, "pm_card_visa_chargeDeclinedInsufficientFunds")

    with pytest.raises(CardDeclined) as refused:
        go_on(booking)

    assert refused.value.data["decline_code"] == "insufficient_funds"


def test_going_on_with_nothing_asks_for_a_method(booking: Booking) -> None:
    with pytest.raises(PaymentMethodMissing):
        go_on(booking)

    assert status_of(booking) == "reserved"


def test_an_unknown_payment_method_is_the_callers_mistake(booking: Booking) -> None:
    with pytest.raises(PaymentMethodRefused):
        pay(booking, "pm_nobody_knows")

    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "voided")


def test_3ds_waits_for_the_fan_and_then_confirms(booking: Booking, sandbox: Sandbox) -> None:
    waiting = pay(booking, THREE_D_SECURE)

    assert waiting.attempt is not None
    assert waiting.attempt.status == "requires_action"
    assert waiting.attempt.client_secret.startswith(waiting.attempt.intent_id + "_secret_")
    assert (status_of(booking), go_on(booking).attempt) == ("paying", waiting.attempt)

    finish_3ds(sandbox, waiting, "succeed")

    assert go_on(booking).booking.status == Booking.Status.CONFIRMED
    assert attempt_of(booking).status == "captured"


def test_a_failed_3ds_is_a_decline_and_its_intent_can_never_be_paid(
    booking: Booking, sandbox: Sandbox
) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "fail")

    with pytest.raises(CardDeclined) as refused:
        go_on(booking)

    assert refused.value.data["decline_code"] == "payment_intent_authentication_failure"
    assert (status_of(booking), attempt_of(booking).status) == ("reserved", "declined")
    assert [intent["status"] for intent in charges(sandbox, booking)] == ["canceled"]
    with pytest.raises(CardDeclined):
        go_on(booking)


def test_another_card_during_3ds_is_refused_and_the_same_one_goes_on(booking: Booking) -> None:
    waiting = pay(booking, THREE_D_SECURE)

    with pytest.raises(PaymentInProgress):
        pay(booking, "pm_card_visa")

    assert pay(booking, THREE_D_SECURE).attempt == waiting.attempt


def test_a_fan_can_stop_3ds_and_pay_with_another_card(booking: Booking, sandbox: Sandbox) -> None:
    pay(booking, THREE_D_SECURE)
    assert booking.user_id is not None

    stopped = abandon_payment(user_id=booking.user_id, reference=booking.reference)

    assert (stopped.status, attempt_of(booking).status) == ("reserved", "voided")
    assert pay(booking).booking.status == Booking.Status.CONFIRMED
    assert sorted(i["status"] for i in charges(sandbox, booking)) == ["canceled", "succeeded"]


def test_stopping_after_the_bank_said_yes_confirms(booking: Booking, sandbox: Sandbox) -> None:
    waiting = pay(booking, THREE_D_SECURE)
    finish_3ds(sandbox, waiting, "succeed")
    assert booking.user_id is not None

    stopped = abandon_payment(user_id=booking.user_id, reference=booking.reference)

    assert stopped.status == "confirmed"
    assert [intent["status"] for intent in charges(sandbox, booking)] == ["succeeded"]


def test_a_lapsed_hold_is_expired_and_nothing_is_asked_of_stripe(
    booking: Booking, sandbox: Sandbox
) -> None:
    lapse(booking)

    with pytest.raises(BookingExpired):
        pay(booking)
    with pytest.raises(BookingExpired):
        go_on(booking)

    assert charges(sandbox, booking) == []
    assert not PaymentAttempt.objects.exists()


def test_somebody_elses_booking_is_not_found(booking: Booking, other_fan: User) -> None:
    with pytest.raises(NotFound):
        confirm_booking(
            user_id=other_fan.pk, reference=booking.reference, payment_method="pm_card_visa"
        )

    assert status_of(booking) == "reserved"


def test_paying_extends_the_hold_once(booking: Booking) -> None:
    with pytest.raises(CardDeclined):
        pay(booking, DECLINED)

    later = Booking.objects.get(pk=booking.pk)
    assert later.expires_at == booking.created_at + timedelta(seconds=900)
    with pytest.raises(CardDeclined):
        pay(booking, DECLINED)
    assert Booking.objects.get(pk=booking.pk).expires_at == later.expires_at


def test_after_five_declines_a_booking_takes_no_more_cards(booking: Booking) -> None:
    for _ in range(5):
        with pytest.raises(CardDeclined):
            pay(booking, DECLINED)

    with pytest.raises(TooManyDeclines) as refused:
        pay(booking)

    assert refused.value.retry_after is not None
    assert 800 < refused.value.retry_after <= 901
    assert status_of(booking) == "reserved"


def test_after_ten_declines_in_an_hour_a_fan_waits(hold: Hold, fan: User) -> None:
    third = hold(1)
    for booking, times in ((hold(1), 4), (hold(1), 4), (third, 2)):
        PaymentAttempt.objects.bulk_create(
            PaymentAttempt(booking=booking, status="declined", amount_minor=1, currency="USD")
            for _ in range(times)
        )

    with pytest.raises(TooManyDeclines):
        pay(third)

    PaymentAttempt.objects.filter(booking=third).update(
        changed_at=timezone.now() - timedelta(hours=2)
    )
    assert pay(third).booking.status == Booking.Status.CONFIRMED


def test_one_card_cannot_buy_more_than_one_person_may(
    event: Event, hold: Hold, sandbox: Sandbox
) -> None:
    sandbox.chaos(card_fingerprint="the-same-card")
    first, second = hold(5, user=UserFactory.create()), hold(5, user=UserFactory.create())
    assert event.max_tickets_per_person == 8
    pay(first)

    with pytest.raises(TicketLimitReached):
        pay(second)

    assert (status_of(second), attempt_of(second).status) == ("reserved", "voided")
    assert charges(sandbox, second)[0]["status"] == "canceled"


def test_a_free_booking_is_confirmed_without_stripe(booking: Booking, sandbox: Sandbox) -> None:
    BookingLine.objects.filter(booking=booking).update(face_minor=0, fee_minor=0, tax_minor=0)
    Booking.objects.filter(pk=booking.pk).update(total_minor=0)

    result = go_on(booking)

    assert result.booking.status == Booking.Status.CONFIRMED
    assert charges(sandbox, booking) == []
    assert not LedgerEntry.objects.exists()


def test_the_sale_and_its_mail_are_one_transaction(booking: Booking) -> None:
    pay(booking)

    keys = OutboxMessage.objects.filter(topic="mail.booking_confirmed")
    assert [message.payload for message in keys] == [{"booking": booking.pk}]
