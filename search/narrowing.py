"""How many of the events found are on which days and at which prices, for whoever asks.

Engines count kinds and cities. Days and prices are counted here, exactly, and only over few
events: where more are found the choices stand without numbers.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from events.zones import zone_of
from search.dates import DateFilter, Span
from search.engines.postgres_filters import filtered
from search.engines.postgres_plans import Plan, read
from search.facet_values import FacetValue
from search.request import SearchRequest
from search.service import SearchResult
from ticketmaster.core.errors import TemporarilyUnavailable

COUNTED = 1_000
MINOR_UNITS = 100
WINDOWS = ("today", "tomorrow", "this-weekend", "next-7-days", "next-30-days")
FURTHER = ("date", "price")
PRICES = (2_500, 5_000, 10_000, 20_000)


class _Row(NamedTuple):
    """When an event begins and ends on its own clock, which clock that is, and its lowest price."""

    begins: datetime
    ends: datetime
    time_zone: str
    lowest: int | None


class Counts(NamedTuple):
    """Events in each named window, and events that cost at most so many minor units.

    Each as if nothing of its own kind were chosen; empty where there are too many to count.
    """

    days: dict[str, int]
    prices: dict[int, int]


def counts_beside(asked: SearchRequest, *, total: int) -> Counts:
    """The counts for a request of which `total` events were found."""
    with_any_day = replace(asked, dates=())
    at_any_price = replace(asked, price_min=None, price_max=None)
    found = _rows(asked) if total <= COUNTED and asked in (with_any_day, at_any_price) else None
    days = found if asked == with_any_day else _rows(with_any_day)
    prices = found if asked == at_any_price else _rows(at_any_price)
    return Counts(_days(days or [], asked.now), _prices(prices or []))


def further_facets(found: SearchResult, names: Collection[str]) -> dict[str, list[FacetValue]]:
    """Facets by days and by prices, those of these names, of what was found."""
    if not names:
        return {}
    counts = counts_beside(found.asked, total=found.total)
    facets = {
        "date": [
            FacetValue(value=name, label=name.replace("-", " ").capitalize(), count=number)
            for name, number in counts.days.items()
        ],
        "price": [
            FacetValue(value=str(limit), label=f"Up to {limit // MINOR_UNITS}", count=number)
            for limit, number in counts.prices.items()
        ],
    }
    return {name: facets[name] for name in names}


def _days(rows: list[_Row], now: datetime) -> dict[str, int]:
    if not rows:
        return {}
    spans = {zone: _spans(zone, now) for zone in {row.time_zone for row in rows}}
    found = Counter(name for row in rows for name in _windows(row, spans[row.time_zone]))
    return {name: found[name] for name in WINDOWS}


def _spans(time_zone: str, now: datetime) -> list[tuple[str, Span]]:
    """The named windows on the wall clocks of a time zone, which many rows share."""
    there = now.astimezone(zone_of(time_zone)).replace(tzinfo=None)
    return [(name, DateFilter(text=name).span_at(there)) for name in WINDOWS]


def _windows(row: _Row, spans: list[tuple[str, Span]]) -> Iterator[str]:
    begins, ends = row.begins.replace(tzinfo=None), row.ends.replace(tzinfo=None)
    for name, span in spans:
        if (span.start is None or ends >= span.start) and (span.end is None or begins < span.end):
            yield name


def _prices(rows: list[_Row]) -> dict[int, int]:
    lowest = [row.lowest for row in rows if row.lowest is not None]
    return {limit: sum(price <= limit for price in lowest) for limit in PRICES if lowest}


def _rows(asked: SearchRequest) -> list[_Row] | None:
    """All that fit; None for more than can be looked at, or where that takes too long."""
    columns = ("wall_clock", "wall_clock_ends", "time_zone", "price_from_minor")
    wanted = filtered(asked).order_by().values_list(*columns)[: COUNTED + 1]
    try:
        found = read(Plan.OWN, Plan.WALK, lambda: [_Row(*row) for row in wanted])
    except TemporarilyUnavailable:
        return None
    return found if len(found) <= COUNTED else None
