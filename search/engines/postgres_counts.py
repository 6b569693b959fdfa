"""How many events were found, and the facets: counted to 10,000, from there on approximately."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from search.engines.base import COUNTED_TO, FACET_VALUES, FACETS, Facets
from search.engines.city_counts import CityKey, most_frequent
from search.engines.postgres_filters import filtered
from search.engines.postgres_plans import Plan, read
from search.models import SearchRow
from search.remembering import remembered
from search.request import SearchRequest
from ticketmaster.core.errors import TemporarilyUnavailable

# Of what is surely more than COUNTED_TO the facets are counted over this many.
SAMPLE = 2_000
SURELY_MORE = 4 * COUNTED_TO
# Counts over so many rows and more are remembered for some seconds.
REMEMBERED_FROM = 1_000
AT_ANY_TIME = datetime.min

# What is counted, over rows that have these columns.
COLUMNS = (*FACETS, "region", "country")
GROUPED = (
    "grouping(segment, genre, city), coalesce(segment, genre, city), region, country, count(*)"
)
BY = "GROUP BY GROUPING SETS ((), (segment), (genre), (city, region, country))"
# What is not grouped by, as bits in the order of the columns.
Group = tuple[int, str | None, str, str, int]
TOTAL, CITY, GROUPINGS = 0b111, 0b110, {0b011: "segment", 0b101: "genre"}


@dataclass(frozen=True)
class Counts:
    """`total` is counted to COUNTED_TO. With `approx` the facets are those of a part."""

    total: int
    facets: Facets
    approx: bool


@dataclass(frozen=True)
class Groups:
    """How many rows were counted, and the facets over them."""

    total: int
    facets: Facets


def counts_of(request: SearchRequest, rows: QuerySet[SearchRow], *, believed: int) -> Counts:
    """The counts of `rows`, which `request` asks for and of which there are about `believed`.

    Those of a thousand rows and more may be some seconds old.
    """
    is_huge = believed >= SURELY_MORE
    try:
        limit = SAMPLE if is_huge else COUNTED_TO
        groups = groups_of(request, lambda: _counted(rows, limit), limit=limit)
        facets = groups.facets | _without_own_choice(request, limit=limit)
    except TemporarilyUnavailable:
        return Counts(min(believed, COUNTED_TO), {name: [] for name in FACETS}, approx=True)
    if is_huge and groups.total == SAMPLE:
        return Counts(COUNTED_TO, facets, approx=True)
    if is_huge:
        return counts_of(request, rows, believed=0)
    return Counts(groups.total, facets, approx=groups.total >= COUNTED_TO)


def counts_from(request: SearchRequest, groups: Groups) -> Counts:
    """The counts of which `groups` are known already."""
    facets = groups.facets
    with suppress(TemporarilyUnavailable):
        facets = facets | _without_own_choice(request, limit=COUNTED_TO)
    total = min(groups.total, COUNTED_TO)
    return Counts(total, facets, approx=groups.total >= COUNTED_TO)


def _without_own_choice(request: SearchRequest, *, limit: int) -> Facets:
    """The facets of which values are chosen, as if none were."""
    facets: Facets = {}
    if request.types:
        wider = _wider(replace(request, types=()), limit).facets
        facets.update(segment=wider["segment"], genre=wider["genre"])
    if request.places:
        facets["city"] = _wider(replace(request, places=()), limit).facets["city"]
    return facets


def _wider(request: SearchRequest, limit: int) -> Groups:
    return groups_of(request, lambda: _counted(filtered(request), limit), limit=limit)


def groups_of(
    request: SearchRequest, count: Callable[[], Groups], *, limit: int = COUNTED_TO
) -> Groups:
    """What `count` counts, or what is remembered of the same request over so many rows."""
    asked = replace(request, now=AT_ANY_TIME, sort="date", cursor="", page_size=0)
    return remembered(
        ("facets", asked, limit), count, is_worth_it=lambda groups: groups.total >= REMEMBERED_FROM
    )


def _counted(rows: QuerySet[SearchRow], limit: int) -> Groups:
    first = rows.order_by().values_list(*COLUMNS)[:limit]
    statement, values = first.query.sql_with_params()

    def count() -> list[Group]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {GROUPED} FROM ({statement}) first {BY}", values)
            return cursor.fetchall()

    return groups_from(read(Plan.OWN, Plan.WALK, count))


def groups_from(rows: Iterable[Group]) -> Groups:
    """What rows of GROUPED say."""
    total, counts = 0, {name: dict[str, int]() for name in GROUPINGS.values()}
    cities: dict[CityKey, int] = {}
    for grouping, value, region, country, number in rows:
        if grouping == TOTAL:
            total = number
        elif value and grouping == CITY:
            cities[value, region, country] = number
        elif value:
            counts[GROUPINGS[grouping]][value] = number
    facets = {name: _most(found) for name, found in counts.items()}
    return Groups(total, {**facets, "city": most_frequent(cities)})


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FACET_VALUES]
