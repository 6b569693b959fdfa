"""What staff do with a booking's money: each step asks, then calls one domain function."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldBooleanWidget,
)

from bookings.cancellation import HELD_BY_BUYER, live_lines
from bookings.models import Booking
from bookings.occasion import place_text
from events.admin.event_forms import ReasonForm
from events.admin.fields import MoneyField
from events.models import Event, Ticket
from payments.attention import keep_tickets, open_questions, take_tickets_refunded_outside
from payments.event_refunds import Figures, approve, call_off, figures_of
from payments.models import EventRefund, Refund
from payments.refunds import refund_booking, try_again
from payments.ticket_returns import refund_amount, refund_tickets
from ticketmaster.core.admin.steps import Step, StepForm
from ticketmaster.core.money import format_money

MAY_REFUND = "bookings.change_booking"
MAY_CANCEL_EVENTS = "events.change_event"


def told(refund: Refund | None, done: str) -> str:
    """What was done, and where its money is."""
    if refund is None:
        return f"{done} No money had to go back."
    amount = format_money(refund.amount_minor, refund.currency)
    if refund.status == Refund.Status.SUCCEEDED:
        return f"{done} {amount} went back."
    return f"{done} {amount} is on its way back ({refund.status})."


class TicketsForm(StepForm):
    """Which of the booking's tickets."""

    tickets = forms.MultipleChoiceField(widget=UnfoldAdminCheckboxSelectMultipleWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["tickets"]
        field.choices = [
            (line.ticket_id, f"{place}, {format_money(line.total_minor, self.subject.currency)}")
            for line, place in _places(self.subject)
        ]

    def clean_tickets(self) -> list[int]:
        """Their ids."""
        return [int(ticket_id) for ticket_id in self.cleaned_data["tickets"]]


class RefundTicketsForm(TicketsForm, ReasonForm):
    """Which tickets, whether the fee stays, and why."""

    keep_fees = forms.BooleanField(
        required=False, widget=UnfoldBooleanWidget, label="Keep the fees of these tickets"
    )
    field_order = ("tickets", "keep_fees", "reason")


class AmountForm(ReasonForm):
    """How much, and why."""

    amount = MoneyField()
    field_order = ("amount", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["amount"]
        field.currency = self.subject.currency
        field.label = f"Amount ({self.subject.currency})"


class CancelEventForm(ReasonForm):
    """Staff type the number of bookings that they have read, so that nobody cancels by a slip."""

    bookings = forms.IntegerField(min_value=0, widget=UnfoldAdminIntegerFieldWidget)
    field_order = ("bookings", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.figures = figures_of(self.subject.pk)
        count = self.figures.bookings
        amount = format_money(self.figures.amount_minor, self.subject.currency)
        field: Any = self.fields["bookings"]
        are_refunded = "booking is refunded" if count == 1 else "bookings are refunded"
        field.label = f"{count:,} {are_refunded}, {amount} goes back"
        field.help_text = f"Type {count} to confirm. Everybody is told by mail."

    def clean_bookings(self) -> int:
        """The number on this page, or the page comes again with the new one."""
        typed: int = self.cleaned_data["bookings"]
        count = self.figures.bookings
        if typed != count:
            there_are = "There is 1 booking" if count == 1 else f"There are {count:,} bookings"
            raise forms.ValidationError(f"{there_are} to refund. Type that number.")
        return typed

    def clean(self) -> dict[str, Any]:
        """With the figures that were confirmed."""
        return {**(super().clean() or {}), "figures": self.figures}


def _places(booking: Booking) -> list[tuple[Any, str]]:
    lines = live_lines(booking.pk)
    tickets = Ticket.objects.select_related("section", "seat").in_bulk(
        [line.ticket_id for line in lines]
    )
    return [(line, place_text(tickets[line.ticket_id])) for line in lines]


def _cancel(booking: Booking, asked: dict[str, Any], actor_id: int) -> str:
    refund = refund_booking(booking_id=booking.pk, actor_id=actor_id, reason=asked["reason"])
    if refund is None:
        return "The booking is cancelled. No money had to go back."
    amount = format_money(refund.amount_minor, refund.currency)
    if refund.status == Refund.Status.SUCCEEDED:
        return f"The booking is cancelled and {amount} went back."
    return f"The booking is cancelled. {amount} is on its way back ({refund.status})."


def _refund_tickets(booking: Booking, asked: dict[str, Any], actor_id: int) -> str:
    refund = refund_tickets(
        booking_id=booking.pk,
        ticket_ids=asked["tickets"],
        actor_id=actor_id,
        reason=asked["reason"],
        keeps_fees=asked["keep_fees"],
    )
    return told(refund, "The tickets are void and on sale again.")


def _refund_amount(booking: Booking, asked: dict[str, Any], actor_id: int) -> str:
    refund = refund_amount(
        booking_id=booking.pk,
        amount_minor=asked["amount"],
        actor_id=actor_id,
        reason=asked["reason"],
    )
    return told(refund, "The tickets stay valid.")


def _keep(booking: Booking, asked: dict[str, Any], actor_id: int) -> str:
    keep_tickets(booking_id=booking.pk, actor_id=actor_id)
    return "The booking is confirmed again; all its tickets stay valid."


def _sort(booking: Booking, asked: dict[str, Any], actor_id: int) -> str:
    ended = take_tickets_refunded_outside(
        booking_id=booking.pk, ticket_ids=asked["tickets"], actor_id=actor_id
    )
    return f"Those tickets are void. The booking is {ended.get_status_display().lower()}."


def _cancel_event(event: Event, asked: dict[str, Any], actor_id: int) -> str:
    figures: Figures = asked["figures"]
    job = call_off(event_id=event.pk, actor_id=actor_id, reason=asked["reason"], confirmed=figures)
    if job.wants_approval:
        return f"“{event.name}” is cancelled. Its refunds wait for a second person."
    return f"“{event.name}” is cancelled. {job.booking_count:,} bookings are being refunded."


def _approve(job: EventRefund, asked: dict[str, Any], actor_id: int) -> str:
    approve(job_id=job.pk, actor_id=actor_id)
    return "The refunds have begun."


def _try_again(refund: Refund, asked: dict[str, Any], actor_id: int) -> str:
    return told(try_again(refund_id=refund.pk, actor_id=actor_id), "Tried again.")


def _needs_attention(booking: Booking) -> bool:
    return booking.status == Booking.Status.NEEDS_ATTENTION


BOOKING_STEPS = (
    Step(
        name="keep-tickets",
        label="Settle: the tickets stay",
        explain="Confirms the booking again with all its tickets. Money that went back at Stripe"
        " counts as goodwill.",
        run=_keep,
        permission=MAY_REFUND,
        possible=_needs_attention,
        is_next=True,
    ),
    Step(
        name="sort-refund",
        label="Settle: take tickets back",
        explain="Says which tickets the money that went back at Stripe was for. They are void and"
        " on sale again; nothing more is paid.",
        run=_sort,
        permission=MAY_REFUND,
        form=TicketsForm,
        possible=_needs_attention,
    ),
    Step(
        name="refund-tickets",
        label="Refund tickets",
        explain="Voids the chosen tickets, puts their places back on sale and gives back what they"
        " cost. This cannot be undone.",
        run=_refund_tickets,
        permission=MAY_REFUND,
        form=RefundTicketsForm,
        possible=lambda booking: booking.status in HELD_BY_BUYER,
    ),
    Step(
        name="refund-amount",
        label="Give an amount back",
        explain="Goodwill: the amount goes back to the card, the tickets stay valid.",
        run=_refund_amount,
        permission=MAY_REFUND,
        form=AmountForm,
        possible=lambda booking: booking.status in HELD_BY_BUYER and booking.total_minor > 0,
    ),
    Step(
        name="cancel",
        label="Cancel and refund",
        explain="Voids the tickets, puts the places back on sale and gives back all that was"
        " paid. This cannot be undone.",
        run=_cancel,
        permission=MAY_REFUND,
        form=ReasonForm,
        possible=lambda booking: booking.status in HELD_BY_BUYER,
        grave=True,
    ),
)
CANCEL_EVENT = Step(
    name="cancel",
    label="Cancel the event",
    explain="Calls the event off for good: nobody can hold or pay any more, every booking is"
    " refunded in full, fees included. This cannot be undone.",
    run=_cancel_event,
    permission=MAY_CANCEL_EVENTS,
    form=CancelEventForm,
    possible=lambda event: (
        event.status in {Event.Status.SCHEDULED, Event.Status.ON_SALE, Event.Status.POSTPONED}
    ),
    grave=True,
)
APPROVE = Step(
    name="approve",
    label="Approve the refunds",
    explain="Lets the money go back. Somebody else than who cancelled the event has to do it.",
    run=_approve,
    permission=MAY_CANCEL_EVENTS,
    possible=lambda job: job.wants_approval,
    is_next=True,
)
TRY_AGAIN = Step(
    name="again",
    label="Try again",
    explain="Sends the same money once more, as a new refund.",
    run=_try_again,
    permission=MAY_REFUND,
    possible=lambda refund: (
        refund.status == Refund.Status.FAILED
        and not Refund.objects.filter(retry_of=refund).exists()
    ),
    is_next=True,
)


def questions_text(booking: Booking) -> str:
    """Why the booking waits for a person, in sentences; a dash where it does not."""
    if not _needs_attention(booking):
        return "–"
    return " ".join(open_questions(booking.pk)) or "Nothing is open: settle it."
