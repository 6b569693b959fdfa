"""Bookings in the admin: looked up, never edited. Payments adds the money and the refund."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from bookings import occasion
from bookings.models import Admission, Booking, BookingLine
from bookings.waiting_room import admin as waiting_room_admin
from events.models import Event
from events.refund_terms import terms_from
from events.refund_words import refund_text
from ticketmaster.core.admin.bases import RecordInline, UncountedAdmin
from ticketmaster.core.admin.steps import StepsMixin
from ticketmaster.core.money import format_money

__all__ = ["AdmissionAdmin", "BookingAdmin", "waiting_room_admin"]

SHORTEST_REFERENCE = 20
MOST_EVENTS = 200
STATUS_COLOURS = {
    "Confirmed": "success",
    "Needs attention": "danger",
    "Paying": "warning",
    "Reserved": "info",
}


class LineInline(RecordInline):
    """Which ticket at which price."""

    model = BookingLine
    fields = ("place", "price_level_name", "face", "fee", "tax", "total", "codes")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingLine]:
        """With all that a line shows."""
        found: QuerySet[BookingLine] = super().get_queryset(request)
        return found.select_related("booking", "ticket__section", "ticket__seat").prefetch_related(
            "admissions"
        )

    def place(self, line: BookingLine) -> str:
        """Section, row and seat."""
        return occasion.place_text(line.ticket)

    def face(self, line: BookingLine) -> str:
        """Face price."""
        return format_money(line.face_minor, line.booking.currency)

    def fee(self, line: BookingLine) -> str:
        """Fee."""
        return format_money(line.fee_minor, line.booking.currency)

    def tax(self, line: BookingLine) -> str:
        """Tax."""
        return format_money(line.tax_minor, line.booking.currency)

    def total(self, line: BookingLine) -> str:
        """All in."""
        return format_money(line.total_minor, line.booking.currency)

    @admin.display(description="Admissions")
    def codes(self, line: BookingLine) -> str:
        """How its admissions stand. Codes open doors, so only their ends are shown."""
        return ", ".join(
            f"…{admission.code[-6:]} ({admission.status})" for admission in line.admissions.all()
        )


@admin.register(Booking)
class BookingAdmin(StepsMixin, UncountedAdmin):
    """Find a booking by reference, e-mail, event or ticket code."""

    list_display = ("reference", "status_text", "total", "event", "user", "created_at")
    list_select_related = ("event", "user")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        ("event", AutocompleteSelectFilter),
    )
    list_filter_submit = True
    date_hierarchy = None
    search_fields = ("reference",)
    search_help_text = "A reference, an e-mail address, a ticket code or an event’s name"
    inlines: tuple[Any, ...] = (LineInline,)
    view_on_site = False  # the page is the buyer’s own: for staff it is a 404
    change_form_outer_after_template = "admin/trail.html"
    fieldsets = (
        (None, {"fields": ("reference", "status_text", "total", "channel", "event", "user")}),
        ("Times (UTC)", {"fields": ("created_at", "expires_at", "extended_at", "confirmed_at",
                              "ended_at")}),
        ("Rules of its day", {"fields": ("ticket_limit", "hold_seconds", "refund_rule",
                                         "person")}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        """With what a row shows."""
        found: QuerySet[Booking] = super().get_queryset(request)
        return found.select_related("event__venue", "user")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """All."""
        return ("status_text", "total", "refund_rule")

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def status_text(self, booking: Booking) -> str:
        """In words."""
        return booking.get_status_display()

    @admin.display(ordering="total_minor")
    def total(self, booking: Booking) -> str:
        """All in."""
        return format_money(booking.total_minor, booking.currency)

    @admin.display(description="Refunds")
    def refund_rule(self, booking: Booking) -> str:
        """What the buyer read while paying."""
        event = booking.event
        terms = terms_from(booking.refund_policy)
        return refund_text(
            terms,
            starts_at=event.starts_at,
            time_zone=event.venue.time_zone,
            now=timezone.now(),
        )

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By whichever index fits what was typed; never by scanning the table."""
        if "@" in term:
            return queryset.filter(user__email__startswith=term.lower())
        if len(term) >= SHORTEST_REFERENCE and " " not in term:
            coded = Admission.objects.filter(code=term).values_list("line__booking", flat=True)
            return queryset.filter(Q(reference=term) | Q(pk__in=list(coded)))
        named = Event.objects.filter(name__icontains=term).values_list("pk", flat=True)
        return queryset.filter(event__in=list(named[:MOST_EVENTS]))


@admin.register(Admission)
class AdmissionAdmin(UncountedAdmin):
    """What opens doors, found by code."""

    list_display = ("id", "event", "ticket_text", "status", "created_at", "used_at", "voided_at")
    list_select_related = (
        "line__booking__event", "ticket__section", "ticket__seat"
    )  # fmt: skip
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("code",)
    search_help_text = "A ticket code or a booking’s reference"
    exclude = ("code",)
    raw_id_fields = ("line", "ticket")

    @admin.display(description="Event")
    def event(self, admission: Admission) -> str:
        """Its event."""
        return admission.line.booking.event.name

    @admin.display(description="Place")
    def ticket_text(self, admission: Admission) -> str:
        """Section, row and seat."""
        return occasion.place_text(admission.ticket)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By code or by booking."""
        booked = Booking.objects.filter(reference=term).values_list("pk", flat=True)
        return queryset.filter(Q(code=term) | Q(line__booking__in=list(booked)))
