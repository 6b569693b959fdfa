"""What lists of events show beside each row, read for all of them at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from events.availability import summary_of
from events.models import Category, Event, Venue
from events.querysets import EventQuerySet
from events.sale_state import SaleState, Window, state_at

# Long texts stay where they are: who asks for one of these reads it then.
UNREAD = frozenset({"description", "refund_policy", "travel", "access"})


def _columns(model: type[Model]) -> list[str]:
    """Those that a list reads. None of their types needs Django's conversion."""
    fields = [field.attname for field in model._meta.concrete_fields]
    return [name for name in fields if name not in UNREAD]


EVENT, VENUE, CATEGORY = _columns(Event), _columns(Venue), _columns(Category)
EVENTS = f"""
SELECT {", ".join(f"e.{name}" for name in EVENT)}, {", ".join(f"v.{name}" for name in VENUE)},
    {", ".join(f"c.{name}" for name in CATEGORY)}
FROM events_event e JOIN events_venue v ON v.id = e.venue_id
JOIN events_category c ON c.id = e.category_id
WHERE e.id = ANY(%s) AND e.status <> 'draft'
"""
BESIDE = """
SELECT wanted.id,
    (SELECT json_agg(json_build_array(b.performer_id, p.name) ORDER BY b.position, b.id)::text
     FROM events_eventperformer b JOIN events_performer p ON p.id = b.performer_id
     WHERE b.event_id = wanted.id),
    (SELECT json_agg(json_build_array(w.kind, w.opens_at, w.closes_at))::text
     FROM events_salewindow w WHERE w.event_id = wanted.id),
    (SELECT min(l.face_minor + l.fee_minor + l.tax_minor)
     FROM events_pricelevel l WHERE l.event_id = wanted.id)
FROM unnest(%s::bigint[]) wanted(id)
"""


class Billed(NamedTuple):
    """Who plays."""

    performer_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An event with its live figures and who plays, in billing order. Prices are all-in, in minor
    units of its currency."""

    event: Event
    performers: tuple[Billed, ...]
    availability: Mapping[str, Any] | None
    price_from_minor: int | None
    sale: SaleState


def listable(events: EventQuerySet) -> EventQuerySet:
    """With all that `listed` needs of each event, in one query."""
    return events.select_related("venue", "category")


def listed_by_id(event_ids: Collection[int], *, now: datetime | None = None) -> dict[int, Listed]:
    """These events by id as they are now, drafts and unknown ones left out: in three queries, and
    without Django's own reading, which takes four times as long."""
    return {row.event.pk: row for row in listed(list(events_as_listed(event_ids)), now=now)}


def listed(events: Sequence[Event], *, now: datetime | None = None) -> list[Listed]:
    """These events (from `listable`) with their figures, in the same order, in two queries."""
    moment = now or timezone.now()
    ids = [event.pk for event in events]
    if not ids:
        return []
    availability = _availability(events)
    beside = _beside(ids)
    return [
        Listed(
            event=event,
            performers=beside[event.pk].performers,
            availability=availability.get(event.pk),
            price_from_minor=beside[event.pk].lowest,
            sale=state_at(moment, event=event, windows=beside[event.pk].windows),
        )
        for event in events
    ]


def _availability(events: Sequence[Event]) -> dict[int, Mapping[str, Any]]:
    """As `summary_of`, which is asked only about those on sale: of the others nothing is open."""
    closed = {"state": "not_on_sale", "available": 0}
    found: dict[int, Mapping[str, Any]] = {
        event.pk: {**closed, "total": event.ticket_total}
        for event in events
        if event.status != Event.Status.ON_SALE
    }
    return found | summary_of([event.pk for event in events if event.pk not in found])


class _Beside(NamedTuple):
    performers: tuple[Billed, ...]
    windows: list[Window]
    lowest: int | None


def _beside(event_ids: list[int]) -> dict[int, _Beside]:
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, [event_ids])
        rows = cursor.fetchall()
    return {
        event_id: _Beside(
            tuple(Billed(*one) for one in orjson.loads(billing or "[]")),
            [_window(*one) for one in orjson.loads(windows or "[]")],
            lowest,
        )
        for event_id, billing, windows, lowest in rows
    }


def _window(kind: str, opens_at: str, closes_at: str | None) -> Window:
    closes = None if closes_at is None else datetime.fromisoformat(closes_at)
    return Window(kind, datetime.fromisoformat(opens_at), closes)


def events_as_listed(event_ids: Collection[int]) -> Iterator[Event]:
    """These events with venue and category, in no order and without drafts.

    Events at one venue share it; long texts are read by whoever asks for them.
    """
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [list(event_ids)])
        rows = cursor.fetchall()
    venues: dict[int, Venue] = {}
    categories: dict[int, Category] = {}
    to_venue, to_category = len(EVENT), len(EVENT) + len(VENUE)
    for row in rows:
        event = Event.from_db(connection.alias, EVENT, row[:to_venue])
        if event.venue_id not in venues:
            values = row[to_venue:to_category]
            venues[event.venue_id] = Venue.from_db(connection.alias, VENUE, values)
        if event.category_id not in categories:
            values = row[to_category:]
            categories[event.category_id] = Category.from_db(connection.alias, CATEGORY, values)
        event.venue, event.category = venues[event.venue_id], categories[event.category_id]
        yield event
