"""What stands below an event: who plays, at what prices, sold when and to whom."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from events.admin.event_forms import (
    PriceLevelForm,
    PriceLevelFormSet,
    SaleWindowForm,
    SaleWindowFormSet,
)
from events.models import Event, EventPerformer, PriceLevel, SaleWindow, SaleWindowPerson
from ticketmaster.core.money import format_money

PRICE_FIELDS = ("name", "face_text", "fee_text", "tax_text", "total_text", "section_names")


def unticketed(event: Event | None) -> bool:
    """True while no tickets are made at its prices."""
    return event is None or event.ticket_total == 0


class BillingInline(TabularInline):  # type: ignore[misc]
    """Who plays, in billing order."""

    model = EventPerformer
    fields = ("performer", "position")
    autocomplete_fields = ("performer",)
    extra = 0
    verbose_name = "performer"
    verbose_name_plural = "Who plays, in billing order"


class PriceLevelInline(StackedInline):  # type: ignore[misc]
    """Prices, until tickets are made at them; then only to be read."""

    model = PriceLevel
    form = PriceLevelForm
    formset = PriceLevelFormSet
    fields = ("name", "face", "fee", "tax", "on_sections", "position")
    extra = 0
    min_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before tickets are made."""
        return unticketed(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before tickets are made."""
        return unticketed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Before tickets are made."""
        return unticketed(obj) and super().has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Form fields, or their text."""
        return self.fields if unticketed(obj) else PRICE_FIELDS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing, or all."""
        return () if unticketed(obj) else PRICE_FIELDS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Without our form where nothing is typed."""
        if not unticketed(obj):
            kwargs["fields"] = ()
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceLevel]:
        """With event and sections."""
        found: QuerySet[PriceLevel] = super().get_queryset(request)
        return found.select_related("event").prefetch_related("sections")

    @admin.display(description="Face price")
    def face_text(self, level: PriceLevel) -> str:
        """In the event's currency."""
        return format_money(level.face_minor, level.event.currency)

    @admin.display(description="Fee")
    def fee_text(self, level: PriceLevel) -> str:
        """In the event's currency."""
        return format_money(level.fee_minor, level.event.currency)

    @admin.display(description="Tax")
    def tax_text(self, level: PriceLevel) -> str:
        """In the event's currency."""
        return format_money(level.tax_minor, level.event.currency)

    @admin.display(description="All in")
    def total_text(self, level: PriceLevel) -> str:
        """What a fan pays."""
        return format_money(level.total_minor, level.event.currency)

    @admin.display(description="Sections")
    def section_names(self, level: PriceLevel) -> str:
        """By name."""
        return ", ".join(section.name for section in level.sections.all())


class SaleWindowInline(StackedInline):  # type: ignore[misc]
    """When tickets are sold."""

    model = SaleWindow
    form = SaleWindowForm
    formset = SaleWindowFormSet
    fields = (("kind", "name"), "opens_at", "closes_at", ("access_code", "limit_per_person"))
    extra = 0


class PersonInline(TabularInline):  # type: ignore[misc]
    """Who may buy in a presale without a code."""

    model = SaleWindowPerson
    raw_id_fields = ("user",)
    extra = 1
