"""Writing search rows: from the catalogue's current rows, never from what a caller believes."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Min

from events.models import Event, PriceLevel
from search.documents import Weighted, document_of
from search.folding import collapse, fold
from search.models import SearchRow

BATCH = 500
# psycopg takes a statement apart in quadratic time: 500 rows in one cost as much as all else.
ROWS_PER_STATEMENT = 40
WRITTEN = [
    field.name for field in SearchRow._meta.concrete_fields if field.name != SearchRow._meta.pk.name
]


def write_search_rows(event_ids: Collection[int]) -> int:
    """Bring the search rows of these events up to date, and say how many events are findable.

    Inside the transaction of the change. Drafts and events that are gone lose their row.
    """
    found = 0
    for ids in _batches(sorted(event_ids)):
        found += _write_batch(ids)
    return found


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _write_batch(ids: list[int]) -> int:
    events = list(
        Event.objects.filter(pk__in=ids)
        .public()
        .select_related("venue", "category")
        .prefetch_related("billing__performer__aliases")
        .order_by("pk")
    )
    prices = _prices_of([event.pk for event in events])
    rows = [_row(event, *prices.get(event.pk, (None, None))) for event in events]
    SearchRow.objects.bulk_create(
        rows,
        batch_size=ROWS_PER_STATEMENT,
        update_conflicts=True,
        unique_fields=["event"],
        update_fields=WRITTEN,
    )
    gone = set(ids) - {event.pk for event in events}
    if gone:
        SearchRow.objects.filter(pk__in=gone).delete()
    return len(rows)


def _prices_of(ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    total = F("face_minor") + F("fee_minor") + F("tax_minor")
    rows = (
        PriceLevel.objects.filter(event_id__in=list(ids))
        .order_by()
        .values_list("event_id")
        .annotate(lowest=Min(total), highest=Max(total))
    )
    return {event_id: (lowest, highest) for event_id, lowest, highest in rows}


def _row(event: Event, price_from: int | None, price_to: int | None) -> SearchRow:
    venue, category = event.venue, event.category
    names = _performer_names(event)
    local = event.starts_at.astimezone(ZoneInfo(venue.time_zone))
    return SearchRow(
        event_id=event.pk,
        document=document_of(_weighted(event, names)),
        exact=_barred([event.name, *names], collapse),
        status=event.status,
        starts_at=event.starts_at,
        wall_clock=local.replace(tzinfo=UTC),
        time_zone=venue.time_zone,
        venue_id=venue.pk,
        venue_name=fold(venue.name),
        performer_names=_barred(names, fold),
        city=fold(venue.city)[:120],
        city_name=venue.city,
        region=fold(venue.region)[:120],
        country=venue.country.lower(),
        latitude=venue.latitude,
        longitude=venue.longitude,
        segment=category.segment,
        category=category.slug,
        genre=category.genre_slug or "",
        price_from_minor=price_from,
        price_to_minor=price_to,
        popularity=event.popularity,
    )


def _performer_names(event: Event) -> list[str]:
    """Names and aliases of all who play, in billing order."""
    names = []
    for billed in event.billing.all():
        names.append(billed.performer.name)
        names.extend(alias.name for alias in billed.performer.aliases.all())
    return names


def _barred(names: Iterable[str], written: Callable[[str], str]) -> str:
    words = dict.fromkeys(written(name) for name in names)
    return f"|{'|'.join(word for word in words if word)}|"


def _weighted(event: Event, names: list[str]) -> list[Weighted]:
    """What an event is found by: A its name and who plays, B the venue, C the town, D the kind."""
    venue, category = event.venue, event.category
    return [
        Weighted(event.name, "A"),
        *(Weighted(name, "A") for name in names),
        Weighted(venue.name, "B"),
        *(Weighted(part, "C") for part in (venue.city, venue.region)),
        Weighted(category.genre, "D"),
        Weighted(category.get_segment_display(), "D"),
        Weighted(category.segment, "D"),
    ]
