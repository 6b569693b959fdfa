"""The search page's filters: what is chosen as removable chips, what could be as choices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.http import QueryDict
from django.utils.dateformat import format as format_date

from events.models import Category, Performer, Segment, Venue
from search.dates import DAY, MONTH
from search.facet_values import FacetValue
from search.folding import fold
from search.known import known_places
from search.narrowing import MINOR_UNITS, PRICES, WINDOWS, Counts
from search.page_query import address_with, address_without, filled
from search.request import POINT, YES
from search.service import SearchResult
from search.understanding import Chip
from ticketmaster.core.ids import LARGEST_ID

SHOWN_AT_ONCE = 6
AVAILABILITY_WORDS = {
    "available": "Tickets available",
    "few": "Few left",
    "sold_out": "Sold out",
    "not_on_sale": "Not on sale yet",
}


class Removable(NamedTuple):
    """One filter that holds: how it reads, and the search without it."""

    label: str
    url: str


class Choice(NamedTuple):
    """One value of a filter; `found` is None where it was not counted."""

    value: str
    label: str
    found: int | None
    checked: bool


@dataclass(frozen=True)
class Group:
    """A filter's values: those at once and those behind "more"."""

    name: str
    legend: str
    choices: list[Choice]
    more: list[Choice] = field(default_factory=list)
    understood: str = ""


def understood_chips(query: QueryDict, found: SearchResult) -> list[Removable]:
    """What words were read as. Without a chip its words are gone from the term."""
    return [
        Removable(_reads(chip, found), address_with(query, term=chip.without))
        for chip in found.chips
    ]


def as_words(query: QueryDict, found: SearchResult) -> str:
    """The search in which the first thing understood is only words; blank where there is none."""
    return address_with(query, term=found.chips[0].literal) if found.chips else ""


def _reads(chip: Chip, found: SearchResult) -> str:
    value = str(chip.value)
    if chip.parameter == "location":
        return _city_in(found.facets.get("city", []), chip.text, value) or chip.text
    if chip.parameter == "type":
        return kind_names([value]).get(value, chip.text)
    if chip.parameter == "date":
        return date_words(value)
    return chip.text[:1].upper() + chip.text[1:]


def active_chips(query: QueryDict, found: SearchResult) -> list[Removable]:
    """Each value that was chosen."""
    kinds = kind_names(
        [one.lstrip("-") for name in ("type", "genre") for one in filled(query, name)]
    )
    cities = found.facets.get("city", [])
    chips: list[Removable] = []

    def add(name: str, value: str, label: str) -> None:
        chips.append(Removable(label, address_without(query, name, value)))

    for name in ("type", "genre"):
        for value in filled(query, name):
            add(name, value, _kind_words(value, kinds))
    for value in filled(query, "location"):
        if POINT.fullmatch(value):
            url = address_with(query, location=None, radius=None, unit=None, sort=None)
            chips.append(Removable("Near you", url))
        else:
            add("location", value, _city_in(cities, value) or value)
    for value in filled(query, "date"):
        add("date", value, date_words(value))
    chips += _of_one_value(query)
    for value in filled(query, "availability"):
        add("availability", value, AVAILABILITY_WORDS.get(value, value))
    for name, value, label in _named(query):
        add(name, value, label)
    return chips


def _of_one_value(query: QueryDict) -> Iterator[Removable]:
    first, last = filled(query, "from"), filled(query, "to")
    if first or last:
        words = date_words(f"{first[-1] if first else ''}..{last[-1] if last else ''}")
        yield Removable(words, address_with(query, **{"from": None, "to": None}))
    for name, words in (("price_from", "From {}"), ("price_to", "Up to {}")):
        if values := filled(query, name):
            yield Removable(words.format(values[-1]), address_with(query, **{name: None}))
    for name, words in (("price_min", "From {}"), ("price_max", "Up to {}")):
        if values := filled(query, name):
            amount = f"{int(values[-1]) / MINOR_UNITS:g}" if values[-1].isdigit() else values[-1]
            yield Removable(words.format(amount), address_with(query, **{name: None}))
    if filled(query, "free"):
        yield Removable("Tickets available", address_with(query, free=None))
    if values := filled(query, "accessible"):
        label = "Wheelchair spaces" if values[-1].lower() in YES else "No wheelchair spaces"
        yield Removable(label, address_with(query, accessible=None))


def _named(query: QueryDict) -> Iterator[tuple[str, str, str]]:
    """Performers and venues: an id is written as the name it stands for."""
    for name, model in (("performer", Performer), ("venue", Venue)):
        values = filled(query, name)
        ids = [int(one) for one in values if one.isascii() and one.isdigit()]
        known = [one for one in ids if one <= LARGEST_ID]
        names = dict(model.objects.filter(pk__in=known).values_list("pk", "name")) if known else {}
        for value in values:
            is_id = value.isascii() and value.isdigit()
            yield name, value, names.get(int(value), value) if is_id else value


def groups(query: QueryDict, found: SearchResult, counts: Counts) -> list[Group]:
    """The filters with their values, those that are chosen among them always."""
    understood = {chip.parameter: _reads(chip, found) for chip in found.chips}
    kind, where, when = (understood.get(name, "") for name in ("type", "location", "date"))
    made = [
        _days(query, counts, understood=when),
        _facet("type", "Kind", query, found.facets.get("segment", []), understood=kind),
        _facet("genre", "Genre", query, [] if kind else _genres(query, found)),
        _facet("location", "City", query, found.facets.get("city", []), understood=where),
    ]
    return [group for group in made if group.choices or group.understood]


def _days(query: QueryDict, counts: Counts, *, understood: str) -> Group:
    chosen = filled(query, "date")
    values = [*WINDOWS, *(value for value in chosen if value not in WINDOWS)]
    choices = [
        Choice(value, date_words(value), counts.days.get(value), value in chosen)
        for value in values
    ]
    return Group("date", "Day", [] if understood else choices, understood=understood)


def _facet(
    name: str, legend: str, query: QueryDict, values: list[FacetValue], *, understood: str = ""
) -> Group:
    same = fold if name == "location" else str
    chosen = {same(value) for value in filled(query, name)}
    choices = [
        Choice(one["value"], one["label"], one["count"], same(one["value"]) in chosen)
        for one in values
    ]
    counted = {same(choice.value) for choice in choices}
    choices += [
        Choice(value, label, None, checked=True)
        for value, label in _chosen(name, query)
        if same(value) not in counted
    ]
    choices.sort(key=lambda choice: not choice.checked)
    at_once = max(SHOWN_AT_ONCE, sum(choice.checked for choice in choices))
    if understood:
        return Group(name, legend, [], understood=understood)
    return Group(name, legend, choices[:at_once], choices[at_once:])


def _chosen(name: str, query: QueryDict) -> list[tuple[str, str]]:
    """What was chosen, with how it reads: it stays a choice where nothing has it any more."""
    values = [value for value in filled(query, name) if not POINT.fullmatch(value)]
    if name == "location":
        return [(value, _city_in([], value) or value) for value in values]
    names = kind_names(value.lstrip("-") for value in values) if values else {}
    return [(value, _kind_words(value, names)) for value in values]


def _kind_words(slug: str, names: dict[str, str]) -> str:
    name = names.get(slug.lstrip("-"), slug.lstrip("-"))
    return f"Not {name}" if slug.startswith("-") else name


def _genres(query: QueryDict, found: SearchResult) -> list[FacetValue]:
    """The genres of the chosen segments, of all where none is chosen."""
    values = found.facets.get("genre", [])
    chosen = filled(query, "genre")
    segments = [slug for slug in filled(query, "type") if slug in Segment.values]
    if not segments:
        return values
    slugs = [one["value"] for one in values]
    of_them = Category.objects.filter(slug__in=slugs, segment__in=segments)
    shown = {*of_them.values_list("slug", flat=True), *chosen}
    return [one for one in values if one["value"] in shown]


def price_links(query: QueryDict, counts: Counts) -> list[Choice]:
    """Quick upper limits; `value` is the search with that limit, or without it if chosen."""
    chosen = filled(query, "price_to")
    links = []
    for limit in PRICES:
        amount = str(limit // MINOR_UNITS)
        is_chosen = chosen[-1:] == [amount]
        url = address_with(query, price_to=None if is_chosen else amount)
        links.append(Choice(url, f"Up to {amount}", counts.prices.get(limit), is_chosen))
    return [one for one in links if one.checked or one.found]


def kind_names(slugs: Iterable[str]) -> dict[str, str]:
    """Segments and genres by slug, as people read them."""
    wanted = [slug for slug in slugs if slug not in Segment.values]
    names = {value: str(label) for value, label in Segment.choices}
    found = Category.objects.filter(slug__in=wanted) if wanted else ()
    return names | {one.slug: str(one) for one in found}


def date_words(value: str) -> str:
    """`This weekend`, `Sat 14 March`, `March 2027`, `From Sat 14 March to Sun 15 March`."""
    if ".." in value:
        first, _, last = (_day_words(part) for part in value.partition(".."))
        parts = [f"from {first}" if first else "", f"to {last}" if last else ""]
        words = " ".join(part for part in parts if part)
    else:
        words = _day_words(value) or value.replace("-", " ")
    return words[:1].upper() + words[1:]


def _day_words(value: str) -> str:
    try:
        if DAY.fullmatch(value):
            return format_date(date.fromisoformat(value), "D j F")
        if MONTH.fullmatch(value):
            return format_date(date.fromisoformat(f"{value}-01"), "F Y")
    except ValueError:
        pass
    return ""


def _city_in(values: list[FacetValue], *ways: str) -> str:
    """The label of the city that is written in one of these ways, as the facet has it, else as
    its venues do; blank if none is known."""
    wanted = [fold(way) for way in ways]
    counted = (one["label"] for one in values if fold(one["value"]) in wanted)
    return next(counted, "") or next(filter(None, map(known_places().name_of, wanted)), "")
