"""Forms of a seat map's page: by rows and numbers, as people speak of seats."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from events.models import SeatMap, Section
from ticketmaster.core.admin.steps import StepForm


def whole_numbers(text: str) -> list[int]:
    """`4, 8` as numbers. Raises ValidationError."""
    try:
        return [int(part) for part in text.replace(";", ",").split(",") if part.strip()]
    except ValueError as error:
        raise forms.ValidationError("Write whole numbers with commas between them.") from error


class SeatsForm(StepForm):
    """A section of rows."""

    name = forms.CharField(max_length=80, widget=UnfoldAdminTextInputWidget)
    level = forms.CharField(
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Stalls, Balcony, Lower bowl",
    )
    rows = forms.CharField(
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="Such as A-T or 1-20 or A-H, K-T; the first is nearest to the stage",
    )
    seats_per_row = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="One number for all rows, or one for each: 20, 22, 24",
    )
    aisles_after = forms.CharField(
        max_length=100,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The seat numbers that an aisle follows: 10, 20",
    )
    curve = forms.FloatField(
        min_value=0,
        max_value=2,
        initial=0,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="0 is straight, 1 bends as a theatre's rows do",
    )
    accessible_rows = forms.CharField(
        max_length=100,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Rows that begin with a wheelchair space and its companion's: A, T",
    )

    def clean_seats_per_row(self) -> int | list[int]:
        """One number or a list."""
        numbers = whole_numbers(self.cleaned_data["seats_per_row"])
        return numbers[0] if len(numbers) == 1 else numbers

    def clean_aisles_after(self) -> list[int]:
        """The seat numbers."""
        return whole_numbers(self.cleaned_data["aisles_after"])

    def clean_accessible_rows(self) -> list[str]:
        """The rows' names."""
        parts = self.cleaned_data["accessible_rows"].split(",")
        return [part.strip().upper() for part in parts if part.strip()]


class FloorForm(StepForm):
    """A section to stand in."""

    name = forms.CharField(max_length=80, widget=UnfoldAdminTextInputWidget)
    level = forms.CharField(max_length=60, required=False, widget=UnfoldAdminTextInputWidget)
    capacity = forms.IntegerField(min_value=1, widget=UnfoldAdminIntegerFieldWidget)


class SectionChoiceForm(StepForm):
    """One of the map's sections."""

    section = forms.ModelChoiceField(Section.objects.none(), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = self.subject.sections.all()  # type: ignore[attr-defined]


class SeatMapForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new map: its venue, its name and what the stage is called."""

    stage_label = forms.CharField(
        max_length=40,
        initial="Stage",
        widget=UnfoldAdminTextInputWidget,
        help_text="Stage, Pitch, Ring",
    )

    class Meta:
        model = SeatMap
        fields = ("venue", "name")
