"""Events: made as drafts, then moved on by steps that call the domain."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from events.admin.event_forms import EventForm, PriceLevelFormSet
from events.admin.event_inlines import (
    BillingInline,
    PersonInline,
    PriceLevelInline,
    SaleWindowInline,
    unticketed,
)
from events.admin.event_list import COMING_FIRST, EventList
from events.admin.event_steps import EVENT_STEPS
from events.admin.venues import record_edit
from events.errors import WrongEventStatus
from events.locks import own_event
from events.models import Event, PriceLevel, PriceLevelSection, SaleWindow
from events.publishing import announce_change
from ticketmaster.core import audit
from ticketmaster.core.admin.bases import RecordAdmin, SiteAdmin, UncountedAdmin
from ticketmaster.core.admin.steps import Step, StepsMixin
from ticketmaster.core.admin.trail import trail_of

# What tickets or buyers already stand on; a new date has a step of its own.
FIXED_ONCE_PUBLIC = ("starts_at", "ends_at", "doors_at")
FIXED_ONCE_TICKETED = ("venue", "seat_map", "currency")


@admin.register(Event)
class EventAdmin(StepsMixin, SiteAdmin):
    """From draft to the last buyer."""

    form = EventForm
    list_display = ("name", "starts_at_venue", "venue", "status_text", "sold_of_all")
    list_select_related = ("venue",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("venue", AutocompleteSelectFilter),
        ("category", AutocompleteSelectFilter),
    )
    list_filter_submit = True
    date_hierarchy = "starts_at"
    ordering = COMING_FIRST
    search_fields = ("name", "performers__name", "venue__name", "source_key")
    autocomplete_fields = ("venue", "seat_map", "category")
    inlines = (BillingInline, PriceLevelInline, SaleWindowInline)
    change_form_outer_after_template = "admin/trail.html"
    stays_after_add = True
    steps: Sequence[Step] = EVENT_STEPS
    fieldsets = (
        (None, {"fields": ("state", "name", "description", "category")}),
        ("Where and when", {"fields": ("venue", "seat_map", "starts_at", "doors_at", "ends_at")}),
        ("Selling", {"fields": ("currency", "max_tickets_per_person", "waiting_room")}),
        ("Refunds", {"fields": ("refund_rule", "refund_hours", "refund_policy")}),
    )  # fmt: skip

    @display(description="Starts at the venue", ordering="starts_at")
    def starts_at_venue(self, event: Event) -> str:
        """By the venue's clock."""
        local = event.starts_at.astimezone(_zone(event))
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"

    @admin.display(description="Sold")
    def sold_of_all(self, event: Event) -> str:
        """How many tickets are sold, of how many there are; the list counted for all its rows."""
        if not event.ticket_total:
            return "–"
        return f"{getattr(event, 'sold', 0):,} of {event.ticket_total:,}"

    @display(
        description="Status",
        ordering="status",
        label={
            "Draft": "info",
            "On sale": "success",
            "Cancelled": "danger",
            "Postponed": "warning",
        },
    )
    def status_text(self, event: Event) -> str:
        """In words."""
        return event.get_status_display()

    @admin.display(description="Now")
    def state(self, event: Event) -> str:
        """Status, tickets, the venue's zone and the public page."""
        if event.pk is None:
            return "A draft. Times are the venue’s own."
        tickets = f"{event.ticket_total:,} tickets" if event.ticket_total else "no tickets yet"
        zone = event.venue.time_zone
        return f"{event.get_status_display()}, {tickets}. Times on this page are {zone}."

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that counts what is sold."""
        return EventList

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Prices and windows once there is an event, whose venue and currency they need."""
        return self.inlines if obj else (BillingInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What tickets and buyers stand on."""
        fixed: tuple[str, ...] = ("state",)
        if obj is not None and obj.status != Event.Status.DRAFT:
            fixed += FIXED_ONCE_PUBLIC
        return fixed if unticketed(obj) else (*fixed, *FIXED_ONCE_TICKETED)

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        """Save what was typed and nothing else: status and totals are the domain's.

        Has the event alone, so that nobody puts it on sale at these prices meanwhile.
        """
        if not change:
            super().save_model(request, obj, form, change)
            return
        own_event(obj.pk)
        now = Event.objects.get(pk=obj.pk)
        was = (form.initial_status, form.initial_total)
        if was != (now.status, now.ticket_total):
            raise WrongEventStatus("The event has moved on since this page was opened.")
        concrete = {field.name for field in Event._meta.concrete_fields}
        typed = [name for name in form.changed_data if name in concrete]
        if typed:
            obj.save(update_fields=typed)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The form, which remembers what state it was opened in."""
        form = super().get_form(request, obj, **kwargs)
        form.initial_status = obj.status if obj else Event.Status.DRAFT
        form.initial_total = obj.ticket_total if obj else 0
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save billing, prices and windows, then tell what is found by them."""
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if isinstance(formset, PriceLevelFormSet) and unticketed(form.instance):
                formset.save_sections()
        record_edit(request, "event", form.instance, form, change)
        announce_change(form.instance.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts: what was public is cancelled, not deleted."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.status == Event.Status.DRAFT)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """None for a draft, which the public does not see."""
        if obj is None or obj.status == Event.Status.DRAFT:
            return None
        return super().get_view_on_site_url(obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """No deleting in bulk."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def more_context(self, subject: Event | None) -> dict[str, Any]:
        """What was done to the event."""
        return {"trail": trail_of({"event": [subject.pk]})} if subject else {}


@admin.register(PriceLevel)
class PriceLevelAdmin(RecordAdmin):
    """Prices of all events, to be looked up; they are made on the event's page."""

    list_display = ("name", "event", "face_minor", "fee_minor", "tax_minor")
    list_select_related = ("event",)
    list_filter = (("event", AutocompleteSelectFilter),)
    list_filter_submit = True
    search_fields = ("name", "event__name")


@admin.register(PriceLevelSection)
class PriceLevelSectionAdmin(UncountedAdmin):
    """Which section has which price, to be looked up; ticked on the event's page."""

    list_display = ("id", "event", "section", "price_level")
    list_select_related = ("event", "section", "price_level")
    list_filter = (("event", AutocompleteSelectFilter),)
    list_filter_submit = True


@admin.register(SaleWindow)
class SaleWindowAdmin(SiteAdmin):
    """Windows of all events. Made on the event's page; here their price levels and people."""

    list_display = ("__str__", "event", "kind", "opens_at", "closes_at", "limit_per_person")
    list_select_related = ("event",)
    list_filter = ("kind", ("event", AutocompleteSelectFilter))
    list_filter_submit = True
    date_hierarchy = "opens_at"
    search_fields = ("name", "event__name")
    fields = ("event", "kind", "name", "opens_at", "closes_at", "limit_per_person", "price_levels")
    readonly_fields = ("event", "kind", "name", "opens_at", "closes_at", "limit_per_person")
    inlines = (PersonInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the event's page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the event's page."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """With the price levels of its event only."""
        form = super().get_form(request, obj, **kwargs)
        if obj is not None and "price_levels" in form.base_fields:
            levels = PriceLevel.objects.filter(event=obj.event_id)
            form.base_fields["price_levels"].queryset = levels
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save levels and people, and say so in the event's audit trail."""
        super().save_related(request, form, formsets, change)
        audit.record(
            subject="event",
            subject_id=form.instance.event_id,
            action="edit sale window",
            actor_id=request.user.pk,
            details={"window": str(form.instance)},
        )


def _zone(event: Event) -> Any:
    return ZoneInfo(event.venue.time_zone)
