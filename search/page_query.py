"""The search page's own parameters, and its address with some of them changed.

A page asks as people think: sums in whole units, days from and to, genres beside their segment.
`api_query` says the same in the API's parameters, so that one request serves both.
"""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from events.models import Category
from search.kinds import kind_meant
from search.narrowing import MINOR_UNITS
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.ids import LARGEST_ID

# What a page asks for beside the API's parameters, each with the API's name.
PAGE_ONLY = {
    "genre": "type",
    "from": "date",
    "to": "date",
    "price_from": "price_min",
    "price_to": "price_max",
    "free": "availability",
}
WITH_TICKETS = ("available", "few")
KINDS = ("type", "genre")

LONGEST_SUM = 12


def api_query(query: QueryDict) -> QueryDict:
    """The same search in the API's parameters. InvalidInput names the page's own field."""
    asked = query.copy()
    for name in PAGE_ONLY:
        asked.pop(name, None)
    genres = filled(query, "genre")
    if genres:
        asked.setlist("type", [*_segments_beside(genres, filled(query, "type")), *genres])
    first, last = _last(query, "from"), _last(query, "to")
    if first or last:
        asked.appendlist("date", f"{first}..{last}")
    for name, parameter in (("price_from", "price_min"), ("price_to", "price_max")):
        if given := _last(query, name):
            asked[parameter] = str(_minor(given, name))
    if _last(query, "free"):
        asked.setlist("availability", list(WITH_TICKETS))
    return asked


def with_kinds_by_slug(query: QueryDict) -> QueryDict:
    """The same parameters, kinds by their slugs however they were called: `sports` is sport."""
    plain = query.copy()
    for name in KINDS:
        if values := filled(query, name):
            plain.setlist(name, [_slug_of(value) for value in values])
    return plain


def _slug_of(value: str) -> str:
    minus = "-" if value.startswith("-") else ""
    slug = kind_meant(value.lstrip("-"))
    return f"{minus}{slug}" if slug else value


def filled(query: QueryDict, name: str) -> list[str]:
    """The parameter's values that say something, each once."""
    values = (value.replace("\x00", "").strip()[:200] for value in query.getlist(name))
    return list(dict.fromkeys(value for value in values if value))


def _last(query: QueryDict, name: str) -> str:
    return next(reversed(filled(query, name)), "")


def _segments_beside(genres: Iterable[str], types: Iterable[str]) -> list[str]:
    """The chosen segments of which no genre is chosen: a genre narrows its own segment."""
    narrowed = set(Category.objects.filter(slug__in=genres).values_list("segment", flat=True))
    return [slug for slug in types if slug not in narrowed]


def _minor(given: str, name: str) -> int:
    """A sum in the event's currency as the API has it: in hundredths."""
    try:
        amount = Decimal(given.replace(",", ".")) if len(given) <= LONGEST_SUM else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount < 0:
        raise InvalidInput("A sum such as 25 or 19.50, not negative.", attr=name)
    return min(round(amount * MINOR_UNITS), LARGEST_ID)


def address_with(query: QueryDict, **changes: str | None) -> str:
    """This search with these parameters changed, from its first page; None takes one away."""
    changed = _tidy(query)
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return _written(changed)


def address_without(query: QueryDict, name: str, value: str) -> str:
    """This search without one value of a parameter, from its first page."""
    changed = _tidy(query)
    changed.setlist(name, [one for one in changed.getlist(name) if one != value])
    return _written(changed)


def _tidy(query: QueryDict) -> QueryDict:
    tidy = QueryDict(mutable=True)
    for name in query:
        if name != "cursor" and (values := filled(query, name)):
            tidy.setlist(name, values)
    return tidy


def _written(query: QueryDict) -> str:
    return f"/search?{text}" if (text := query.urlencode()) else "/search"
