"""New events from listings, hundreds in a handful of statements."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from events import moments
from events.importers.identities import ensure_categories, ensure_performers, ensure_venues
from events.importers.planning import PlannedEvent
from events.importers.stock import Stock, drawn_sections, make_levels, make_maps, make_windows
from events.models import Event, EventPerformer
from ticketmaster.core import audit


@transaction.atomic
def create_events(planned: Sequence[PlannedEvent], *, now: datetime) -> list[int]:
    """Store all of these, none of which is there yet, and send `events_changed` once.

    All or none: an IntegrityError or DataError leaves nothing behind. Returns their ids in
    order.
    """
    venues = ensure_venues((one.listing.place, one.time_zone) for one in planned)
    for one in planned:
        one.venue = venues[one.listing.place.key]
    performers, _ = ensure_performers(act for one in planned for act in one.listing.acts)
    categories = ensure_categories([(one.listing.segment, one.listing.genre) for one in planned])
    stocks = [
        Stock(
            event=_event(
                one, now=now, category_id=categories[one.listing.segment, one.listing.genre]
            ),
            planned=one,
        )
        for one in planned
    ]
    make_maps(stocks)
    _save_events(stocks)
    EventPerformer.objects.bulk_create(
        EventPerformer(event=stock.event, performer_id=performer_id, position=position)
        for stock in stocks
        for position, performer_id in enumerate(stock.planned.performer_ids(performers))
    )
    maps = {one.venue.drawn_map_id for one in planned if one.venue and one.venue.drawn_map_id}
    make_levels(stocks, drawn_sections(maps))
    make_windows(stocks, now)
    return _announce(stocks)


def _event(planned: PlannedEvent, *, now: datetime, category_id: int) -> Event:
    listing, venue = planned.listing, planned.venue
    assert venue is not None
    return Event(
        name=listing.name,
        description=listing.description,
        venue_id=venue.id,
        category_id=category_id,
        status=planned.status_at(now),
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        currency=listing.currency,
        source_key=planned.key,
    )


def _save_events(stocks: Sequence[Stock]) -> None:
    for stock in stocks:
        stock.event.seat_map_id = stock.map_id
    Event.objects.bulk_create(stock.event for stock in stocks)


def _announce(stocks: Sequence[Stock]) -> list[int]:
    ids = [stock.event.pk for stock in stocks]
    audit.record_many(subject="event", subject_ids=ids, action="import", after="created")
    moments.events_changed.send(sender=__name__, event_ids=ids)
    return ids
