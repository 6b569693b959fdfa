"""What words can mean beside themselves: a city, a kind, a date, a price."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.cities import cities_named
from events.countries import country_code
from events.regions import region_code
from search.dates import MONTHS
from search.folding import fold
from search.kinds import LONGEST_KIND, kind_called
from search.known import known_places
from search.spoken_dates import LONGEST_DATE, date_said, day_in_figures, is_plain_month

LONGEST_PLACE = 4
LONGEST_REGION = 3
WORDS = re.compile(r'-?"[^"]*"?|[^\s"]+')

SIGN, UNIT = (
    r"(?P<{0}sign>[$€£])?",
    r"(?:\s*(?P<{0}unit>(?:dollars?|usd|bucks|euros?|eur|pounds?|gbp|quid)\b|[$€£]))?",
)
AMOUNT = SIGN + r"\s*(?P<{0}>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})(?:\.(?P<{0}cents>\d{{2}}))?" + UNIT
BELOW = (
    r"\b(?:under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?"
    r"|unter|bis zu|menos de|moins de)\s*"
)
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
    for start, end, text in _spans(words, LONGEST_DATE):
        is_asked = len(words) == 1 or (start > 0 and words[start - 1].folded in {"in", "this"})
        is_month = is_plain_month(text) or (text in MONTHS and is_asked)
        written = day_in_figures(words[start].raw, now=now) if end == start + 1 else ""
        if value := written or (text if is_month else date_said(text, now=now)):
            yield Reading("date", value, start, end)
