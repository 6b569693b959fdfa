"""What search knows of an event, to be looked at when it is not found."""

from django.contrib import admin

from search.models import SearchRow
from ticketmaster.core.admin.bases import UncountedAdmin


@admin.register(SearchRow)
class SearchRowAdmin(UncountedAdmin):
    """One row per public event, written by search itself. Search here by the event's number."""

    list_display = ("event_id", "title", "status", "starts_at", "city_name", "category")
    exclude = ("document",)
    search_fields = ("pk",)
    search_help_text = "An event’s number"
