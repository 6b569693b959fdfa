"""What lists of events show beside each row, read for all of them at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Min
from django.utils import timezone

from events.availability import summary_of
from events.models import Event, PriceLevel
from events.querysets import EventQuerySet
from events.sale_state import SaleState, sale_state


@dataclass(frozen=True)
class Listed:
    """An event with its live figures. Prices are all-in, in minor units of its currency."""

    event: Event
    availability: Mapping[str, Any] | None
    price_from_minor: int | None
    sale: SaleState


def listable(events: EventQuerySet) -> EventQuerySet:
    """With all that `listed` reads of each event, in four queries however many."""
    return events.with_listing().prefetch_related("sale_windows")


def lowest_prices(event_ids: Iterable[int]) -> dict[int, int]:
    """The lowest all-in price of each event that has one, in minor units."""
    total = F("face_minor") + F("fee_minor") + F("tax_minor")
    rows = (
        PriceLevel.objects.filter(event_id__in=list(event_ids))
        .order_by()
        .values("event_id")
        .annotate(lowest=Min(total))
    )
    return {row["event_id"]: row["lowest"] for row in rows}


def listed(events: Sequence[Event], *, now: datetime | None = None) -> list[Listed]:
    """These events (from `listable`) with their figures, in the same order."""
    moment = now or timezone.now()
    ids = [event.pk for event in events]
    if not ids:
        return []
    availability = summary_of(ids)
    prices = lowest_prices(ids)
    return [
        Listed(
            event=event,
            availability=availability.get(event.pk),
            price_from_minor=prices.get(event.pk),
            sale=sale_state(event, moment),
        )
        for event in events
    ]
