"""Tickets as stock, to be looked up: a million of them must not slow the page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from events.models import Ticket
from ticketmaster.core.admin.bases import UncountedAdmin, number_in


@admin.register(Ticket)
class TicketAdmin(UncountedAdmin):
    """One row per place per event. Staff block and release on the event's page."""

    list_display = ("id", "event", "section", "seat_text", "price_level", "status", "booking")
    list_select_related = ("event", "section", "seat", "price_level", "booking")
    list_filter = (("event", AutocompleteSelectFilter), ("status", ChoicesDropdownFilter))
    list_filter_submit = True
    search_fields = ("pk",)
    search_help_text = "A ticket's number or a booking's reference"
    raw_id_fields = ("event", "section", "seat", "price_level", "booking")

    @admin.display(description="Seat")
    def seat_text(self, ticket: Ticket) -> str:
        """Row and number."""
        return f"{ticket.seat.row} {ticket.seat.number}" if ticket.seat else "standing"

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By number or by booking."""
        number = number_in(term)
        if number:
            return queryset.filter(pk=number)
        return queryset.filter(booking__reference=term)
