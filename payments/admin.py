"""Money in the admin: looked at, and given back by the steps on a booking's page."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from bookings.admin import BookingAdmin
from bookings.models import Booking
from payments import admin_cases, inbox
from payments.admin_steps import BOOKING_STEPS, TRY_AGAIN, questions_text
from payments.models import (
    Dispute,
    InvariantResult,
    LedgerEntry,
    PaymentAttempt,
    Refund,
    StripeEvent,
)
from ticketmaster.core.admin.bases import RecordAdmin, RecordInline, UncountedAdmin, number_in
from ticketmaster.core.admin.steps import Step, StepsMixin
from ticketmaster.core.admin.trail import trail_of
from ticketmaster.core.money import format_money

__all__ = ["admin_cases"]


class AttemptInline(RecordInline):
    """Each try to pay."""

    model = PaymentAttempt
    fields = ("id", "kind", "status", "amount", "intent_id", "decline_code", "created_at",
              "captured_at")  # fmt: skip
    readonly_fields = fields

    def amount(self, attempt: PaymentAttempt) -> str:
        """In its currency."""
        return format_money(attempt.amount_minor, attempt.currency)


class LedgerInline(RecordInline):
    """Where the money is; debits positive."""

    model = LedgerEntry
    fields = ("at", "transfer", "account", "amount")
    readonly_fields = fields
    ordering = ("id",)

    def amount(self, entry: LedgerEntry) -> str:
        """In its currency."""
        return format_money(entry.amount_minor, entry.currency)


admin.site.unregister(Booking)


@admin.register(Booking)
class PaidBookingAdmin(BookingAdmin):
    """A booking with its money."""

    inlines: tuple[Any, ...] = (*BookingAdmin.inlines, AttemptInline, LedgerInline)
    steps = (*BookingAdmin.steps, *BOOKING_STEPS)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """With why it waits for a person."""
        return (*super().get_readonly_fields(request, obj), "open_questions")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With why it waits for a person, first of all."""
        found = list(super().get_fieldsets(request, obj))
        if obj is not None and obj.status == Booking.Status.NEEDS_ATTENTION:
            found.insert(0, ("Waits for a person", {"fields": ("open_questions",)}))
        return found

    @display(description="What is open")
    def open_questions(self, booking: Booking) -> str:
        """Each as a sentence."""
        return questions_text(booking)

    def more_context(self, subject: Booking | None) -> dict[str, Any]:
        """What was done to the booking, its attempts and its refunds."""
        if subject is None:
            return {}
        attempts = list(subject.attempts.values_list("pk", flat=True))
        subjects = {"booking": [subject.pk], "attempt": attempts}
        for name, model in (("refund", Refund), ("dispute", Dispute)):
            found = model.objects.filter(attempt__in=attempts)
            subjects[name] = list(found.values_list("pk", flat=True))
        return {"trail": trail_of(subjects)}


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(UncountedAdmin):
    """What was asked of Stripe. The client secret finishes a payment and is not shown."""

    list_display = ("id", "booking", "kind", "status", "amount", "intent_id", "created_at")
    list_select_related = ("booking",)
    list_filter = (("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter))
    list_filter_submit = True
    search_fields = ("intent_id",)
    search_help_text = "A number, Stripe’s id (pi_…, cs_…) or a booking’s reference"
    exclude = ("client_secret", "next_action")

    @display(description="Amount", ordering="amount_minor")
    def amount(self, attempt: PaymentAttempt) -> str:
        """In its currency."""
        return format_money(attempt.amount_minor, attempt.currency)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By number, by Stripe's id or by booking."""
        if number_in(term):
            return queryset.filter(pk=number_in(term))
        if term.startswith("pi_"):
            return queryset.filter(intent_id=term)
        if term.startswith("cs_"):
            return queryset.filter(session_id=term)
        booked = Booking.objects.filter(reference=term).values_list("pk", flat=True)
        return queryset.filter(booking__in=list(booked))


@admin.register(Refund)
class RefundAdmin(StepsMixin, UncountedAdmin):
    """Money on its way back."""

    list_display = ("id", "attempt", "kind", "status", "amount", "reason", "stripe_id",
                    "created_at")  # fmt: skip
    steps = (TRY_AGAIN,)
    list_select_related = ("attempt",)
    list_filter = (("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter))
    list_filter_submit = True
    search_fields = ("stripe_id",)
    search_help_text = "A number or Stripe’s id (re_…)"

    @display(description="Amount", ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        """In its currency."""
        return format_money(refund.amount_minor, refund.currency)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By number or by Stripe's id."""
        number = number_in(term)
        return queryset.filter(pk=number) if number else queryset.filter(stripe_id=term)


def _take_up(event: StripeEvent, asked: dict[str, Any], actor_id: int) -> str:
    inbox.try_again(event.pk, actor_id=actor_id)
    return "The event is worked on again within seconds."


@admin.register(StripeEvent)
class StripeEventAdmin(StepsMixin, UncountedAdmin):
    """What Stripe told us, as it came; bodies may hold a client secret and are not shown."""

    steps = (
        Step(
            name="retry",
            label="Try again",
            explain="Gives the event to the worker once more, as if it had just come. Do this when"
            " what stood in its way is mended: after five more failures it is set aside again.",
            run=_take_up,
            permission="payments.change_stripeevent",
            possible=lambda event: event.parked_at is not None,
        ),
    )

    list_display = ("id", "kind", "object_id", "received_at", "processed_at", "parked_at", "tries")
    list_filter = (
        ("processed_at", admin.EmptyFieldListFilter),
        ("parked_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("event_id",)
    search_help_text = "A number or Stripe’s id (evt_…)"
    exclude = ("payload",)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By number or by Stripe's id."""
        number = number_in(term)
        return queryset.filter(pk=number) if number else queryset.filter(event_id=term)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(UncountedAdmin):
    """The double-entry ledger: only ever added to, by the domain."""

    list_display = ("id", "at", "booking", "transfer", "account", "amount")
    list_select_related = ("booking",)
    list_filter = (("account", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("transfer",)
    search_help_text = "A number or a booking’s reference"

    @display(description="Amount", ordering="amount_minor")
    def amount(self, entry: LedgerEntry) -> str:
        """In its currency."""
        return format_money(entry.amount_minor, entry.currency)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By number or by booking."""
        if number_in(term):
            return queryset.filter(pk=number_in(term))
        booked = Booking.objects.filter(reference=term).values_list("pk", flat=True)
        return queryset.filter(booking__in=list(booked))


@admin.register(InvariantResult)
class InvariantResultAdmin(RecordAdmin):
    """What must hold at every moment, and whether it did when it was last looked at."""

    list_display = ("name", "meaning", "verdict", "checked_at", "broken_since", "seconds")
    ordering = ("position",)

    @display(description="Result")
    def verdict(self, result: InvariantResult) -> str:
        """Holds, or how many rows break it."""
        if result.count is None:
            return "not checked"
        return f"{result.count} broken" if result.count else "holds"
