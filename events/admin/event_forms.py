"""Forms of an event's page. Times are typed and shown by the venue's clock, money in its units."""

from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
)

from events.admin.fields import MoneyField, shown_at_venue, typed_at_venue
from events.models import Event, PriceLevel, PriceLevelSection, SaleWindow, Section, Venue
from ticketmaster.core.admin.steps import StepForm

EVENT_TIMES = ("starts_at", "ends_at", "doors_at")
WINDOW_TIMES = ("opens_at", "closes_at")
AT_VENUE = "By the venue’s clock"


class VenueTimesMixin:
    """Shows and reads some fields by the clock of `self.clock()`."""

    times: tuple[str, ...] = ()

    def clock(self) -> str:
        """An IANA zone, or blank where there is no venue yet."""
        raise NotImplementedError

    def show_times(self) -> None:
        """Put the venue's clock into the form; call at the end of `__init__`."""
        form: Any = self
        for name in self.times:
            moment = getattr(form.instance, name, None)
            if moment is not None and self.clock():
                form.initial[name] = shown_at_venue(moment, self.clock())

    def read_times(self, cleaned: dict[str, Any]) -> None:
        """Turn what was typed into moments; call at the end of `clean`."""
        for name in self.times:
            if cleaned.get(name) is not None and self.clock():
                cleaned[name] = typed_at_venue(cleaned[name], self.clock())


class EventForm(VenueTimesMixin, forms.ModelForm):  # type: ignore[type-arg]
    """The event itself."""

    times = EVENT_TIMES

    class Meta:
        model = Event
        fields = (
            "name", "description", "venue", "seat_map", "category", "starts_at", "doors_at",
            "ends_at", "currency", "max_tickets_per_person", "waiting_room", "refund_rule",
            "refund_hours", "refund_policy",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.show_times()

    def clock(self) -> str:
        """The chosen venue's, else the one it has."""
        chosen = getattr(self, "cleaned_data", {}).get("venue")
        if isinstance(chosen, Venue):
            return chosen.time_zone
        return self.instance.venue.time_zone if self.instance.venue_id else ""

    def clean(self) -> dict[str, Any]:
        """Order of times, and a map of this venue."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.read_times(cleaned)
        starts, ends, doors = (cleaned.get(name) for name in EVENT_TIMES)
        if starts and ends and ends < starts:
            self.add_error("ends_at", "An event cannot end before it starts.")
        if starts and doors and doors > starts:
            self.add_error("doors_at", "Doors open before the start.")
        seat_map, venue = cleaned.get("seat_map"), cleaned.get("venue")
        if seat_map and venue and seat_map.venue_id != venue.pk:
            self.add_error("seat_map", "That map is another venue’s.")
        return cleaned


class PriceLevelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A price in the event's currency, and the sections that have it."""

    face = MoneyField(label="Face price")
    fee = MoneyField(label="Fee", required=False)
    tax = MoneyField(label="Tax", required=False)
    on_sections = forms.ModelMultipleChoiceField(
        Section.objects.none(),
        label="Sections",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = PriceLevel
        fields = ("name", "position")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("face", "fee", "tax"):
            field: Any = self.fields[name]
            field.currency = event.currency
            field.label = f"{field.label} ({event.currency})"
            if self.instance.pk:
                self.initial[name] = getattr(self.instance, f"{name}_minor")
        sections: Any = self.fields["on_sections"]
        sections.queryset = Section.objects.filter(seat_map=event.seat_map_id)
        if self.instance.pk:
            self.initial["on_sections"] = list(
                PriceLevelSection.objects.filter(price_level=self.instance).values_list(
                    "section_id", flat=True
                )
            )

    def save(self, commit: bool = True) -> PriceLevel:
        """With the amounts in minor units; the formset writes the sections."""
        for name in ("face", "fee", "tax"):
            setattr(self.instance, f"{name}_minor", self.cleaned_data[name])
        level: PriceLevel = super().save(commit=commit)
        return level


class PriceLevelFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """All prices of the event; a section has one."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Each form knows the event."""
        return {**super().get_form_kwargs(index), "event": self.instance}

    def clean(self) -> None:
        """No section twice."""
        super().clean()
        if self.instance.ticket_total:  # shown only: nothing was typed
            return
        seen: set[int] = set()
        for form in self._kept():
            for section in form.cleaned_data.get("on_sections", ()):
                if section.pk in seen:
                    raise forms.ValidationError(f"{section.name} has two prices.")
                seen.add(section.pk)

    def save_sections(self) -> None:
        """Write which section has which price, after the levels are saved."""
        PriceLevelSection.objects.filter(event=self.instance).delete()
        PriceLevelSection.objects.bulk_create(
            PriceLevelSection(event=self.instance, price_level=form.instance, section=section)
            for form in self._kept()
            for section in form.cleaned_data.get("on_sections", ())
        )

    def _kept(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if form.is_valid()
            and not form.cleaned_data.get("DELETE")
            and (form.instance.pk or form.has_changed())
        ]


class SaleWindowForm(VenueTimesMixin, forms.ModelForm):  # type: ignore[type-arg]
    """When tickets are sold, by the venue's clock."""

    times = WINDOW_TIMES

    class Meta:
        model = SaleWindow
        fields = ("kind", "name", "opens_at", "closes_at", "access_code", "limit_per_person")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.event = event
        super().__init__(*args, **kwargs)
        self.show_times()

    def clock(self) -> str:
        """The event's venue's."""
        return self.event.venue.time_zone if self.event.venue_id else ""

    def clean(self) -> dict[str, Any]:
        """It opens before it closes."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.read_times(cleaned)
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "It closes before it opens.")
        return cleaned


class SaleWindowFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """All windows of the event."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Each form knows the event."""
        return {**super().get_form_kwargs(index), "event": self.instance}


class RescheduleForm(StepForm):
    """A new date, by the venue's clock."""

    starts_at = forms.SplitDateTimeField(
        label="Starts", widget=UnfoldAdminSplitDateTimeWidget, help_text=AT_VENUE
    )
    doors_at = forms.SplitDateTimeField(
        label="Doors", required=False, widget=UnfoldAdminSplitDateTimeWidget, help_text=AT_VENUE
    )
    ends_at = forms.SplitDateTimeField(
        label="Ends", required=False, widget=UnfoldAdminSplitDateTimeWidget, help_text=AT_VENUE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in EVENT_TIMES:
            zone = self.subject.venue.time_zone
            self.initial[name] = shown_at_venue(getattr(self.subject, name), zone)

    def clean(self) -> dict[str, Any]:
        """As moments."""
        cleaned: dict[str, Any] = super().clean() or {}
        zone = self.subject.venue.time_zone
        return {
            name: typed_at_venue(value, zone) if name in EVENT_TIMES else value
            for name, value in cleaned.items()
        }


class ReasonForm(StepForm):
    """Why; it stands in the audit trail."""

    reason = forms.CharField(
        max_length=120, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )
