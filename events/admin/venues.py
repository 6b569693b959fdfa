"""Venues, performers and categories."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from events.changes import category_has_changed, performer_has_changed, venue_has_changed
from events.importers.places import zone_at
from events.models import Category, Performer, PerformerAlias, PerformerFact, Venue
from ticketmaster.core import audit
from ticketmaster.core.admin.bases import SiteAdmin


class VenueForm(forms.ModelForm):  # type: ignore[type-arg]
    """A venue. Without a time zone, the one at its point is taken."""

    class Meta:
        model = Venue
        fields = (
            "name", "address", "postal_code", "city", "region", "country", "latitude", "longitude",
            "time_zone", "capacity", "travel", "access",
        )  # fmt: skip
        help_texts = {"time_zone": "Such as Europe/Berlin. Blank: the zone at the point."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            self.fields["time_zone"].required = False

    def clean(self) -> dict[str, Any]:
        """Fill in the zone and the country's case."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["country"] = (cleaned.get("country") or "").upper()
        if not cleaned.get("time_zone") and "time_zone" not in self.errors:
            cleaned["time_zone"] = self._zone_at_point(cleaned)
        return cleaned

    def _zone_at_point(self, cleaned: dict[str, Any]) -> str:
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        point = None if latitude is None or longitude is None else (latitude, longitude)
        zone = zone_at(point)
        if not zone:
            self.add_error("time_zone", "Give a time zone, or a point on land to take it from.")
        return zone


def record_edit(request: HttpRequest, subject: str, obj: Model, form: Any, change: bool) -> None:
    """An audit row about a catalogue form that was saved."""
    audit.record(
        subject=subject,
        subject_id=obj.pk,
        action="edit" if change else "create",
        actor_id=request.user.pk,
        details={"fields": sorted(form.changed_data)} if change else None,
    )


@admin.register(Venue)
class VenueAdmin(SiteAdmin):
    """Places, and where their clocks stand."""

    form = VenueForm
    list_display = ("name", "city", "region", "country", "time_zone", "capacity")
    list_filter = ("country",)
    search_fields = ("name", "city")
    fieldsets = (
        (None, {"fields": ("name", "address", "postal_code", "city", "region", "country")}),
        ("Where", {"fields": ("latitude", "longitude", "time_zone", "capacity")}),
        ("For visitors", {"fields": ("travel", "access")}),
    )

    def save_model(self, request: HttpRequest, obj: Venue, form: Any, change: bool) -> None:
        """Save, and tell what is found by the venue."""
        super().save_model(request, obj, form, change)
        record_edit(request, "venue", obj, form, change)
        if change:
            venue_has_changed(venue_id=obj.pk)
        elif "time_zone" not in form.changed_data:
            messages.info(request, f"The time zone at that point is {obj.time_zone}.")


class FactInline(TabularInline):  # type: ignore[misc]
    """From, Founded, Ground."""

    model = PerformerFact
    extra = 1


class AliasInline(TabularInline):  # type: ignore[misc]
    """Other names that people type."""

    model = PerformerAlias
    extra = 1


@admin.register(Performer)
class PerformerAdmin(SiteAdmin):
    """Artists, teams, companies."""

    list_display = ("name", "event_count")
    search_fields = ("name", "aliases__name")
    inlines = (FactInline, AliasInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Performer]:
        """With how many events each has."""
        found: QuerySet[Performer] = super().get_queryset(request)
        return found.annotate(event_count=Count("billing"))

    @admin.display(description="Events", ordering="event_count")
    def event_count(self, performer: Any) -> int:
        """How many events they are billed for."""
        count: int = performer.event_count
        return count

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save facts and aliases, then tell what is found by them."""
        super().save_related(request, form, formsets, change)
        record_edit(request, "performer", form.instance, form, change)
        performer_has_changed(performer_id=form.instance.pk)


@admin.register(Category)
class CategoryAdmin(SiteAdmin):
    """Segments and genres."""

    list_display = ("__str__", "segment", "genre", "slug")
    list_filter = ("segment",)
    search_fields = ("genre", "slug")
    prepopulated_fields = {"slug": ("genre",)}

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Save, and tell what is found by the category."""
        super().save_model(request, obj, form, change)
        record_edit(request, "category", obj, form, change)
        category_has_changed(category_id=obj.pk)
