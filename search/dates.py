"""Days and named windows, always on the venue's own clock."""

import re
from calendar import day_name, month_name
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from django.utils.text import slugify

from ticketmaster.core.errors import InvalidInput

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH = re.compile(r"\d{4}-\d{2}")
FIRST_YEAR, LAST_YEAR = 1900, 9000
NIGHT_ENDS = time(4)
WEEKEND_STARTS = time(17)
FRIDAY = 4


class Span(NamedTuple):
    """From a wall clock time (inclusive) to another (exclusive); None is open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class DateFilter:
    """A fixed span of wall clock time, or a window named relative to the venue's today."""

    text: str
    fixed: Span | None = None

    def span_at(self, local_now: datetime) -> Span:
        """The span where the wall clock (naive) shows `local_now`."""
        return self.fixed if self.fixed is not None else WINDOWS[self.text](local_now)


def date_filter_from(value: str, *, now: datetime) -> DateFilter:
    """The filter in `2026-03-14`, `2026-03`, `2026-03-01..2026-03-14`, or a window's name.

    Either end of a range may be left out. Raises InvalidInput for impossible dates.
    """
    name = slugify(value.replace("_", "-"))
    if name in WINDOWS:
        return DateFilter(text=name)
    if ".." in value:
        first, _, last = value.partition("..")
        return DateFilter(text=value, fixed=_range(first.strip(), last.strip()))
    if MONTH.fullmatch(value):
        first_day = _day(f"{value}-01")
        return DateFilter(text=value, fixed=_days(first_day, _next_month(first_day)))
    day = _day(value)
    return DateFilter(text=value, fixed=_days(day, day + timedelta(days=1)))


def _range(first: str, last: str) -> Span:
    if not first and not last:
        raise InvalidInput("A range needs a day at least at one end.", attr="date")
    start = _midnight(_day(first)) if first else None
    end = _midnight(_day(last) + timedelta(days=1)) if last else None
    if start is not None and end is not None and end <= start:
        raise InvalidInput("The range ends before it starts.", attr="date")
    return Span(start, end)


def _day(value: str) -> date:
    try:
        if not DAY.fullmatch(value):
            raise ValueError(value)
        day = date.fromisoformat(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(value)
    except ValueError as error:
        raise InvalidInput(
            "A day (2026-03-14), a month (2026-03), from..to, or a window such as this-weekend.",
            attr="date",
        ) from error
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _days(first: date, behind_last: date) -> Span:
    return Span(_midnight(first), _midnight(behind_last))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _monday(now: datetime) -> date:
    return now.date() - timedelta(days=now.weekday())


def _today(now: datetime) -> Span:
    return _days(now.date(), now.date() + timedelta(days=1))


def _tonight(now: datetime) -> Span:
    night = now.date() if now.time() < NIGHT_ENDS else now.date() + timedelta(days=1)
    return Span(now, datetime.combine(night, NIGHT_ENDS))


def _tomorrow(now: datetime) -> Span:
    return _days(now.date() + timedelta(days=1), now.date() + timedelta(days=2))


def _weekend(now: datetime, weeks: int) -> Span:
    monday = _monday(now) + timedelta(weeks=weeks)
    friday = datetime.combine(monday + timedelta(days=FRIDAY), WEEKEND_STARTS)
    return Span(friday, _midnight(monday + timedelta(days=7)))


def _week(now: datetime, weeks: int) -> Span:
    monday = _monday(now) + timedelta(weeks=weeks)
    return _days(monday, monday + timedelta(days=7))


def _month(now: datetime) -> Span:
    return _days(now.date().replace(day=1), _next_month(now.date()))


def _coming_month(now: datetime) -> Span:
    first = _next_month(now.date())
    return _days(first, _next_month(first))


def _coming_days(now: datetime, days: int) -> Span:
    return Span(now, _midnight(now.date() + timedelta(days=days)))


def _weekday(now: datetime, day: int) -> Span:
    """The next such day, today included."""
    first = now.date() + timedelta(days=(day - now.weekday()) % 7)
    return _days(first, first + timedelta(days=1))


def _named_month(now: datetime, month: int) -> Span:
    """The next such month, this one included."""
    year = now.year + (month < now.month)
    first = date(year, month, 1)
    return _days(first, _next_month(first))


WEEKDAYS = tuple(name.lower() for name in day_name)
MONTHS = tuple(name.lower() for name in month_name[1:])
WINDOWS: dict[str, Callable[[datetime], Span]] = {
    "today": _today,
    "tonight": _tonight,
    "tomorrow": _tomorrow,
    "this-weekend": lambda now: _weekend(now, 0),
    "next-weekend": lambda now: _weekend(now, 1),
    "this-week": lambda now: _week(now, 0),
    "next-week": lambda now: _week(now, 1),
    "this-month": _month,
    "next-month": _coming_month,
    "next-7-days": lambda now: _coming_days(now, 8),
    "next-30-days": lambda now: _coming_days(now, 31),
    **{name: partial(_weekday, day=day) for day, name in enumerate(WEEKDAYS)},
    **{name: partial(_named_month, month=month) for month, name in enumerate(MONTHS, 1)},
}
