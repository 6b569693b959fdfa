"""Making the billing, prices, places and openings of events anew from their listings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.importers.comparing import Changes
from events.importers.planning import PlannedEvent
from events.importers.stock import (
    Stock,
    drawn_sections,
    is_imported_map,
    make_levels,
    make_maps,
    make_windows,
)
from events.models import Event, EventPerformer, PriceLevel, SaleWindow, SeatMap


@dataclass(frozen=True, slots=True)
class Change:
    """An event as stored (from `stored_events`), its listing's plan, and how they differ."""

    event: Event
    planned: PlannedEvent
    changes: Changes


def rebill(changed: Sequence[Change], performers: dict[str, int]) -> None:
    """Bill each event as its listing does; `performers` has their ids by name."""
    EventPerformer.objects.filter(event__in=[one.event for one in changed]).delete()
    EventPerformer.objects.bulk_create(
        EventPerformer(event=one.event, performer_id=performer_id, position=position)
        for one in changed
        for position, performer_id in enumerate(one.planned.performer_ids(performers))
    )


def replace_stock(changed: Sequence[Change]) -> list[Stock]:
    """Levels, places and openings anew, for events of which no ticket is made yet.

    Saves which map each event has; its currency is the caller's to save.
    """
    events = [one.event for one in changed]
    old_maps = [event.seat_map for event in events if event.seat_map is not None]
    Event.objects.filter(pk__in=[event.pk for event in events]).update(seat_map=None)
    PriceLevel.objects.filter(event__in=events).delete()
    unused = [old.pk for old in old_maps if is_imported_map(old) and old.frozen_at is None]
    SeatMap.objects.filter(pk__in=unused).delete()
    stocks = [Stock(event=one.event, planned=one.planned) for one in changed]
    make_maps(stocks)
    for stock in stocks:
        stock.event.seat_map_id = stock.map_id
    Event.objects.bulk_update(events, ["seat_map"])
    drawn = {stock.planned.drawn_map_id for stock in stocks} - {None}
    make_levels(stocks, drawn_sections(map_id for map_id in drawn if map_id is not None))
    return stocks


def rebuild_windows(changed: Sequence[Change], made: Sequence[Stock], now: datetime) -> None:
    """General sales as listed; presales are staff's own. Without `validFrom` it opened before.

    `made` has the stocks of those whose levels are new.
    """
    events = [one.event for one in changed]
    general = SaleWindow.objects.filter(event__in=events, kind=SaleWindow.Kind.GENERAL)
    opened: dict[int, datetime] = {}
    for event_id, opens_at in general.order_by("-opens_at").values_list("event", "opens_at"):
        opened[event_id] = opens_at
    general.delete()
    by_event = {stock.event.pk: stock for stock in made}
    stocks = [by_event.get(one.event.pk) or _with_levels(one) for one in changed]
    for stock in stocks:
        stock.opened_at = opened.get(stock.event.pk)
    make_windows(stocks, now)


def _with_levels(one: Change) -> Stock:
    levels = {level.name.casefold(): level for level in PriceLevel.objects.filter(event=one.event)}
    offers = one.planned.listing.offers
    return Stock(
        event=one.event,
        planned=one.planned,
        levels={offer.name: levels[offer.name.casefold()] for offer in offers},
    )
