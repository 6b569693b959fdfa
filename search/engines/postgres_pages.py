"""One page of rows in each order, behind the key of the page before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from events.models import Segment
from search.engines.postgres_expressions import Relevance, bears_the_name, is_one_of
from search.engines.postgres_filters import filtered
from search.engines.postgres_places import venues_near
from search.engines.postgres_plans import Plan, estimate, read, rows_altogether
from search.models import SearchRow
from search.request import SearchRequest
from search.terms import Term
from ticketmaster.core.pagination import behind

# Words in more rows than this are not ranked over all of them. Of a hundred thousand rows and of a
# million, ranking so many takes about as long as walking past the others to WALKED with the words.
BROAD = 4_000
WALKED = 100
VENUES_AT_ONCE = 40
ROUND_THE_EARTH_KM = 20_100.0

Key = list[Any]
Row = tuple[Any, ...]
Page = tuple[list[int], Key | None]

# Unique by the event's id, none of them null.
BY_DATE = ("starts_at", "event_id")
BY_POPULARITY = ("-popularity", "starts_at", "event_id")
ORDERS = {
    "date": BY_DATE,
    "price": ("price_order", "starts_at", "event_id"),
    "popularity": BY_POPULARITY,
}
# A key of relevance, date and id in front of every row's.
BEFORE_ALL = [2**31 - 1, "0001-01-01T00:00:00+00:00", 0]
BY_RELEVANCE = ("-relevance", "starts_at", "event_id")


def is_broad(believed: int) -> bool:
    """Whether so many rows are too many to be gathered and sorted for one page."""
    return believed > BROAD


def page_of(
    rows: QuerySet[SearchRow], request: SearchRequest, after: Key | None, *, believed: int
) -> Page:
    """The ids of one page and the key of its last row, None on the last page."""
    if request.sort == "relevance":
        return _by_relevance(rows, request, after, believed)
    if request.sort == "distance":
        return _by_distance(rows, request, after)
    order = ORDERS[request.sort]
    plan, otherwise = Plan.OWN, Plan.WALK
    # The indexes of each kind and city are by date; that of each genre is by popularity too.
    if request.term or (request.sort != "date" and not _is_of_genres(request)):
        plan, otherwise = (Plan.WALK, Plan.OWN) if is_broad(believed) else (Plan.GATHER, Plan.WALK)
    found = _read(rows, order, after, request.page_size + 1, plan, otherwise)
    return cut(found, request.page_size)


def _is_of_genres(request: SearchRequest) -> bool:
    """Whether it asks for genres, popular ones first, which an index has in that order."""
    return request.sort == "popularity" and bool(set(request.types) - set(Segment.values))


def _read(
    rows: QuerySet[SearchRow],
    order: Sequence[str],
    after: Key | None,
    limit: int,
    plan: Plan = Plan.OWN,
    otherwise: Plan = Plan.WALK,
) -> list[Row]:
    """The sort keys of the next rows."""
    if after is not None:
        rows = rows.filter(behind(order, readable(after, order)))
    names = [name.lstrip("-") for name in order]
    wanted = rows.order_by(*order).values_list(*names)[:limit]
    return read(plan, otherwise, lambda: list(wanted))


def cut(found: list[Row], size: int) -> Page:
    """The page of rows read one too far, their ids last."""
    ids = [row[-1] for row in found[:size]]
    return ids, plain(found[size - 1]) if len(found) > size else None


def cut_in(mode: str, found: list[Row], size: int) -> Page:
    """The same by relevance: the key says in which way the next page is to be read."""
    ids, key = cut(found, size)
    return ids, None if key is None else [mode, None, *key]


def plain(row: Sequence[Any]) -> Key:
    """A sort key as JSON can hold it."""
    return [value.isoformat() if isinstance(value, datetime) else value for value in row]


def readable(key: Key, order: Sequence[str]) -> Key:
    """A key of `plain` as a query takes it."""
    return [
        datetime.fromisoformat(value) if name.lstrip("-").endswith("_at") else value
        for name, value in zip(order, key, strict=True)
    ]


def _by_relevance(
    rows: QuerySet[SearchRow], request: SearchRequest, after: Key | None, believed: int
) -> Page:
    """All rows ranked where the words are in few. Else those first that bear the term as a name,
    ranked or, where they are many too, by date; and then the others along their popularity, ranked
    within each hundred of them.

    The key says how: ["all" | "named", null, *sort key], ["dated", null, date, id], or
    ["walk", where the hundred began, *key].
    """
    mode = after[0] if after else ("named" if is_broad(believed) else "all")
    if mode == "all":
        return _ranked_page("all", rows, request, after, request.page_size)
    if not request.term.collapsed:
        return _walk_page(rows, request, after, request.page_size, believed)
    others = rows.exclude(bears_the_name(request.term))
    if mode == "walk":
        return _walk_page(others, request, after, request.page_size, believed)
    named = rows.filter(bears_the_name(request.term))
    if after is None and is_broad(_believed_named(request)):
        mode = "dated"
    first_page = _dated_page if mode == "dated" else _ranked_page
    ids, key = first_page(mode, named, request, after, request.page_size)
    if key is not None:
        return ids, key
    more, key = _walk_page(others, request, None, request.page_size - len(ids), believed)
    return ids + more, key


def _believed_named(request: SearchRequest) -> int:
    """How many rows bear the term as a name. The planner takes that and the words for independent,
    and would believe a tenth of them."""
    anything = filtered(replace(request, term=Term()))
    return estimate(anything.filter(bears_the_name(request.term)))


def _dated_page(
    mode: str, rows: QuerySet[SearchRow], request: SearchRequest, after: Key | None, size: int
) -> Page:
    """Thousands of evenings of one name are told apart by date."""
    found = _read(rows, BY_DATE, after[2:] if after else None, size + 1, Plan.WALK, Plan.GATHER)
    return cut_in(mode, found, size)


def _ranked_page(
    mode: str, rows: QuerySet[SearchRow], request: SearchRequest, after: Key | None, size: int
) -> Page:
    ranked = rows.annotate(relevance=Relevance(request.term))
    key = after[2:] if after else None
    found = _read(ranked, BY_RELEVANCE, key, size + 1, Plan.GATHER, Plan.WALK)
    return cut_in(mode, found, size)


def _walk_page(
    rows: QuerySet[SearchRow], request: SearchRequest, after: Key | None, size: int, believed: int
) -> Page:
    began, key = (after[1], after[2:]) if after else (None, None)
    ids: list[int] = []
    while True:
        chunk, ends = _chunk(rows, request, began, believed)
        left = [row for row in chunk if key is None or _sorts(row) > _sorts_key(key)]
        room = size - len(ids)
        ids += [row[-1] for row in left[:room]]
        if len(left) > room:
            return ids, ["walk", began, *(plain(left[room - 1]) if room else BEFORE_ALL)]
        if ends is None:
            return ids, None
        if len(left) == room:
            return ids, ["walk", ends, *BEFORE_ALL]
        began, key = ends, None


def _chunk(
    rows: QuerySet[SearchRow], request: SearchRequest, began: Key | None, believed: int
) -> tuple[list[Row], Key | None]:
    """The next hundred along popularity, the most relevant first; and where they end, if any
    follow."""
    ranked = rows.annotate(relevance=Relevance(request.term))
    if began is not None:
        ranked = ranked.filter(behind(BY_POPULARITY, readable(began, BY_POPULARITY)))
    names = ["popularity", "relevance", "starts_at", "event_id"]
    wanted = ranked.order_by(*BY_POPULARITY).values_list(*names)[: WALKED + 1]
    found = read(*_ways_of_walking(believed), lambda: list(wanted))
    chunk = [row[1:] for row in found[:WALKED]]
    ends = plain((found[WALKED - 1][0], *found[WALKED - 1][2:])) if len(found) > WALKED else None
    return sorted(chunk, key=_sorts), ends


def _ways_of_walking(believed: int) -> tuple[Plan, Plan]:
    """Along popularity first, unless that passes more rows before it has met enough of these than
    these are altogether."""
    passed = WALKED * rows_altogether() // max(believed, 1)
    return (Plan.GATHER, Plan.WALK) if believed < passed else (Plan.WALK, Plan.GATHER)


def _sorts(row: Row) -> tuple[int, datetime, int]:
    return -row[0], row[1], row[2]


def _sorts_key(key: Key) -> tuple[int, datetime, int]:
    return -key[0], datetime.fromisoformat(key[1]), key[2]


def _by_distance(rows: QuerySet[SearchRow], request: SearchRequest, after: Key | None) -> Page:
    """The nearest venues' events first, some venues at a time until the page is full.

    The key is [distance in km, starts_at, event id].
    """
    away = _distances(request)
    from_km = after[0] if after else -1.0
    venues = sorted((km, venue) for venue, km in away.items() if km >= from_km)
    found: list[Row] = []
    start, count = 0, VENUES_AT_ONCE
    while start < len(venues) and len(found) <= request.page_size:
        some = _up_to_a_gap(venues, start, count)
        found += _rows_at(rows, {venue: km for km, venue in some}, after)
        start, count = start + len(some), count * 4
    return cut(sorted(found)[: request.page_size + 1], request.page_size)


def _distances(request: SearchRequest) -> dict[int, float]:
    """Each venue's distance from the nearest of the points; far ones count where a city is asked
    for beside."""
    away: dict[int, float] = {}
    reach = ROUND_THE_EARTH_KM if request.places else 0.0
    for given in request.points:
        point = replace(given, radius_km=max(reach, given.radius_km))
        for venue, km in venues_near(point).items():
            away[venue] = min(km, away.get(venue, km))
    return away


def _up_to_a_gap(
    venues: list[tuple[float, int]], start: int, count: int
) -> list[tuple[float, int]]:
    """The next venues, with all that are as far as the last of them."""
    end = min(start + count, len(venues))
    while end < len(venues) and venues[end][0] == venues[end - 1][0]:
        end += 1
    return venues[start:end]


def _rows_at(rows: QuerySet[SearchRow], away: dict[int, float], after: Key | None) -> list[Row]:
    there = rows.filter(is_one_of("venue_id", list(away))).order_by()
    wanted = there.values_list("venue_id", "starts_at", "event_id")
    found = read(Plan.OWN, Plan.GATHER, lambda: list(wanted))
    placed = [(away[venue], starts_at, event_id) for venue, starts_at, event_id in found]
    if after is None:
        return placed
    last = (after[0], datetime.fromisoformat(after[1]), after[2])
    return [row for row in placed if row > last]
