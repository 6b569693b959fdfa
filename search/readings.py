"""What words can mean beside themselves: a city, a kind, a date, a price."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from events.cities import cities_named
from events.countries import country_code
from events.regions import region_code
from search.dates import DAY, FIRST_YEAR, LAST_YEAR, MONTHS, WEEKDAYS, WINDOWS
from search.folding import fold
from search.kinds import LONGEST_KIND, kind_called
from search.known import known_places

# Furthest west a venue's clock is so much behind UTC: until then a day is not over everywhere.
LAST_TO_END = timedelta(hours=12)
LONGEST_PLACE = 4
LONGEST_REGION = 3
WORDS = re.compile(r'-?"[^"]*"?|[^\s"]+')

# "May" and "march" are words, so they mean a month only beside a number or after "in".
PLAIN_MONTHS = frozenset(MONTHS) - {"may", "march"}
MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | {
    name[:3]: number for number, name in enumerate(MONTHS, 1)
}
DATES = {name.replace("-", " "): name for name in WINDOWS if name not in MONTHS} | {
    "weekend": "this-weekend", "the weekend": "this-weekend", "tonite": "tonight",
    **{f"this {day}": day for day in WEEKDAYS},
}  # fmt: skip

SIGN, UNIT = (
    r"(?P<{0}sign>[$€£])?",
    r"(?:\s*(?P<{0}unit>dollars?|usd|bucks|euros?|eur|pounds?|gbp|quid)\b)?",
)
AMOUNT = SIGN + r"\s*(?P<{0}>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})(?:\.(?P<{0}cents>\d{{2}}))?" + UNIT
BELOW = r"\b(?:under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?)\s*"
ABOVE = r"\b(?:over|above|more than|at least|from|min(?:imum)?)\s*"
FREE = frozenset({"free", "for free", "free entry", "free admission"})
NOTHING_BEHIND = r"(?![\w$€£])"
PRICES = (
    re.compile(
        rf"(?:\bbetween\s+)?{AMOUNT.format('low')}\s*(?:-|–|to|and)\s*{AMOUNT.format('high')}"
        + NOTHING_BEHIND,
        re.IGNORECASE,
    ),
    re.compile(BELOW + AMOUNT.format("high") + NOTHING_BEHIND, re.IGNORECASE),
    re.compile(ABOVE + AMOUNT.format("low") + NOTHING_BEHIND, re.IGNORECASE),
)


@dataclass(frozen=True)
class Spoken:
    """A word as written, where it stands in the text, and folded. Quoted ones are no filters."""

    raw: str
    start: int
    end: int
    folded: str
    is_quoted: bool


@dataclass(frozen=True)
class Reading:
    """The words from `start` to before `end` as the value of a search parameter."""

    parameter: str
    value: str | int
    start: int
    end: int
    within: str = ""

    def overlaps(self, start: int, end: int) -> bool:
        """Whether they share a word with that span."""
        return self.start < end and start < self.end


def spoken_words(text: str) -> list[Spoken]:
    """The words of a term; a quoted phrase or one to leave out is one of them."""
    return [
        Spoken(
            raw=match[0],
            start=match.start(),
            end=match.end(),
            folded=fold(match[0]),
            is_quoted='"' in match[0] or match[0].startswith("-"),
        )
        for match in WORDS.finditer(text)
    ]


def readings_in(words: Sequence[Spoken], text: str, *, now: datetime) -> list[Reading]:
    """At most one reading for each parameter, the longest, and none over another."""
    found: list[Reading] = []
    for candidates in (
        [*_prices(words, text), *_free(words)],
        _places(words),
        _kinds(words),
        _dates(words, now=now),
    ):
        seen: set[str] = set()
        for reading in sorted(candidates, key=lambda one: (one.start - one.end, one.start)):
            is_free = not any(reading.overlaps(other.start, other.end) for other in found)
            if reading.parameter not in seen and (is_free or _belong_together(reading, found)):
                seen.add(reading.parameter)
                found.append(reading)
    return found


def _belong_together(reading: Reading, found: Sequence[Reading]) -> bool:
    """The two ends of one price range share their words."""
    return reading.parameter.startswith("price") and all(
        other.parameter.startswith("price")
        and (other.start, other.end) == (reading.start, reading.end)
        for other in found
        if reading.overlaps(other.start, other.end)
    )


def _spans(words: Sequence[Spoken], longest: int) -> Iterator[tuple[int, int, str]]:
    """All runs of unquoted words, with their folded text."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            if words[end - 1].is_quoted:
                break
            yield start, end, " ".join(word.folded for word in words[start:end])


def _prices(words: Sequence[Spoken], text: str) -> Iterator[Reading]:
    for pattern in PRICES:
        for match in pattern.finditer(text):
            span = [
                index
                for index, word in enumerate(words)
                if word.start < match.end() and word.end > match.start()
            ]
            if any(words[index].is_quoted for index in span) or not _means_money(match):
                continue
            for parameter, value in _limits(match).items():
                yield Reading(parameter, value, span[0], span[-1] + 1)


def _free(words: Sequence[Spoken]) -> Iterator[Reading]:
    for start, end, text in _spans(words, 2):
        if text in FREE:
            yield Reading("price_max", 0, start, end)


def _limits(match: re.Match[str]) -> dict[str, int]:
    """The ends of what may be paid; the lower one of two is the least."""
    ends = [name for name in ("low", "high") if match.groupdict().get(name)]
    values = sorted(_minor(match, name) for name in ends)
    parameters = {"low": "price_min", "high": "price_max"}
    return dict(zip((parameters[name] for name in ends), values, strict=True))


def _means_money(match: re.Match[str]) -> bool:
    """Below a bare number is a price; a range or "over 30" need a sign or a unit."""
    groups = match.groupdict()
    marked = any(value for name, value in groups.items() if name.endswith(("sign", "unit")))
    return marked or "low" not in groups


def _minor(match: re.Match[str], name: str) -> int:
    whole = int(match[name].replace(",", ""))
    return whole * 100 + int(match[f"{name}cents"] or 0)


def _places(words: Sequence[Spoken]) -> Iterator[Reading]:
    spans = list(_spans(words, LONGEST_PLACE))
    names = {text: {text, *_other_names(text)} for _, _, text in spans if len(text) > 1}
    known = known_places()
    for start, end, text in spans:
        for name in sorted(names.get(text, ())):
            if name not in known:
                continue
            for behind in range(end + 1, min(end + LONGEST_REGION, len(words)) + 1):
                if words[behind - 1].is_quoted:
                    break
                said = " ".join(word.folded for word in words[end:behind])
                if within := _region_meant(said, known.regions(name)):
                    yield Reading("location", name, start, behind, within=within)
            yield Reading("location", name, start, end)


def _region_meant(said: str, known: dict[str, str]) -> str:
    """Which of a city's regions and countries, by their codes, was said; else blank."""
    country = (country_code(said) or "").lower()
    return known.get(region_code(said)) or known.get(country) or ""


def _other_names(text: str) -> set[str]:
    """What a known city is called otherwise: la is los angeles."""
    return {fold(city.name) for city in cities_named(text)}


def _kinds(words: Sequence[Spoken]) -> Iterator[Reading]:
    for start, end, text in _spans(words, LONGEST_KIND):
        if meant := kind_called(text):
            yield Reading("type", meant, start, end)


def _dates(words: Sequence[Spoken], *, now: datetime) -> Iterator[Reading]:
    for start, end, text in _spans(words, 3):
        value: str = DATES.get(text) or _spoken_date(text, (now - LAST_TO_END).date())
        after_in = start > 0 and words[start - 1].folded in {"in", "this"}
        if text in PLAIN_MONTHS or (text in MONTHS and after_in):
            value = text
        if end == start + 1 and _is_a_day(words[start].raw):
            value = words[start].raw
        if value:
            yield Reading("date", value, start, end)


def _is_a_day(text: str) -> bool:
    try:
        return bool(
            DAY.fullmatch(text) and FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR
        )
    except ValueError:
        return False


def _spoken_date(text: str, today: date) -> str:
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
    for candidate in (year,) if year else range(today.year, today.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:  # 29 February
            continue
        if year or found >= today:
            return found.isoformat()
    return ""
