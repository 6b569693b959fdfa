"""Named windows on the venue's clock."""

from datetime import datetime

import pytest

from search.dates import WINDOWS, date_filter_from
from ticketmaster.core.errors import InvalidInput

WEDNESDAY = datetime(2031, 3, 12, 14, 30)
SATURDAY = datetime(2031, 3, 15, 11, 0)
NIGHT = datetime(2031, 3, 13, 1, 15)
NEW_YEARS_EVE = datetime(2030, 12, 31, 23, 0)


@pytest.mark.parametrize(
    ("name", "now", "start", "end"),
    [
        ("today", WEDNESDAY, "2031-03-12 00:00", "2031-03-13 00:00"),
        ("tonight", WEDNESDAY, "2031-03-12 14:30", "2031-03-13 04:00"),
        ("tonight", NIGHT, "2031-03-13 01:15", "2031-03-13 04:00"),
        ("tomorrow", WEDNESDAY, "2031-03-13 00:00", "2031-03-14 00:00"),
        ("this-weekend", WEDNESDAY, "2031-03-14 17:00", "2031-03-17 00:00"),
        ("this-weekend", SATURDAY, "2031-03-14 17:00", "2031-03-17 00:00"),
        ("next-weekend", SATURDAY, "2031-03-21 17:00", "2031-03-24 00:00"),
        ("this-week", WEDNESDAY, "2031-03-10 00:00", "2031-03-17 00:00"),
        ("next-week", WEDNESDAY, "2031-03-17 00:00", "2031-03-24 00:00"),
        ("this-month", WEDNESDAY, "2031-03-01 00:00", "2031-04-01 00:00"),
        ("next-month", WEDNESDAY, "2031-04-01 00:00", "2031-05-01 00:00"),
        ("next-month", NEW_YEARS_EVE, "2031-01-01 00:00", "2031-02-01 00:00"),
        ("tomorrow", NEW_YEARS_EVE, "2031-01-01 00:00", "2031-01-02 00:00"),
        ("next-7-days", WEDNESDAY, "2031-03-12 14:30", "2031-03-20 00:00"),
    ],
)
def test_a_window_is_exactly(name, now, start, end):
    span = WINDOWS[name](now)

    assert (f"{span.start:%Y-%m-%d %H:%M}", f"{span.end:%Y-%m-%d %H:%M}") == (start, end)


@pytest.mark.parametrize("value", ["this-weekend", "this_weekend", "This weekend", "THIS-WEEKEND"])
def test_a_window_may_be_written_in_several_ways(value):
    assert date_filter_from(value, now=WEDNESDAY).text == "this-weekend"


@pytest.mark.parametrize("value", ["2031-02-29", "31-03-14", "2031-3-14", "20310314", "2031-W11-5"])
def test_impossible_days_are_refused(value):
    with pytest.raises(InvalidInput) as refusal:
        date_filter_from(value, now=WEDNESDAY)

    assert refusal.value.attr == "date"
