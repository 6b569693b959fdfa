"""Generated stories of holds, payments, refunds and bad luck, with every invariant after each step.

Real Postgres, the real sandbox, time passed by moving rows. STATE_MACHINE_EXAMPLES asks for more
stories than CI has time for; those are new ones each time, and a failure prints its own.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from bookings.expiry import release_lapsed_holds
from bookings.holds import extend_hold, hold_tickets, release_hold
from bookings.models import Admission, Booking
from payments import ledger
from payments.checkout import abandon_payment
from payments.inbox import process_due_events
from payments.models import Refund, StripeEvent
from payments.reconciler import reconcile
from payments.refunds import refund_booking
from payments.ticket_returns import return_by_fan
from tests.conftest import forget_redis_keys
from tests.factories import UserFactory, on_sale_event, tickets_of
from tests.payments.helpers import DECLINED, THREE_D_SECURE, VISA, age, go_on, lapse, pay, send
from tests.payments.witness import broken, money_at, owners
from tests.sandbox.process import Sandbox
from tests.sandbox.receiver import Receiver, wait_for
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import DomainError

EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "14"))
STEPS = 20
SEATS = 6
OWNED = frozenset({"confirmed", "needs_attention"})
Status = Booking.Status


class Story(RuleBasedStateMachine):
    """Three fans, six seats, one till. `sandbox` and `post` are set by the test."""

    sandbox: Sandbox
    post: Receiver
    reached: set[str]
    bookings = Bundle("bookings")

    @initialize()
    def open_the_sale(self) -> None:
        forget_redis_keys()
        self.post.clear()
        event = on_sale_event(rows="A", seats_per_row=SEATS)
        self.seats = [ticket.pk for ticket in tickets_of(event)]
        self.fans = [UserFactory.create() for _ in range(3)]
        self.made: list[Booking] = []
        self.challenges: dict[int, str] = {}
        self.heard = 0
        self.broken_before = broken()  # by a story of the control that was told before

    @rule(
        target=bookings,
        fan=st.integers(0, 2),
        seats=st.lists(st.integers(0, SEATS - 1), min_size=1, max_size=3, unique=True),
    )
    def hold(self, fan: int, seats: list[int]) -> Any:
        wanted = [self.seats[seat] for seat in seats]
        free = not any(owners(wanted).values())
        booking = self._try(lambda: hold_tickets(user=self.fans[fan], ticket_ids=wanted))
        if booking is None:
            return multiple()
        assert free, "seats were held that somebody had"
        self.made.append(booking)
        return booking

    @rule(
        target=bookings,
        fan=st.integers(0, 2),
        seat=st.integers(0, SEATS - 1),
        method=st.sampled_from([VISA, DECLINED, THREE_D_SECURE]),
    )
    def hold_and_pay(self, fan: int, seat: int, method: str) -> Any:
        booking = self.hold(fan, [seat])
        if not isinstance(booking, Booking):
            return multiple()
        if method == THREE_D_SECURE:
            self.begin_3d_secure(booking)
        else:
            self._try(lambda: pay(booking, method))
        return booking

    @rule(booking=bookings)
    def time_passes(self, booking: Booking) -> None:
        if self._status(booking) in {Status.RESERVED, Status.PAYING}:
            lapse(booking)
            forget_redis_keys()  # the ticket lock ends with the hold, whose end was moved

    @rule(booking=bookings)
    def extend(self, booking: Booking) -> None:
        before = Booking.objects.get(pk=booking.pk)
        extended = self._try(
            lambda: extend_hold(user_id=self._owner(booking), reference=booking.reference)
        )
        assert not (extended and before.extended_at), "a hold was extended twice"

    @rule(booking=bookings)
    def give_back(self, booking: Booking) -> None:
        before = self._status(booking)
        released = self._try(
            lambda: release_hold(user_id=self._owner(booking), reference=booking.reference)
        )
        assert not (released and before in {Status.PAYING, Status.CONFIRMED})

    @rule(booking=bookings)
    def pay_by_visa(self, booking: Booking) -> None:
        payable = self._is_payable(booking)
        self._try(lambda: pay(booking, VISA))
        if payable:
            assert self._status(booking) == Status.CONFIRMED

    @rule(booking=bookings)
    def pay_by_a_card_that_is_declined(self, booking: Booking) -> None:
        payable = self._is_payable(booking)
        self._try(lambda: pay(booking, DECLINED))
        if payable:
            assert self._status(booking) == Status.RESERVED

    @rule(booking=bookings)
    def begin_3d_secure(self, booking: Booking) -> None:
        result = self._try(lambda: pay(booking, THREE_D_SECURE))
        if result and result.attempt:
            page = result.attempt.next_action["redirect_to_url"]["url"]
            self.challenges[booking.pk] = page.removeprefix(self.sandbox.url)

    @rule(booking=bookings, outcome=st.sampled_from(["succeed", "fail"]))
    def finish_3d_secure(self, booking: Booking, outcome: str) -> None:
        """On the bank's page; the site learns of it by another step, or never."""
        if booking.pk in self.challenges:
            self.sandbox.post(self.challenges.pop(booking.pk), {"outcome": outcome})

    @rule(booking=bookings)
    def go_on_with_the_payment(self, booking: Booking) -> None:
        self._try(lambda: go_on(booking))

    @rule(booking=bookings)
    def try_another_card(self, booking: Booking) -> None:
        self._try(
            lambda: abandon_payment(user_id=self._owner(booking), reference=booking.reference)
        )

    @rule(booking=bookings)
    def refund(self, booking: Booking) -> None:
        before = self._status(booking)
        self._try(lambda: refund_booking(booking_id=booking.pk))
        assert self._status(booking) == (Status.REFUNDED if before in OWNED else before)

    @rule()
    def refund_the_last_sale(self) -> None:
        sold = [booking for booking in self.made if self._status(booking) == Status.CONFIRMED]
        if sold:
            self.refund(sold[-1])

    @rule()
    def give_one_ticket_back(self) -> None:
        """Of the last sale, by the fan, for what that ticket cost."""
        tickets = Admission.objects.filter(line__booking__in=self.made, status="valid")
        last = tickets.select_related("line__booking").last()
        if last is not None:
            booking = last.line.booking
            self._try(
                lambda: return_by_fan(
                    user_id=self._owner(booking),
                    reference=booking.reference,
                    ticket_ids=[last.ticket_id],
                )
            )

    @rule()
    def sweep(self) -> None:
        release_lapsed_holds()

    @rule(seed=st.integers(0, 99))
    def the_post_comes(self, seed: int) -> None:
        """What Stripe has sent since the last time, in any order, one letter twice."""
        wait_for(lambda: self.sandbox.get("/_sandbox/health")["webhooks_waiting"] == 0)
        letters = list(self.post.deliveries)[self.heard :]
        self.heard += len(letters)
        if letters:
            letters.append(letters[0])
        random.Random(seed).shuffle(letters)
        for body, signature, _ in letters:
            assert send(body, signature) == 200
        StripeEvent.objects.filter(processed_at=None).update(due_at="2020-01-01T00:00Z")
        process_due_events()

    @rule()
    def reconcile_a_minute_later(self) -> None:
        for booking in self.made:
            age(booking, 100)
        Refund.objects.filter(attempt__booking__in=self.made).update(changed_at="2020-01-01T00:00Z")
        reconcile()

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken() == self.broken_before

    @invariant()
    def every_seat_has_one_owner(self) -> None:
        for seat, bookings in owners(self.seats).items():
            assert len(bookings) <= 1, (seat, bookings)

    @invariant()
    def stripe_has_what_was_sold_and_nothing_else(self) -> None:
        money, charged = money_at(self.sandbox, {one.reference for one in self.made})
        for booking in Booking.objects.filter(pk__in=[one.pk for one in self.made]):
            kept = money[booking.reference]
            self.reached.add(booking.status)
            if booking.status == Status.CONFIRMED:
                assert kept == self._worth(booking)
            elif booking.status in {Status.REFUNDED, Status.CANCELLED, Status.RESERVED}:
                assert kept == 0
            assert charged[booking.reference] <= 1

    def _worth(self, booking: Booking) -> int:
        """What its tickets cost that have not been given back."""
        live = booking.lines.filter(admissions__status__in=["valid", "used"])
        return sum(line.total_minor for line in live)

    def _status(self, booking: Booking) -> str:
        return Booking.objects.values_list("status", flat=True).get(pk=booking.pk)

    def _owner(self, booking: Booking) -> int:
        assert booking.user_id is not None
        return booking.user_id

    def _is_payable(self, booking: Booking) -> bool:
        """Reserved, not lapsed, and not after five declines."""
        held = Booking.objects.live_holds(database_now()).filter(
            pk=booking.pk, status=Status.RESERVED
        )
        return held.exists() and booking.attempts.count() < 5

    def _try(self, act: Callable[[], Any]) -> Any:
        """What it gives, or None for a refusal; anything else but a refusal is a bug."""
        try:
            return act()
        except DomainError:
            return None


def tell_stories(sandbox: Sandbox, webhooks: Receiver) -> set[str]:
    """Run them, and say what their bookings went through."""
    Story.sandbox, Story.post, Story.reached = sandbox, webhooks, set()
    generated = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize="STATE_MACHINE_EXAMPLES" not in os.environ,
        database=None,
        print_blob=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Story, settings=generated)
    return Story.reached


@pytest.mark.django_db(transaction=True)
def test_no_story_breaks_an_invariant(sandbox: Sandbox, webhooks: Receiver) -> None:
    """F08, F16 and more: hold, lapse, extend, pay, 3-D Secure, release and refund in any order."""
    reached = tell_stories(sandbox, webhooks)

    assert {"reserved", "confirmed", "refunded"} <= reached


@pytest.mark.django_db(transaction=True)
def test_a_till_that_forgets_its_ledger_is_caught(
    sandbox: Sandbox, webhooks: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: stories that cannot fail would prove nothing."""
    monkeypatch.setattr(ledger, "post_capture", lambda attempt: None)

    with pytest.raises(AssertionError, match="I4"):
        tell_stories(sandbox, webhooks)
