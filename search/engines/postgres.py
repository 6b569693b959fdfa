"""Search by Postgres itself: no extension, one row per event, one GIN index."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Q, QuerySet
from django.utils import timezone

from events.models import EventPerformer, Venue
from search.dates import DateFilter, Span
from search.engines.base import COUNTED_TO, FACET_VALUES, Facets, Found
from search.engines.postgres_expressions import (
    accessible_tickets,
    distance_km,
    free_tickets,
    in_state,
    matches,
    price_or_last,
    relevance,
)
from search.models import SearchRow
from search.request import COMING, Named, Place, Point, SearchRequest
from ticketmaster.core.pagination import behind

KM_PER_DEGREE = 110.5
FACET_COLUMNS = ("segment", "genre", "city")
FacetRow = tuple[str, str, str, int]

# The sort keys of each order; all unique by the event's id, none of them null.
ORDERINGS = {
    "relevance": ("-relevance", "starts_at", "event_id"),
    "date": ("starts_at", "event_id"),
    "distance": ("distance", "starts_at", "event_id"),
    "price": ("price", "starts_at", "event_id"),
    "popularity": ("-popularity", "starts_at", "event_id"),
}


class PostgresEngine:
    """The embedded default, and what others fall back to."""

    name = "postgres"

    def find(self, request: SearchRequest, *, after: list[Any] | None) -> Found:
        """One page of events, their number and facets, in few queries however many are found."""
        rows = filtered(request)
        page, key = _page(rows, request, after)
        groups = _groups(rows)
        total = sum(group[-1] for group in groups)
        return Found(
            event_ids=page,
            key=key,
            total=total,
            total_relation="gte" if total >= COUNTED_TO else "eq",
            facets=_facets(groups),
            facets_approx=total >= COUNTED_TO,
        )


def _page(
    rows: QuerySet[SearchRow], request: SearchRequest, after: list[Any] | None
) -> tuple[list[int], list[Any] | None]:
    ordering = ORDERINGS[request.sort]
    rows = _with_sort_key(rows, request)
    if after is not None:
        rows = rows.filter(behind(ordering, _readable(after, ordering)))
    names = [name.lstrip("-") for name in ordering]
    found = list(rows.order_by(*ordering).values_list(*names)[: request.page_size + 1])
    ids = [row[-1] for row in found[: request.page_size]]
    if len(found) <= request.page_size:
        return ids, None
    return ids, [_plain(value) for value in found[request.page_size - 1]]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _readable(key: list[Any], ordering: Iterable[str]) -> list[Any]:
    return [
        datetime.fromisoformat(value) if name.endswith("_at") else value
        for name, value in zip(ordering, key, strict=True)
    ]


def _with_sort_key(rows: QuerySet[SearchRow], request: SearchRequest) -> QuerySet[SearchRow]:
    if request.sort == "relevance":
        return rows.annotate(relevance=relevance(request.term))
    if request.sort == "distance":
        return rows.annotate(distance=distance_km(request.points[0]))
    if request.sort == "price":
        return rows.annotate(price=price_or_last())
    return rows


def filtered(request: SearchRequest) -> QuerySet[SearchRow]:
    """The rows of all events that a request asks for, in no order."""
    rows = SearchRow.objects.filter(_status(request))
    if request.term:
        rows = rows.filter(matches(request.term))
    rows = _in_place(rows, request)
    rows = rows.filter(_kind(request), _price(request))
    if request.dates:
        rows = rows.filter(_any(_on(date, request.now) for date in request.dates))
    if request.performers:
        rows = rows.filter(_performed_by(request.performers))
    if request.venues:
        rows = rows.filter(_at_venue(request.venues))
    if request.availabilities:
        rows = rows.annotate(free=free_tickets(request.now))
        rows = rows.filter(_any(in_state(state, request.now) for state in request.availabilities))
    if request.accessible is not None:
        reachable = Q(Exists(accessible_tickets(request.now)))
        rows = rows.filter(reachable if request.accessible else ~reachable)
    return rows


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _status(request: SearchRequest) -> Q:
    """Coming events; of those statuses that look back, past ones too."""
    statuses = request.statuses or COMING
    coming = [status for status in statuses if status in COMING]
    other = [status for status in statuses if status not in COMING]
    return Q(status__in=coming, starts_at__gt=request.now) | Q(status__in=other)


def _in_place(rows: QuerySet[SearchRow], request: SearchRequest) -> QuerySet[SearchRow]:
    if not request.has_place:
        return rows
    near = _any(_near(point) for point in request.points)
    return rows.filter(near | _any(_in_city(place) for place in request.places))


def _in_city(place: Place) -> Q:
    """A city of that name; where there is none, a region or country of that name."""
    named = Q(city=place.city)
    if place.within:
        named &= Q(region=place.within) | Q(country=place.within)
    elif not SearchRow.objects.filter(city=place.city).exists():
        named = Q(region=place.city) | Q(country=place.city)
    return named


def _near(point: Point) -> Q:
    reach = point.radius_km / KM_PER_DEGREE
    band = (point.latitude - reach, point.latitude + reach)
    from_here = distance_km(point)
    return Q(
        pk__in=SearchRow.objects.filter(latitude__range=band)
        .annotate(away=from_here)
        .filter(away__lte=point.radius_km)
        .values("pk")
    )


def _kind(request: SearchRequest) -> Q:
    wanted = _any(Q(segment=slug) | Q(category=slug) for slug in request.types)
    for slug in request.types_not:
        wanted &= ~Q(segment=slug) & ~Q(category=slug)
    return wanted


def _price(request: SearchRequest) -> Q:
    """Events with a price in the range: the cheapest at most the maximum, and so on."""
    wanted = Q()
    if request.price_min is not None:
        wanted &= Q(price_to_minor__gte=request.price_min)
    if request.price_max is not None:
        wanted &= Q(price_from_minor__lte=request.price_max)
    return wanted


def _on(date: DateFilter, now: datetime) -> Q:
    if date.fixed is not None:
        return _within(date.fixed)
    zones: dict[Span, list[str]] = defaultdict(list)
    for zone in Venue.objects.order_by().values_list("time_zone", flat=True).distinct():
        local_now = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        zones[date.span_at(local_now)].append(zone)
    return _any(_within(span) & Q(time_zone__in=names) for span, names in zones.items())


def _within(span: Span) -> Q:
    wanted = Q()
    if span.start is not None:
        wanted &= Q(wall_clock__gte=timezone.make_aware(span.start, UTC))
    if span.end is not None:
        wanted &= Q(wall_clock__lt=timezone.make_aware(span.end, UTC))
    return wanted


def _performed_by(performers: Named) -> Q:
    billed = EventPerformer.objects.filter(performer_id__in=performers.ids)
    names = list(performers.names)
    named = Q(performers__overlap=names) | Q(aliases__overlap=names) if names else Q()
    return Q(pk__in=billed.values("event_id")) | named if performers.ids else named


def _at_venue(venues: Named) -> Q:
    return Q(venue_id__in=venues.ids) | Q(venue_name__in=venues.names)


def _groups(rows: QuerySet[SearchRow]) -> list[FacetRow]:
    """How many of the first 10,000 rows share each combination of FACET_COLUMNS."""
    counted = SearchRow.objects.filter(pk__in=rows.order_by().values("pk")[:COUNTED_TO])
    return list(counted.order_by().values_list(*FACET_COLUMNS).annotate(found=Count("pk")))


def _facets(groups: list[FacetRow]) -> Facets:
    return {
        name: _counts((row[index], row[-1]) for row in groups)
        for index, name in enumerate(FACET_COLUMNS)
    }


def _counts(groups: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for value, found in groups:
        counts[value] += found if value else 0
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(value, count) for value, count in most if count][:FACET_VALUES]
