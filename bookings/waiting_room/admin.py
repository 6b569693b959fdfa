"""Waiting rooms in the admin: what staff set, and the line as it was last written down."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from bookings.waiting_room.models import WaitingRoom, WaitingRoomEntry
from ticketmaster.core.admin.bases import SiteAdmin, UncountedAdmin, number_in


@admin.register(WaitingRoom)
class WaitingRoomAdmin(SiteAdmin):
    """Rate, cap, times and message: all of them work at once, while people wait."""

    list_display = ("event", "opens_at", "admit_per_second", "most_inside", "is_paused")
    list_select_related = ("event",)
    search_fields = ("event__name",)
    autocomplete_fields = ("event",)


@admin.register(WaitingRoomEntry)
class WaitingRoomEntryAdmin(UncountedAdmin):
    """Who stood where. Tokens let people in, so that visitors are not shown."""

    list_display = ("id", "room", "number", "place", "state", "user", "joined_at", "admitted_at")
    list_select_related = ("room__event", "user")
    list_filter = (("state", ChoicesDropdownFilter),)
    list_filter_submit = True
    exclude = ("visitor", "nonce")
    search_fields = ("number",)
    search_help_text = "An event’s number"

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By event."""
        return queryset.filter(room=number_in(term) or 0)
