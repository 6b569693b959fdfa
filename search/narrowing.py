"""How many of the events found are on which days and at which prices, for the search page.

Engines count kinds and cities. Days and prices are counted here, exactly, and only over few
events: where more are found the choices stand without numbers.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from search.dates import DateFilter, Span
from search.engines.postgres_filters import filtered
from search.engines.postgres_plans import Plan, read
from search.request import SearchRequest
from ticketmaster.core.errors import TemporarilyUnavailable

COUNTED = 1_000
MINOR_UNITS = 100
WINDOWS = ("today", "tomorrow", "this-weekend", "next-7-days", "next-30-days")
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


def _days(rows: list[_Row], now: datetime) -> dict[str, int]:
    return {name: sum(_is_in(row, name, now) for row in rows) for name in WINDOWS if rows}


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


def _is_in(row: _Row, window: str, now: datetime) -> bool:
    local_now = now.astimezone(ZoneInfo(row.time_zone)).replace(tzinfo=None)
    span: Span = DateFilter(text=window).span_at(local_now)
    begins, ends = row.begins.replace(tzinfo=None), row.ends.replace(tzinfo=None)
    return (span.start is None or ends >= span.start) and (span.end is None or begins < span.end)
