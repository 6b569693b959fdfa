"""Writing a made-up catalogue by COPY, some thousand events in a transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Substr

from events.generating.batches import one_by_one, two_at_a_time
from events.generating.evenings import Evening, Programme
from events.generating.houses import House, SeatedMap, ensure_houses, ensure_map
from events.generating.people import Act, acts
from events.importers.identities import ensure_categories, ensure_performers
from events.importers.listing import Act as NamedAct
from events.locks import own_ticket_making
from events.models import (
    Event,
    EventPerformer,
    PriceLevel,
    PriceLevelSection,
    SaleWindow,
    Ticket,
)
from events.moments import events_changed
from ticketmaster.core.clock import database_now
from ticketmaster.core.copying import copy_rows, copy_values, reserve_ids
from ticketmaster.core.models import AuditRecord

KEY_PREFIX = "generated:"
EVENTS_AT_ONCE = 2_000
TICKETS_AT_ONCE = 200_000
# Seats of all new maps together: houses share what is measured, not the drawing.
MOST_DRAWN_SEATS = 200_000
MOST_MAPS = 40
EVENTS_PER_ACT, EVENTS_PER_HOUSE = 50, 250
FEWEST_ACTS, MOST_ACTS = 40, 20_000
FEWEST_HOUSES, MOST_HOUSES = 20, 4_000
TICKET_COLUMNS = ("event_id", "section_id", "seat_id", "price_level_id", "position", "status")
EVENT_COLUMNS = (
    "id", "name", "description", "venue_id", "seat_map_id", "category_id", "status", "starts_at",
    "ends_at", "doors_at", "currency", "popularity", "ticket_total", "source_key",
)  # fmt: skip
LEVEL_COLUMNS = ("id", "event_id", "name", "position", "face_minor", "fee_minor", "tax_minor")
AUDIT_COLUMNS = ("subject", "subject_id", "action", "after")
LEVEL_NAMES = ("Best", "Good", "Plain")
FEE_SHARE, TAX_SHARE = 10, 20  # a tenth and a twentieth of the face price
TABLES = (Event, EventPerformer, PriceLevel, PriceLevelSection, SaleWindow, Ticket)

# So many events are written over two connections at once.
MANY = 20_000

Advance = Callable[[int], None]
Batch = list[tuple[int, Evening]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What all events of a run stand on: ids by act, category and house, and the maps."""

    performer_ids: list[int]
    category_ids: dict[tuple[str, str], int]
    maps: dict[int, SeatedMap]


@dataclass(slots=True)
class Made:
    """Counts of a run."""

    events: int = 0
    tickets: int = 0


def generate_catalogue(*, events: int, tickets: int, seed: int, advance: Advance) -> Made:
    """Add so many events with so many tickets each, all free; nothing is random beyond the seed.

    With tickets they are on sale and everybody may buy; without any they are `scheduled`. A
    further run with the same seed goes on behind the last event of the one before. `advance` is
    told how many events are done. Transactions are short: what is cut off keeps whole events.
    """
    now = database_now()
    first = _number_behind(f"{KEY_PREFIX}{seed}:")
    everyone = acts(_within(events // EVENTS_PER_ACT, FEWEST_ACTS, MOST_ACTS), seed=seed)
    houses = _houses(events, tickets, seed)
    ground = Ground(
        performer_ids=_performer_ids(everyone),
        category_ids=_category_ids(everyone),
        maps=_maps(houses, tickets),
    )
    programme = Programme(acts=everyone, houses=houses, seed=seed, today=now.date())
    evenings = iter(enumerate(programme.evenings(first, events), first))
    at_once = _within(TICKETS_AT_ONCE // max(tickets, 1), 1, EVENTS_AT_ONCE)
    batches = iter(lambda: list(islice(evenings, at_once)), [])
    write = partial(_write, ground=ground, seed=seed, tickets=tickets, now=now)
    made = Made()
    is_large = events >= MANY and not tickets and not connection.in_atomic_block
    for batch, added in (two_at_a_time if is_large else one_by_one)(write, batches):
        made.tickets += added
        made.events += len(batch)
        advance(len(batch))
    _analyse()
    return made


def _number_behind(prefix: str) -> int:
    """The next number behind all events whose keys have that prefix."""
    made = Event.objects.filter(source_key__startswith=prefix)
    number = Cast(Substr("source_key", len(prefix) + 1), BigIntegerField())
    last: int | None = made.aggregate(last=Max(number))["last"]
    return 0 if last is None else last + 1


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def _houses(events: int, tickets: int, seed: int) -> list[House]:
    count = _within(events // EVENTS_PER_HOUSE, FEWEST_HOUSES, MOST_HOUSES)
    if tickets:
        count = min(count, _within(MOST_DRAWN_SEATS // tickets, 1, MOST_MAPS), max(events, 1))
    return ensure_houses(count, seed=seed)


def _performer_ids(everyone: Sequence[Act]) -> list[int]:
    with transaction.atomic():
        ids, _ = ensure_performers(NamedAct(act.name) for act in everyone)
    return [ids[act.name] for act in everyone]


def _category_ids(everyone: Sequence[Act]) -> dict[tuple[str, str], int]:
    with transaction.atomic():
        found = ensure_categories([(act.segment, act.genre) for act in everyone])
    return {(str(segment), genre): pk for (segment, genre), pk in found.items()}


def _maps(houses: Sequence[House], tickets: int) -> dict[int, SeatedMap]:
    if not tickets:
        return {}
    return {
        house.venue_id: ensure_map(venue_id=house.venue_id, seats=tickets, number=number)
        for number, house in enumerate(houses)
    }


@transaction.atomic
def _write(
    batch: Batch,
    *,
    ground: Ground,
    seed: int,
    tickets: int,
    now: datetime,
) -> int:
    """Write these events with all that hangs on them, and send `events_changed` once."""
    ids = reserve_ids(Event, len(batch))
    evenings = [evening for _, evening in batch]
    copy_values(
        Event,
        EVENT_COLUMNS,
        (
            _event(pk, evening, ground, key=f"{KEY_PREFIX}{seed}:{number}", tickets=tickets)
            for pk, (number, evening) in zip(ids, batch, strict=True)
        ),
    )
    _write_billing(ids, evenings, ground)
    levels = _write_prices(ids, evenings, ground)
    opened = now - timedelta(days=7)
    copy_values(SaleWindow, ("event_id", "opens_at"), ((pk, opened) for pk in ids))
    made = _write_tickets(ids, evenings, ground, levels) if tickets else 0
    copy_values(AuditRecord, AUDIT_COLUMNS, (("event", pk, "generate", "created") for pk in ids))
    events_changed.send(sender=__name__, event_ids=ids)
    return made


def _event(pk: int, evening: Evening, ground: Ground, *, key: str, tickets: int) -> tuple[Any, ...]:
    """The values of EVENT_COLUMNS."""
    drawn = ground.maps.get(evening.house.venue_id)
    status = Event.Status.ON_SALE if tickets else Event.Status.SCHEDULED
    return (
        pk,
        evening.name,
        f"{evening.name}, {evening.house.city.name}.",
        evening.house.venue_id,
        drawn.id if drawn else None,
        ground.category_ids[str(evening.segment), evening.genre],
        status.value,
        evening.starts_at,
        evening.ends_at,
        evening.starts_at - timedelta(hours=1),
        evening.house.currency,
        evening.popularity,
        tickets,
        key,
    )


def _write_billing(ids: Sequence[int], evenings: Sequence[Evening], ground: Ground) -> None:
    copy_values(
        EventPerformer,
        ("event_id", "performer_id", "position"),
        (
            (pk, ground.performer_ids[place], position)
            for pk, evening in zip(ids, evenings, strict=True)
            for position, place in enumerate(evening.performers)
        ),
    )


def _write_prices(
    ids: Sequence[int], evenings: Sequence[Evening], ground: Ground
) -> list[list[int]]:
    """Price levels and, where there is a map, whose they are; of each event its level ids."""
    per_event = len(LEVEL_NAMES)
    fresh = iter(reserve_ids(PriceLevel, per_event * len(ids)))
    levels = [list(islice(fresh, per_event)) for _ in ids]
    copy_values(
        PriceLevel,
        LEVEL_COLUMNS,
        (
            _level(level, pk, position, evening.prices[position])
            for pk, evening, mine in zip(ids, evenings, levels, strict=True)
            for position, level in enumerate(mine)
        ),
    )
    copy_values(
        PriceLevelSection,
        ("event_id", "section_id", "price_level_id"),
        (
            (pk, section, mine[_price_of(place, drawn)])
            for pk, evening, mine in zip(ids, evenings, levels, strict=True)
            if (drawn := ground.maps.get(evening.house.venue_id))
            for section, place in drawn.sections
        ),
    )
    return levels


def _level(level_id: int, event_id: int, position: int, face: int) -> tuple[Any, ...]:
    """The values of LEVEL_COLUMNS."""
    fees = face // FEE_SHARE, face // TAX_SHARE
    return level_id, event_id, LEVEL_NAMES[position], position, face, *fees


def _price_of(level: int, drawn: SeatedMap) -> int:
    """Which price a level of the house has: the front ones the best."""
    return level * len(LEVEL_NAMES) // max(len(drawn.levels), 1)


def _write_tickets(
    ids: Sequence[int],
    evenings: Sequence[Evening],
    ground: Ground,
    levels: Sequence[Sequence[int]],
) -> int:
    """All places of each event, free; ids of an event's tickets follow each other."""
    own_ticket_making()
    maps = [ground.maps[evening.house.venue_id] for evening in evenings]
    return copy_rows(
        table=Ticket._meta.db_table,
        columns=TICKET_COLUMNS,
        rows=_tickets(zip(ids, maps, levels, strict=True)),
    )


def _tickets(
    events: Iterable[tuple[int, SeatedMap, Sequence[int]]],
) -> Iterator[tuple[int, int, int, int, int, str]]:
    free = Ticket.Status.AVAILABLE.value
    for event_id, drawn, mine in events:
        price = [mine[_price_of(level, drawn)] for level in range(len(drawn.levels))]
        for section, seat, level, position in drawn.places:
            yield event_id, section, seat, price[level], position, free


def _analyse() -> None:
    """Tell the planner what is there now, instead of waiting for autovacuum."""
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
