"""Disputes, and refunds of whole events, in the admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from events.admin.events import EventAdmin
from events.models import Event
from payments.admin_steps import APPROVE, CANCEL_EVENT
from payments.event_refunds import progress_of
from payments.models import Dispute, EventRefund
from ticketmaster.core.admin.bases import UncountedAdmin
from ticketmaster.core.admin.steps import Step, StepsMixin
from ticketmaster.core.admin.trail import trail_of
from ticketmaster.core.money import format_money

admin.site.unregister(Event)


@admin.register(Event)
class SoldEventAdmin(EventAdmin):
    """An event whose cancellation gives money back: its step says how much beforehand."""

    steps: Sequence[Step] = tuple(
        CANCEL_EVENT if step.name == "cancel" else step for step in EventAdmin.steps
    )


@admin.register(EventRefund)
class EventRefundAdmin(StepsMixin, UncountedAdmin):
    """How far the refunds of a cancelled event have come."""

    list_display = ("id", "event", "booking_count", "amount", "progress", "created_at",
                    "finished_at")  # fmt: skip
    list_select_related = ("event",)
    list_filter = (("finished_at", admin.EmptyFieldListFilter), "wants_approval")
    search_fields = ("event__name",)
    search_help_text = "An event’s name"
    steps = (APPROVE,)
    change_form_outer_after_template = "admin/trail.html"

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """All, and what is counted."""
        return ("amount", "progress")

    @display(description="Amount", ordering="amount_minor")
    def amount(self, job: EventRefund) -> str:
        """What staff confirmed, in its currency."""
        return format_money(job.amount_minor, job.currency)

    @display(description="Progress")
    def progress(self, job: EventRefund) -> str:
        """Counted now."""
        if job.wants_approval:
            return "Waits for a second person"
        found = progress_of(job)
        sent = format_money(found.sent_minor, job.currency)
        parts = [f"{found.refunds_sent:,} refunds sent ({sent})"]
        parts += [f"{found.bookings_left:,} bookings left"] if found.bookings_left else []
        parts += [f"{found.refunds_waiting:,} on their way"] if found.refunds_waiting else []
        parts += [f"{found.refunds_failed:,} FAILED"] if found.refunds_failed else []
        return ", ".join(parts)

    def found_by(self, queryset: Any, term: str) -> Any:
        """By the event's name."""
        return queryset.filter(event__name__icontains=term)

    def more_context(self, subject: EventRefund | None) -> dict[str, Any]:
        """What was done to it and to the event."""
        if subject is None:
            return {}
        return {"trail": trail_of({"event refund": [subject.pk], "event": [subject.event_id]})}


@admin.register(Dispute)
class DisputeAdmin(StepsMixin, UncountedAdmin):
    """Payments that a bank takes back. They are answered in Stripe’s dashboard, with evidence."""

    list_display = ("id", "attempt", "status", "amount", "reason", "answer_by", "created_at")
    list_select_related = ("attempt",)
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("stripe_id",)
    search_help_text = "Stripe’s id (du_…)"
    change_form_outer_after_template = "admin/trail.html"

    @display(description="Amount", ordering="amount_minor")
    def amount(self, dispute: Dispute) -> str:
        """In its currency."""
        return format_money(dispute.amount_minor, dispute.currency)

    def found_by(self, queryset: Any, term: str) -> Any:
        """By Stripe's id."""
        return queryset.filter(stripe_id=term)

    def more_context(self, subject: Dispute | None) -> dict[str, Any]:
        """What was done to it."""
        return {"trail": trail_of({"dispute": [subject.pk]})} if subject else {}
