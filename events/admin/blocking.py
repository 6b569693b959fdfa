"""Which tickets staff mean: by section, rows and seats, by a number of places, or pasted."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from events.blocking import block_tickets, unblock_tickets
from events.maps.rows import row_names
from events.models import Event, Section, Ticket
from ticketmaster.core.admin.steps import StepForm
from ticketmaster.core.errors import DomainError

SEAT = re.compile(
    r"^(?P<row>[A-Za-z]{1,10}|\d{1,5})[\s/,-]+(?P<number>\w{1,10})$|^(?P<joined>[A-Za-z]+)(?P<digits>\d+)$"
)
RANGE = re.compile(r"^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$")
MOST_NUMBERS = 5_000


class BlockForm(StepForm):
    """Section, then what of it."""

    do = forms.ChoiceField(
        label="What to do",
        choices=[("block", "Take out of sale"), ("release", "Put back on sale")],
        initial="block",
        widget=UnfoldAdminRadioSelectWidget,
    )
    section = forms.ModelChoiceField(Section.objects.none(), widget=UnfoldAdminSelectWidget)
    rows = forms.CharField(
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="Such as A-C or F; blank means all rows",
    )
    seats = forms.CharField(
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="Such as 1-10, 14; blank means all seats of those rows",
    )
    places = forms.IntegerField(
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="How many places, in a standing section",
    )
    pasted = forms.CharField(
        required=False,
        max_length=50_000,
        widget=UnfoldAdminTextareaWidget,
        help_text="Or paste seats, one a line: B 12",
    )
    reason = forms.CharField(max_length=120, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = Section.objects.filter(seat_map=self.subject.seat_map_id)
        self.fields["section"].queryset = sections  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Add `ticket_ids`: exactly the tickets that are meant."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        section = cleaned["section"]
        tickets = Ticket.objects.filter(event=self.subject, section=section)
        try:
            if section.kind == Section.Kind.STANDING:
                cleaned["ticket_ids"] = self._standing(tickets, cleaned)
            elif cleaned["pasted"].strip():
                cleaned["ticket_ids"] = self._pasted(tickets, cleaned["pasted"])
            else:
                cleaned["ticket_ids"] = self._seated(tickets, cleaned)
        except DomainError as error:
            raise forms.ValidationError(error.detail) from error
        if not cleaned["ticket_ids"]:
            raise forms.ValidationError("There is no such ticket in that section.")
        return cleaned

    def _standing(self, tickets: QuerySet[Ticket], cleaned: dict[str, Any]) -> list[int]:
        if not cleaned["places"]:
            raise forms.ValidationError("Say how many standing places.")
        status = "available" if cleaned["do"] == "block" else "blocked"
        # From the back, where a hold by a buyer is least likely to be in the way.
        found = tickets.filter(status=status).order_by("-position").values_list("pk", flat=True)
        chosen = list(found[: cleaned["places"]])
        if len(chosen) < cleaned["places"]:
            raise forms.ValidationError(f"Only {len(chosen)} places of that section are {status}.")
        return chosen

    def _seated(self, tickets: QuerySet[Ticket], cleaned: dict[str, Any]) -> list[int]:
        if cleaned["rows"].strip():
            tickets = tickets.filter(seat__row__in=row_names(cleaned["rows"]))
        if cleaned["seats"].strip():
            tickets = tickets.filter(seat__number__in=_numbers(cleaned["seats"]))
        return list(tickets.order_by("pk").values_list("pk", flat=True))

    def _pasted(self, tickets: QuerySet[Ticket], pasted: str) -> list[int]:
        wanted = [_seat(line) for line in pasted.splitlines() if line.strip()]
        known = {
            (row, number): pk
            for pk, row, number in tickets.values_list("pk", "seat__row", "seat__number")
        }
        missing = [f"{row} {number}" for row, number in wanted if (row, number) not in known]
        if missing:
            raise forms.ValidationError(f"No such seat there: {', '.join(missing[:10])}.")
        return sorted({known[seat] for seat in wanted})


def block_or_release(event: Event, asked: dict[str, Any], actor_id: int) -> str:
    """Do what the form asks and say how many tickets it was."""
    chosen = {
        "event_id": event.pk,
        "ticket_ids": asked["ticket_ids"],
        "actor_id": actor_id,
        "reason": asked["reason"],
    }
    if asked["do"] == "block":
        return f"{block_tickets(**chosen)} tickets are out of sale."
    return f"{unblock_tickets(**chosen)} tickets are on sale again."


def _numbers(text: str) -> list[str]:
    numbers: list[str] = []
    for part in text.split(","):
        match = RANGE.match(part.strip())
        if match is None:
            raise forms.ValidationError(f"{part.strip()!r} is not a seat or a range of seats.")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last - first >= MOST_NUMBERS:
            raise forms.ValidationError(f"{part.strip()!r} runs backwards or too far.")
        numbers += [str(number) for number in range(first, last + 1)]
    return numbers


def _seat(line: str) -> tuple[str, str]:
    match = SEAT.match(line.strip())
    if match is None:
        raise forms.ValidationError(f"{line.strip()[:40]!r} is not a row and a seat.")
    row, number = match["row"] or match["joined"], match["number"] or match["digits"]
    return row.upper(), number
