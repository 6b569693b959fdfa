"""What a listing changes about an event that is there already. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch

from events.importers.identities import same_genre
from events.importers.planning import PlannedEvent
from events.importers.stock import DrawnSections, is_imported_map
from events.models import (
    Event,
    EventPerformer,
    PriceLevel,
    PriceLevelSection,
    SaleWindow,
    Section,
)

Status = Event.Status


@dataclass(slots=True)
class Changes:
    """What to write: plain fields, and which of the larger parts differ.

    `grown` maps an offer's name to its new number of places, at an event whose tickets are made.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    dates: bool = False
    venue: bool = False
    category: bool = False
    billing: bool = False
    stock: bool = False
    prices: dict[str, int] = field(default_factory=dict)
    grown: dict[str, int] = field(default_factory=dict)
    windows: bool = False
    status: Event.Status | None = None
    notes: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        """What changes, for the audit trail; empty when nothing does."""
        parts = ["dates", "venue", "category", "billing", "stock", "prices", "grown", "windows"]
        found = [*self.fields, *(part for part in parts if getattr(self, part))]
        return [*found, f"status {self.status}"] if self.status else found


def stored_events(keys: Iterable[str]) -> dict[str, Event]:
    """The events of these keys with all that is compared, in six queries however many."""
    sections = PriceLevelSection.objects.select_related("section")
    events = (
        Event.objects.filter(source_key__in=list(keys))
        .select_related("venue", "category", "seat_map")
        .prefetch_related(
            Prefetch("billing", EventPerformer.objects.select_related("performer")),
            Prefetch("price_levels", PriceLevel.objects.order_by("position", "pk")),
            Prefetch("price_levels__pricelevelsection_set", sections),
            Prefetch("sale_windows", SaleWindow.objects.prefetch_related("price_levels")),
        )
    )
    return {event.source_key: event for event in events if event.source_key}


def changes_of(
    event: Event, planned: PlannedEvent, *, drawn: DrawnSections, now: datetime
) -> Changes:
    """How the listing differs from the event as stored (from `stored_events`)."""
    changes, listing = Changes(), planned.listing
    for name in ("name", "description"):
        if getattr(event, name) != getattr(listing, name):
            changes.fields[name] = getattr(listing, name)
    changes.dates = (event.starts_at, event.ends_at) != (planned.starts_at, planned.ends_at)
    changes.venue = planned.venue is None or event.venue_id != planned.venue.id
    changes.category = event.category.segment != listing.segment or not same_genre(
        event.category.genre, listing.genre
    )
    billed = [billing.performer.name.casefold() for billing in event.billing.all()]
    changes.billing = billed != [act.name.casefold() for act in listing.acts]
    _compare_status(event, planned, changes, now)
    if event.status == Status.CANCELLED or not listing.tells_prices:
        return changes
    if event.ticket_total == 0:
        changes.stock = _stock_differs(event, planned, drawn)
    else:
        _compare_stock_on_sale(event, planned, changes)
    changes.windows = _windows_differ(event, planned)
    return changes


def _compare_status(event: Event, planned: PlannedEvent, changes: Changes, now: datetime) -> None:
    wanted, coming = planned.listing.status, (Status.SCHEDULED, Status.ON_SALE)
    if event.status == Status.CANCELLED:
        if wanted != Status.CANCELLED:
            changes.notes.append("was cancelled here and stays so")
    elif wanted == Status.CANCELLED:
        if event.status in (*coming, Status.POSTPONED):
            changes.status = Status.CANCELLED
        else:
            changes.notes.append(f"cancelled, but {event.status} here: left as it is")
    elif wanted == Status.POSTPONED:
        changes.status = Status.POSTPONED if event.status in coming else None
    elif event.status == Status.POSTPONED:
        changes.status = Status.SCHEDULED
    elif event.status == Status.ENDED and planned.status_at(now) == Status.SCHEDULED:
        changes.status = Status.SCHEDULED  # its date was wrong and is put right


def _stock_differs(event: Event, planned: PlannedEvent, drawn: DrawnSections) -> bool:
    """Whether the offers make another stock than the event's, of which no ticket is made yet."""
    wanted: list[tuple[str, int, int | None]] = []
    drawn_map_id = planned.venue.drawn_map_id if planned.venue else None
    for offer in planned.listing.offers:
        place: int | None = offer.places or None
        if drawn_map_id is not None:
            place = drawn[drawn_map_id].get(offer.name.casefold())
        wanted.append((offer.name, offer.price_minor, place))
    stored: list[tuple[str, int, int | None]] = []
    for level in event.price_levels.all():
        sections = [given.section for given in level.pricelevelsection_set.all()]
        places = sum(section.capacity for section in sections) or None
        if drawn_map_id is not None:
            places = sections[0].pk if len(sections) == 1 else None
        stored.append((level.name, level.total_minor, places))
    return wanted != stored or event.currency != planned.listing.currency


def _compare_stock_on_sale(event: Event, planned: PlannedEvent, changes: Changes) -> None:
    """Prices may change and places be added; nothing that somebody may have is taken away."""
    if event.currency != planned.listing.currency:
        changes.notes.append(
            f"now in {planned.listing.currency}, but sold in {event.currency}: prices left alone"
        )
        return
    stored = {level.name.casefold(): level for level in event.price_levels.all()}
    imported = event.seat_map is not None and is_imported_map(event.seat_map)
    for offer in planned.listing.offers:
        level = stored.pop(offer.name.casefold(), None)
        if level is not None and level.total_minor != offer.price_minor:
            changes.prices[offer.name] = offer.price_minor
        if imported:
            _compare_places(offer.name, offer.places, level, changes)
        elif level is None:
            changes.notes.append(f"offer {offer.name!r} is new: seats on sale keep their prices")
    changes.notes += [f"no longer offers {level.name!r}: kept" for level in stored.values()]


def _compare_places(
    name: str, places: int | None, level: PriceLevel | None, changes: Changes
) -> None:
    sections: list[Section] = (
        [given.section for given in level.pricelevelsection_set.all()] if level else []
    )
    there = sum(section.capacity for section in sections)
    if places is None or places == there:
        return
    if places > there:
        changes.grown[name] = places
    else:
        changes.notes.append(
            f"offer {name!r} has {places:,} places now, {there:,} are on sale: none is taken away"
        )


def _windows_differ(event: Event, planned: PlannedEvent) -> bool:
    """Whether general sales open otherwise than listed; without `validFrom` any opening will do."""
    groups = planned.sale_groups()
    if not groups:
        return False
    stored: dict[frozenset[str], datetime] = {}
    for window in event.sale_windows.all():
        if window.kind == SaleWindow.Kind.GENERAL:
            sold = frozenset(level.name.casefold() for level in window.price_levels.all())
            stored[sold] = window.opens_at
    if len(groups) != len(stored):
        return True
    for opens_at, names in groups:
        key = frozenset(name.casefold() for name in names) if len(groups) > 1 else frozenset()
        if key not in stored or (opens_at is not None and stored[key] != opens_at):
            return True
    return False


def moved_doors(event: Event, planned: PlannedEvent) -> datetime | None:
    """Doors as long before the new start as before the old one."""
    if event.doors_at is None:
        return None
    before: timedelta = event.starts_at - event.doors_at
    return planned.starts_at - before
