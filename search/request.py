"""What somebody is looking for, understood once for the page and the API."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from django.http import QueryDict
from django.utils import timezone

from events.cities import cities_named
from events.countries import country_code
from events.models import Event
from events.regions import region_code
from search.dates import DateFilter, date_filter_from
from search.folding import fold
from search.kinds import kind_meant
from search.places import Place as Place
from search.places import Point as Point
from search.places import centre_of
from search.terms import Term, term_from
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.ids import LARGEST_ID
from ticketmaster.core.pagination import page_size_from

Sort = Literal["relevance", "date", "distance", "price", "popularity"]

SORTS: tuple[Sort, ...] = ("relevance", "date", "distance", "price", "popularity")
AVAILABILITIES = ("available", "few", "sold_out", "not_on_sale")
STATUSES = tuple(value for value in Event.Status.values if value != Event.Status.DRAFT)
COMING = (Event.Status.SCHEDULED.value, Event.Status.ON_SALE.value)
KILOMETRES = {"mi": 1.609344, "km": 1.0}
DEFAULT_RADIUS = 25.0
LARGEST_RADIUS_MI = 500.0
LONGEST_VALUE = 200
MOST_VALUES = 20
POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*")
NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True)
class Named:
    """A performer or venue: by id, or by folded name."""

    ids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ids or self.names)


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """All filters of one search. Prices are all-in, in minor units."""

    now: datetime
    term: Term = field(default_factory=Term)
    places: tuple[Place, ...] = ()
    points: tuple[Point, ...] = ()
    types: tuple[str, ...] = ()
    types_not: tuple[str, ...] = ()
    dates: tuple[DateFilter, ...] = ()
    performers: Named = Named()
    venues: Named = Named()
    price_min: int | None = None
    price_max: int | None = None
    availabilities: tuple[str, ...] = ()
    accessible: bool | None = None
    statuses: tuple[str, ...] = ()
    sort: Sort = "date"
    cursor: str = ""
    page_size: int = 20

    @property
    def has_place(self) -> bool:
        """Whether it asks for somewhere: such answers are private."""
        return bool(self.places or self.points)


def search_request_from(query: QueryDict, *, now: datetime | None = None) -> SearchRequest:
    """The search in these parameters.

    Blank parameters are as if absent, unknown names are ignored. Raises InvalidInput naming the
    parameter whose value cannot be.
    """
    moment = now or timezone.now()
    term = term_from(query.get("term", ""))
    points, places = _where(query)
    sort = _sort(query, has_term=bool(term), has_point=bool(points))
    types = _types(query)
    price_min, price_max = _whole(query, "price_min"), _whole(query, "price_max")
    if price_min is not None and price_max is not None and price_min > price_max:
        raise InvalidInput("price_max is less than price_min.", attr="price_max")
    return SearchRequest(
        now=moment,
        term=term,
        points=points,
        places=places,
        types=tuple(slug for slug in types if not slug.startswith("-")),
        types_not=tuple(slug[1:] for slug in types if slug.startswith("-")),
        dates=tuple(date_filter_from(value, now=moment) for value in _values(query, "date")),
        performers=_named(query, "performer"),
        venues=_named(query, "venue"),
        price_min=price_min,
        price_max=price_max,
        availabilities=chosen(query, "availability", AVAILABILITIES),
        accessible=_yes_or_no(query, "accessible"),
        statuses=chosen(query, "status", STATUSES),
        sort=sort,
        cursor=query.get("cursor", ""),
        page_size=page_size_from(query),
    )


def _values(query: QueryDict, name: str) -> list[str]:
    """The parameter's values, trimmed, blanks dropped."""
    values = [value.strip() for value in query.getlist(name)]
    values = [value for value in values if value]
    if len(values) > MOST_VALUES:
        raise InvalidInput(f"At most {MOST_VALUES} values.", attr=name)
    for value in values:
        if len(value) > LONGEST_VALUE or "\x00" in value:
            raise InvalidInput("That value is too long or not text.", attr=name)
    return values


def chosen(query: QueryDict, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The parameter's values, all of them allowed ones. Raises InvalidInput naming it."""
    values = tuple(value.lower() for value in _values(query, name))
    for value in values:
        if value not in allowed:
            raise InvalidInput(f"One of: {', '.join(allowed)}.", attr=name)
    return values


def _yes_or_no(query: QueryDict, name: str) -> bool | None:
    values = _values(query, name)
    if not values:
        return None
    word = values[-1].lower()
    if word not in YES | NO:
        raise InvalidInput("true or false.", attr=name)
    return word in YES


def _whole(query: QueryDict, name: str) -> int | None:
    values = _values(query, name)
    if not values:
        return None
    if not (values[-1].isascii() and values[-1].isdigit()):
        raise InvalidInput("A whole number of minor units, not negative.", attr=name)
    return min(int(values[-1]), LARGEST_ID)


def _types(query: QueryDict) -> list[str]:
    """Slugs of what people may call otherwise, those to leave out with a minus before."""
    found = []
    for value in _values(query, "type"):
        minus = "-" if value.startswith("-") else ""
        slug = kind_meant(value.lstrip("-"))
        if not slug:
            raise InvalidInput("A segment or genre, such as concert or -jazz.", attr="type")
        found.append(f"{minus}{slug}")
    return found


def _named(query: QueryDict, name: str) -> Named:
    ids, names = [], []
    for value in _values(query, name):
        if value.isascii() and value.isdigit():
            if int(value) > LARGEST_ID:
                raise InvalidInput("That is no id.", attr=name)
            ids.append(int(value))
        elif folded := fold(value):
            names.append(folded)
        else:
            raise InvalidInput("An id or a name.", attr=name)
    return Named(ids=tuple(ids), names=tuple(names))


def _where(query: QueryDict) -> tuple[tuple[Point, ...], tuple[Place, ...]]:
    """Points and places. A city is a point where a radius around it or distances from it count."""
    radius_km = _radius_km(query)
    is_centre = bool(_values(query, "radius")) or _values(query, "sort")[-1:] == ["distance"]
    points, places = [], []
    for value in _values(query, "location"):
        match = POINT.fullmatch(value)
        if match:
            points.append(_point(float(match[1]), float(match[2]), radius_km))
        elif place := _place(value):
            centre = centre_of(place) if is_centre else None
            if centre is None:
                places += _as_venues_say(place, value)
            else:
                points.append(Point(*centre, radius_km=radius_km))
        else:
            raise InvalidInput("A city, or latitude,longitude.", attr="location")
    return tuple(points), tuple(places)


def _place(value: str) -> Place | None:
    city, _, within = value.partition(",")
    folded = fold(city)
    return Place(city=folded, within=_code_of(fold(within))) if folded else None


def _as_venues_say(place: Place, written: str) -> list[Place]:
    """The place as it was written and, of a known city, by its own name: NYC is New York."""
    known = (fold(city.name) for city in cities_named(written.partition(",")[0].strip()))
    return [replace(place, city=name) for name in dict.fromkeys([place.city, *known])]


def _code_of(within: str) -> str:
    """A country by its code, as rows have it; a region as it is written."""
    is_region = region_code(within) != within
    return within if is_region else (country_code(within) or within).lower()


def _point(latitude: float, longitude: float, radius_km: float) -> Point:
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise InvalidInput("That point is not on earth.", attr="location")
    return Point(latitude=latitude, longitude=longitude, radius_km=radius_km)


def _radius_km(query: QueryDict) -> float:
    units = chosen(query, "unit", tuple(KILOMETRES))
    kilometres = KILOMETRES[units[-1] if units else "mi"]
    values = _values(query, "radius")
    if not values:
        return DEFAULT_RADIUS * kilometres
    if not NUMBER.fullmatch(values[-1]) or float(values[-1]) <= 0:
        raise InvalidInput("A positive number.", attr="radius")
    radius_km = float(values[-1]) * kilometres
    if radius_km > LARGEST_RADIUS_MI * KILOMETRES["mi"]:
        raise InvalidInput("At most 500 miles (804 km).", attr="radius")
    return radius_km


def _sort(query: QueryDict, *, has_term: bool, has_point: bool) -> Sort:
    values = _values(query, "sort")
    if not values:
        return "relevance" if has_term else "date"
    for sort in SORTS:
        if values[-1] == sort:
            if sort == "distance" and not has_point:
                raise InvalidInput("distance needs lat,lon or a known city.", attr="sort")
            return "date" if sort == "relevance" and not has_term else sort
    raise InvalidInput(f"One of: {', '.join(SORTS)}.", attr="sort")
