"""How many events were found, and the facets: counted to 10,000, from there on approximately."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import QuerySet

from search.engines.base import COUNTED_TO, FACET_VALUES, FACETS, Facets
from search.engines.postgres_filters import filtered
from search.engines.postgres_plans import Plan, read
from search.models import SearchRow
from search.request import SearchRequest
from ticketmaster.core.errors import TemporarilyUnavailable

# Of what is surely more than COUNTED_TO the facets are counted over this many.
SAMPLE = 2_000
SURELY_MORE = 4 * COUNTED_TO

Group = tuple[str, str, str, int]


@dataclass(frozen=True)
class Counts:
    """`total` is counted to COUNTED_TO. With `approx` the facets are those of a part."""

    total: int
    facets: Facets
    approx: bool


def counts_of(request: SearchRequest, rows: QuerySet[SearchRow], *, believed: int) -> Counts:
    """The counts of `rows`, which `request` asks for and of which there are about `believed`."""
    is_huge = believed >= SURELY_MORE
    try:
        groups = _groups(rows, SAMPLE if is_huge else COUNTED_TO)
        total = sum(group[-1] for group in groups)
        facets = _facets(groups)
        facets.update(_without_own_choice(request, is_huge=is_huge))
    except TemporarilyUnavailable:
        return Counts(min(believed, COUNTED_TO), {name: [] for name in FACETS}, approx=True)
    if is_huge and total == SAMPLE:
        return Counts(COUNTED_TO, facets, approx=True)
    if is_huge:
        return counts_of(request, rows, believed=0)
    return Counts(total, facets, approx=total >= COUNTED_TO)


def _without_own_choice(request: SearchRequest, *, is_huge: bool) -> Facets:
    """The facets of which values are chosen, as if none were."""
    limit = SAMPLE if is_huge else COUNTED_TO
    facets: Facets = {}
    if request.types:
        wider = _facets(_groups(filtered(replace(request, types=())), limit))
        facets.update(segment=wider["segment"], genre=wider["genre"])
    if request.places:
        wider = _facets(_groups(filtered(replace(request, places=())), limit))
        facets["city"] = wider["city"]
    return facets


def _groups(rows: QuerySet[SearchRow], limit: int) -> list[Group]:
    """How many of the first rows share each combination of facet values."""
    first = rows.order_by().values_list(*FACETS)[:limit]
    statement, values = first.query.sql_with_params()

    def count() -> list[Group]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT segment, genre, city, count(*) FROM ({statement}) first GROUP BY 1, 2, 3",
                values,
            )
            return cursor.fetchall()

    return read(Plan.OWN, Plan.WALK, count)


def _facets(groups: list[Group]) -> Facets:
    return {
        "segment": _most((row[0], row[-1]) for row in groups),
        "genre": _most((row[1], row[-1]) for row in groups),
        "city": _most((row[2], row[-1]) for row in groups),
    }


def _most(groups: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for value, found in groups:
        counts[value] += found
    del counts[""]
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FACET_VALUES]
