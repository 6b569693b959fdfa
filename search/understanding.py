"""Words that are filters: "hockey under $50", "jazz new orleans", "tonight boston".

A reading never takes a name away. A span of words stays text where an event that fits the rest of
the search bears it as its name (Boston, Europe, Freaky Friday), where names have it next to a
word that stays text (chicago bulls, august burns), where it is in quotes, and where the parameter
is given beside. What a reading finds nothing with is searched for as text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from search.dates import date_filter_from
from search.documents import query_of
from search.engines.postgres_filters import filtered
from search.engines.postgres_plans import Plan, is_any, read
from search.folding import collapse
from search.models import SearchRow
from search.places import Place
from search.readings import Reading, Spoken, readings_in, spoken_words
from search.request import SearchRequest
from search.small_talk import FILLERS, to_the_point, wants_it_cheap
from search.terms import Piece, Term, term_from

LONGEST_NAME = 7
# Two words may be together in many thousand rows: so many of those tell whether they stand side by
# side in a name.
ROWS_OF_BOTH = 1_000
PHRASES = """
SELECT 0 AS event_id, wanted.phrase FROM unnest(%s::text[]) wanted(phrase) WHERE EXISTS (
    SELECT FROM (
        SELECT document FROM search_searchrow
        WHERE document @@ replace(wanted.phrase, '<->', '&')::tsquery LIMIT %s
    ) of_both WHERE document @@ wanted.phrase::tsquery)
"""


@dataclass(frozen=True)
class Understood:
    """A request whose words became filters.

    `values` is by parameter, as the API says it; `chips` say the same for pages, each with the
    search without it and the search in which its words are only words.
    """

    request: SearchRequest
    values: dict[str, str | int]
    chips: tuple["Chip", ...] = ()


@dataclass(frozen=True)
class Chip:
    """One thing understood. `text` is what was written; `without` and `literal` are terms."""

    parameter: str
    value: str | int
    text: str
    without: str
    literal: str


def understand(request: SearchRequest) -> Understood:
    """The request with the words of its term read as filters where they can be."""
    words = spoken_words(request.term.text)
    readings = [
        reading
        for reading in readings_in(words, request.term.text, now=request.now)
        if not _is_given(request, reading.parameter)
    ]
    if not readings:
        return Understood(request, {})
    readings = _besides_names(request, words, readings)
    readings = _apart_from_text(words, readings)
    return _applied(request, words, readings)


def without_small_talk(request: SearchRequest) -> SearchRequest | None:
    """The request without the words that only say what is sold here, or that it should be near or
    cheap, which then is its order; None if it has none."""
    text = to_the_point(request.term.text)
    if text is None:
        return None
    term = term_from(text)
    if request.sort != "relevance":
        return replace(request, term=term)
    if wants_it_cheap(request.term.text):
        return replace(request, term=term, sort="price")
    return replace(request, term=term, sort="relevance" if term else "date")


def _is_given(request: SearchRequest, parameter: str) -> bool:
    return {
        "location": request.has_place,
        "type": bool(request.types or request.types_not),
        "date": bool(request.dates),
        "price_min": request.price_min is not None or request.price_max is not None,
        "price_max": request.price_min is not None or request.price_max is not None,
    }[parameter]


def _besides_names(
    request: SearchRequest, words: Sequence[Spoken], readings: list[Reading]
) -> list[Reading]:
    """Those that overlap no name of an event that fits the rest."""
    kept = readings
    for start, end in _names_around(words, readings):
        rest = [reading for reading in kept if not reading.overlaps(start, end)]
        if len(rest) == len(kept):
            continue
        fits = _applied(request, words, rest, leave_out=(start, end)).request
        name = collapse(" ".join(word.folded for word in words[start:end]))
        if is_any(filtered(fits).filter(collapsed__contains=[name])):
            kept = rest
    return kept


def _names_around(
    words: Sequence[Spoken], readings: Sequence[Reading]
) -> Iterator[tuple[int, int]]:
    """The spans around readings that are whole names of coming events, the longest first."""
    spans = {
        (start, end): collapse(" ".join(word.folded for word in words[start:end]))
        for start in range(len(words))
        for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1)
        if any(reading.start >= start and reading.end <= end for reading in readings)
        and not any(word.is_quoted for word in words[start:end])
    }
    names = _names_among(set(spans.values()))
    found = [span for span, name in spans.items() if name in names]
    yield from sorted(found, key=lambda span: (span[0] - span[1], span))


def _names_among(candidates: set[str]) -> set[str]:
    """Which of these joined words are the name of an event, a performer or a venue."""
    borne = SearchRow.objects.raw(
        "SELECT 0 AS event_id, wanted.name FROM unnest(%s::text[]) wanted(name)"
        " WHERE EXISTS (SELECT FROM search_searchrow r WHERE r.collapsed @> ARRAY[wanted.name])",
        [sorted(candidates)],
    )
    return {row.name for row in borne}  # type: ignore[attr-defined]


def _apart_from_text(words: Sequence[Spoken], readings: list[Reading]) -> list[Reading]:
    """Those whose words no name has next to the word before or behind them."""
    edges = {edge for one in readings for edge in (one.start - 1, one.end - 1)}
    pairs = {
        (left, left + 2): phrase
        for left in edges
        if 0 <= left < len(words) - 1 and (phrase := _phrase(words[left], words[left + 1]))
    }
    borne = _phrases_among(set(pairs.values()))
    kept = readings
    for around, phrase in pairs.items():
        if phrase in borne:
            kept = [one for one in kept if not one.overlaps(*around)]
    return kept


def _phrase(left: Spoken, right: Spoken) -> str:
    """The tsquery literal of these words one behind the other; blank where that says nothing."""
    if left.folded in FILLERS or right.folded in FILLERS or not (left.folded and right.folded):
        return ""
    words = (*left.folded.split(), *right.folded.split())
    return query_of(Term(pieces=(Piece(words=words),)))


def _phrases_among(candidates: set[str]) -> set[str]:
    """Which of these some event has."""
    if not candidates:
        return set()
    borne = SearchRow.objects.raw(PHRASES, [sorted(candidates), ROWS_OF_BOTH])
    # Not the planner's own way: it reads the table on for a phrase that it believes is frequent.
    return read(Plan.INDEXED, Plan.OWN, lambda: {row.phrase for row in borne})  # type: ignore[attr-defined]


def _applied(
    request: SearchRequest,
    words: Sequence[Spoken],
    readings: Sequence[Reading],
    *,
    leave_out: tuple[int, int] = (0, 0),
) -> Understood:
    """The request with these readings as filters and the other words as its term."""
    term = term_from(_text_without(words, readings, leave_out=leave_out))
    sort = "date" if request.sort == "relevance" and not term else request.sort
    changed = replace(request, term=term, sort=sort)
    for reading in readings:
        changed = _with(changed, reading)
    values = {reading.parameter: reading.value for reading in readings}
    chips = tuple(
        Chip(
            parameter=reading.parameter,
            value=reading.value,
            text=" ".join(word.raw for word in words[reading.start : reading.end]),
            without=_text_without(words, [reading]),
            literal=_quoted(words, reading),
        )
        for reading in readings
    )
    return Understood(changed, values, chips)


def _text_without(
    words: Sequence[Spoken], readings: Sequence[Reading], *, leave_out: tuple[int, int] = (0, 0)
) -> str:
    """The words that stay text; small words in front of a reading go with it."""
    taken = set(range(*leave_out))
    for reading in readings:
        taken.update(range(reading.start, reading.end))
        before = reading.start - 1
        while before >= 0 and words[before].folded in FILLERS and not words[before].is_quoted:
            taken.add(before)
            before -= 1
    return " ".join(word.raw for index, word in enumerate(words) if index not in taken)


def _quoted(words: Sequence[Spoken], reading: Reading) -> str:
    parts = [word.raw for word in words]
    parts[reading.start] = f'"{parts[reading.start]}'
    parts[reading.end - 1] += '"'
    return " ".join(parts)


def _with(request: SearchRequest, reading: Reading) -> SearchRequest:
    value = reading.value
    if reading.parameter == "location":
        return replace(request, places=(Place(str(value), within=reading.within),))
    if reading.parameter == "type":
        return replace(request, types=(str(value),))
    if reading.parameter == "date":
        return replace(request, dates=(date_filter_from(str(value), now=request.now),))
    if reading.parameter == "price_min":
        return replace(request, price_min=int(value))
    return replace(request, price_max=int(value))
