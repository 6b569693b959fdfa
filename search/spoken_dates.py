"""Dates as people say them: `saturday night`, `24 dec`, `new year's eve`, `24.12.`"""

import re
from datetime import date, datetime, timedelta

from search.dates import DAY, FIRST_YEAR, LAST_YEAR, MONTHS, WEEKDAYS, WINDOWS

LONGEST_DATE = 3
# Furthest west a venue's clock is so much behind UTC: until then a day is not over everywhere.
LAST_TO_END = timedelta(hours=12)
# "May" and "march" are words, so they mean a month only alone, beside a number or after "in".
PLAIN_MONTHS = frozenset(MONTHS) - {"may", "march"}
SHORT_MONTHS = {name[:3]: name for name in PLAIN_MONTHS} | {"sept": "september"}
MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | {
    name[:3]: number for number, name in enumerate(MONTHS, 1)
}
SAID = {name.replace("-", " "): name for name in WINDOWS if name not in MONTHS} | {
    "weekend": "this-weekend", "the weekend": "this-weekend", "tonite": "tonight",
    "this evening": "tonight", "tomorrow night": "tomorrow", "tomorrow evening": "tomorrow",
    **{f"this {day}": day for day in WEEKDAYS},
    **{
        f"{before}{day} {part}": day
        for before in ("", "this ")
        for day in WEEKDAYS
        for part in ("night", "evening", "afternoon", "morning")
    },
}  # fmt: skip
HOLIDAYS = {
    "christmas eve": "24 december", "christmas day": "25 december", "boxing day": "26 december",
    "new years eve": "31 december", "nye": "31 december", "new years day": "1 january",
    "valentines day": "14 february",
}  # fmt: skip
# 24.12. and 24.12.2026; with slashes only with a year, since 24/7 is no day.
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def is_plain_month(text: str) -> bool:
    """Whether folded text is a month's name and nothing else."""
    return text in PLAIN_MONTHS


def date_said(text: str, *, now: datetime) -> str:
    """What folded text means, as the date parameter has it; blank where it is no date."""
    return (
        SAID.get(text)
        or SHORT_MONTHS.get(text)
        or _next_weekday(text, now.date())
        or _spoken(HOLIDAYS.get(text, text), (now - LAST_TO_END).date())
    )


def day_in_figures(written: str, *, now: datetime) -> str:
    """The day that one word in figures is, as the date parameter has it; blank where it is none,
    or two: 3/4/2027."""
    if DAY.fullmatch(written):
        return written if _is_a_day(written) else ""
    if match := DOTTED.fullmatch(written):
        day, month = int(match[1]), int(match[2])
    elif match := SLASHED.fullmatch(written):
        first, second = int(match[1]), int(match[2])
        day, month = (second, first) if second > 12 else (first, second)
        if day <= 12 and day != month:
            return ""
    else:
        return ""
    year = int(match[3]) if match[3] else None
    return _coming(month, day, year, (now - LAST_TO_END).date())


def _next_weekday(text: str, today: date) -> str:
    """`next friday` as the Friday of next week; else blank."""
    word, _, day = text.partition(" ")
    if word != "next" or day not in WEEKDAYS:
        return ""
    monday = today + timedelta(days=7 - today.weekday())
    return (monday + timedelta(days=WEEKDAYS.index(day))).isoformat()


def _is_a_day(text: str) -> bool:
    try:
        return FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def _spoken(text: str, today: date) -> str:
    """`24 december`, `dec 24 2026`, `december 2026` as the date parameter has it; else blank."""
    parts = text.split()
    months = [MONTH_NUMBERS[part] for part in parts if part in MONTH_NUMBERS]
    numbers = [
        int(part.rstrip("stndrh")) for part in parts if re.fullmatch(r"\d+(st|nd|rd|th)?", part)
    ]
    if len(months) != 1 or len(numbers) != len(parts) - 1 or not 1 <= len(numbers) <= 2:
        return ""
    years = [number for number in numbers if 2000 <= number < 3000]
    days = [number for number in numbers if 1 <= number <= 31]
    if len(years) + len(days) != len(numbers) or len(days) > 1:
        return ""
    if not days:
        return f"{years[0]}-{months[0]:02}"
    return _coming(months[0], days[0], years[0] if years else None, today)


def _coming(month: int, day: int, year: int | None, today: date) -> str:
    """That day, of the next year that has it and in which it is yet to come where none is named."""
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    for candidate in range(today.year, today.year + 9) if year is None else (year,):
        try:
            found = date(candidate, month, day)
        except ValueError:  # 29 February
            continue
        if year is not None or found >= today:
            return found.isoformat()
    return ""
