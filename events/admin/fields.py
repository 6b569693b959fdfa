"""Form fields of the catalogue: money in major units, times at the venue."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from ticketmaster.core.money import to_decimal, to_minor


class MoneyField(forms.CharField):
    """An amount such as 45.00, read in the currency of what the form is about."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")
        self.currency = "USD"

    def prepare_value(self, value: Any) -> Any:
        """Minor units as people write them; what was typed, as it was typed."""
        return str(to_decimal(value, self.currency)) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        """Minor units. Raises ValidationError."""
        text = super().clean(value) or "0"
        try:
            return to_minor(text.replace(",", "."), self.currency)
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """By amount: 45 is 45.00."""
        try:
            return to_minor(str(data or "0").replace(",", "."), self.currency) != (initial or 0)
        except ValueError:
            return True


def shown_at_venue(moment: datetime | None, zone: str) -> datetime | None:
    """The venue's wall clock, labelled with the form's own zone so that the form shows it."""
    if moment is None:
        return None
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return timezone.make_aware(wall, timezone.get_current_timezone())


def typed_at_venue(moment: datetime | None, zone: str) -> datetime | None:
    """What was typed as the venue's wall clock, as a moment. The reverse of the above."""
    if moment is None:
        return None
    wall = timezone.make_naive(moment, timezone.get_current_timezone())
    return wall.replace(tzinfo=ZoneInfo(zone))
