"""On what terms fans may give tickets back: set on the event, frozen on each booking."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from events.models import Event

Rule = Event.RefundRule


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """The rule, until how many hours before the start it holds, and the promoter's own words."""

    rule: str = Rule.NONE
    hours: int = 0
    text: str = ""

    @property
    def takes_back(self) -> bool:
        """Whether tickets can be given back at all."""
        return self.rule != Rule.NONE

    @property
    def keeps_fees(self) -> bool:
        """Whether the fee stays with us when a fan gives a ticket back."""
        return self.rule == Rule.LESS_FEES

    def deadline(self, starts_at: datetime) -> datetime:
        """The last moment to give tickets back, for the date that the event has now."""
        return starts_at - timedelta(hours=self.hours)

    def as_json(self) -> dict[str, Any]:
        """What a booking keeps of them."""
        return asdict(self)


def terms_of_event(event: Event) -> RefundTerms:
    """What the event's page promises now."""
    return RefundTerms(event.refund_rule, event.refund_hours, event.refund_policy)


def terms_from(kept: Mapping[str, Any]) -> RefundTerms:
    """What a booking has kept; one from before there were rules has only the promoter's words."""
    return RefundTerms(
        rule=kept.get("rule", Rule.NONE), hours=kept.get("hours", 0), text=kept.get("text", "")
    )
