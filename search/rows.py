"""Writing search rows: from the catalogue's current rows, never from what a caller believes."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from django.db import connection, transaction
from django.db.models import F, Max, Min

from events.listing import events_as_listed
from events.models import (
    Category,
    Event,
    EventPerformer,
    PerformerAlias,
    PerformerFact,
    PriceLevel,
    Segment,
)
from events.zones import zone_of
from search.documents import Weighted, document_of
from search.folding import collapse, fold, spellings
from search.locks import lock_rows
from search.models import NamesDue, SearchRow
from search.moments import rows_deleted, rows_written
from search.stock import Stock, stock_of

BATCH = 500
NO_PRICE = 2**62
# Shorter ones are one night's: who looks for the day after does not mean them.
LASTS_FOR_DAYS = timedelta(hours=20)
SEGMENTS = {value: str(label) for value, label in Segment.choices}
# The fact of a team by which all of a league's games are found.
LEAGUE = "League"

COLUMNS = [field.attname for field in SearchRow._meta.concrete_fields if field.name != "version"]
# One parameter whatever the number of rows: psycopg takes long statements apart slowly. The
# version is taken in the row's own lock, so that it grows with every write of it.
UPSERT = f"""
INSERT INTO search_searchrow ({", ".join(COLUMNS)}, version)
SELECT {", ".join(COLUMNS)}, nextval('search_version')
FROM jsonb_populate_recordset(NULL::search_searchrow, %s::jsonb)
ORDER BY event_id
ON CONFLICT (event_id) DO UPDATE SET
    {", ".join(f"{column} = EXCLUDED.{column}" for column in COLUMNS if column != "event_id")},
    version = nextval('search_version')
"""


class Billed(NamedTuple):
    """Who plays."""

    performer_id: int
    name: str
    aliases: list[str]
    league: str


@transaction.atomic
def write_search_rows(event_ids: Collection[int]) -> int:
    """Bring the search rows of these events up to date, and say how many events are findable.

    Inside the transaction of the change. Drafts and events that are gone lose their row. Locks
    the rows by id first and reads the catalogue then, so that of two changes the later one sees
    the earlier.
    """
    found = 0
    for ids in _batches(sorted(set(event_ids))):
        found += _write_batch(ids)
    return found


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _write_batch(ids: list[int]) -> int:
    demand = {row.pk: row.demand for row in lock_rows(ids).only("demand")}
    events = sorted(events_as_listed(ids), key=lambda event: event.pk)
    public = [event.pk for event in events]
    prices, stock, billing = _prices_of(public), stock_of(public), _billing_of(public)
    _upsert(
        [
            _row(
                event,
                billing.get(event.pk, []),
                prices=prices.get(event.pk, (None, None)),
                stock=stock[event.pk],
                demand=demand.get(event.pk, 0),
            )
            for event in events
        ]
    )
    _owe_names(ids)
    rows_written.send(sender=__name__, event_ids=public)
    delete_rows(sorted(demand.keys() - set(public)))
    return len(public)


def delete_rows(event_ids: Collection[int]) -> None:
    """Take these rows away. Their last versions are younger than all before."""
    if not event_ids:
        return
    SearchRow.objects.filter(pk__in=event_ids).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('search_version')")
        version = cursor.fetchone()[0]
    rows_deleted.send(sender=__name__, event_ids=list(event_ids), version=version)


def _upsert(rows: list[dict[str, Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [orjson.dumps(rows).decode()])


def _owe_names(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {NamesDue._meta.db_table} (event_id) SELECT unnest(%s::bigint[])", [ids]
        )


def _billing_of(ids: list[int]) -> dict[int, list[Billed]]:
    """Who plays at each event, in billing order: a query, and two for what they are known by."""
    rows = (
        EventPerformer.objects.filter(event_id__in=ids)
        .order_by("event_id", "position", "pk")
        .values_list("event_id", "performer_id", "performer__name")
    )
    found = list(rows)
    aliases: dict[int, list[str]] = defaultdict(list)
    performers = {row[1] for row in found}
    known = PerformerAlias.objects.filter(performer_id__in=performers)
    for performer_id, alias in known.values_list("performer_id", "name"):
        aliases[performer_id].append(alias)
    leagues = dict(
        PerformerFact.objects.filter(performer_id__in=performers, label=LEAGUE).values_list(
            "performer_id", "value"
        )
    )
    billing: dict[int, list[Billed]] = defaultdict(list)
    for event_id, performer_id, name in found:
        also, league = aliases.get(performer_id, []), leagues.get(performer_id, "")
        billing[event_id].append(Billed(performer_id, name, also, league))
    return billing


def _prices_of(ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    total = F("face_minor") + F("fee_minor") + F("tax_minor")
    rows = (
        PriceLevel.objects.filter(event_id__in=list(ids))
        .order_by()
        .values_list("event_id")
        .annotate(lowest=Min(total), highest=Max(total))
    )
    return {event_id: (lowest, highest) for event_id, lowest, highest in rows}


def _row(
    event: Event,
    billed: list[Billed],
    *,
    prices: tuple[int | None, int | None],
    stock: Stock,
    demand: int,
) -> dict[str, Any]:
    names = [one.name for one in billed]
    aliases = [alias for one in billed for alias in one.aliases]
    kind = [*_words_of_kind(event.category), *_unique((one.league for one in billed), str)]
    lowest, highest = prices
    return {
        "event_id": event.pk,
        "document": document_of(_weighted(event, [*names, *aliases], kind)),
        "title": fold(event.name),
        "performers": _unique(names, fold),
        "aliases": _unique(aliases, fold),
        "collapsed": _collapsed([event.name, *names, *aliases, event.venue.name]),
        "performer_ids": [one.performer_id for one in billed],
        "status": event.status,
        **_when(event),
        **_where(event),
        **_kind(event),
        "kind": fold(" ".join(kind)),
        "currency": event.currency,
        "price_from_minor": lowest,
        "price_to_minor": highest,
        "price_order": NO_PRICE if lowest is None else lowest,
        "availability": stock.availability,
        "accessible": stock.accessible,
        "turns_at": stock.turns_at,
        "onsale_at": stock.onsale_at,
        "popularity": popularity_of(known=event.popularity, demand=demand),
        "demand": demand,
    }


def popularity_of(*, known: int, demand: int) -> int:
    """0 to 100: what staff or import say of an event, lifted by how much it sells of late."""
    return round(100 - (100 - min(known, 100)) * (100 - demand) / 100)


def _when(event: Event) -> dict[str, Any]:
    zone = zone_of(event.venue.time_zone)
    starts = _wall_clock(event.starts_at, zone)
    ends_at = event.ends_at or event.starts_at
    lasts = ends_at - event.starts_at >= LASTS_FOR_DAYS
    return {
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "wall_clock": starts,
        "wall_clock_ends": _wall_clock(ends_at, zone) if lasts else starts,
        "local_dow": starts.isoweekday(),
        "time_zone": event.venue.time_zone,
    }


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=UTC)


def _where(event: Event) -> dict[str, Any]:
    venue = event.venue
    return {
        "venue_id": venue.pk,
        "venue_name": fold(venue.name),
        "city": fold(venue.city)[:120],
        "city_name": venue.city,
        "region": fold(venue.region)[:120],
        "country": venue.country.lower(),
        "latitude": venue.latitude,
        "longitude": venue.longitude,
    }


def _kind(event: Event) -> dict[str, Any]:
    category = event.category
    return {
        "segment": category.segment,
        "category": category.slug,
        "genre": category.genre_slug or "",
    }


def _words_of_kind(category: Category) -> tuple[str, str, str]:
    return category.genre, SEGMENTS.get(category.segment, category.segment), category.segment


def _unique(names: Iterable[str], written: Callable[[str], str]) -> list[str]:
    return [word for word in dict.fromkeys(written(name) for name in names) if word]


def _collapsed(names: Iterable[str]) -> list[str]:
    """Each whole name as one word; with signs read as letters too: pnk and pink."""
    found = dict.fromkeys(collapse(name) for name in names)
    for name in names:
        if len(name.split()) == 1:
            found.update(dict.fromkeys(spellings(name)))
    return [word for word in found if word]


def _weighted(event: Event, names: list[str], kind: list[str]) -> list[Weighted]:
    """What an event is found by: A its name and who plays, B the venue, C the town, D the kind
    and the league."""
    venue = event.venue
    return [
        Weighted(event.name, "A"),
        *(Weighted(name, "A") for name in names),
        Weighted(venue.name, "B"),
        *(Weighted(part, "C") for part in (venue.city, venue.region)),
        *(Weighted(word, "D") for word in kind),
    ]
