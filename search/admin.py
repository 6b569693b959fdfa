"""What search knows, to be looked at when an event is not found or a word is taken amiss."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from search.folding import fold
from search.models import Name, NamesDue, NameStart, SearchRow, Word, WordVariant
from search.sync.models import BuiltIndex, IndexChange
from ticketmaster.core.admin.bases import RecordAdmin, RecordInline, UncountedAdmin, number_in


@admin.register(SearchRow)
class SearchRowAdmin(UncountedAdmin):
    """One row per public event, written by search itself. Search here by the event's number."""

    list_display = ("event_id", "title", "status", "starts_at", "city_name", "category")
    exclude = ("document",)
    search_fields = ("pk",)
    search_help_text = "An event’s number"


class NameStartInline(RecordInline):
    """Under which beginnings it is suggested."""

    model = NameStart


@admin.register(Name)
class NameAdmin(UncountedAdmin):
    """What is suggested while somebody types, and what typos are repaired to."""

    list_display = ("shown", "kind", "coming", "popularity")
    list_filter = ("kind",)
    search_fields = ("folded",)
    search_help_text = "The whole name"
    inlines = (NameStartInline,)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Those of exactly this name, however it is written."""
        return queryset.filter(folded=fold(term))


class WordVariantInline(RecordInline):
    """Its spellings with a letter left out."""

    model = WordVariant


@admin.register(Word)
class WordAdmin(UncountedAdmin):
    """The words of names: what is none of them may be a typo."""

    list_display = ("text", "weight")
    search_fields = ("text",)
    search_help_text = "A word"
    inlines = (WordVariantInline,)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """That word."""
        return queryset.filter(text=fold(term))


@admin.register(NamesDue)
class NamesDueAdmin(UncountedAdmin):
    """Events whose names are still to be learned; empty a second or two after a change."""

    list_display = ("event_id",)


@admin.register(IndexChange)
class IndexChangeAdmin(UncountedAdmin):
    """What Elasticsearch is still owed; a parked change was refused for good."""

    list_display = ("event_id", "version", "created_at", "tries", "parked_at", "last_error")
    search_fields = ("event_id",)
    search_help_text = "An event’s number"

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The changes of that event."""
        number = number_in(term)
        return queryset.filter(event_id=number) if number else queryset.none()


@admin.register(BuiltIndex)
class BuiltIndexAdmin(RecordAdmin):
    """The indices that are kept up to date: the one searched, one being built, the one before."""

    list_display = ("name", "mapping_hash", "made_at", "replaced_at")
