"""The places and kinds that there are, as this process last read them: every search asks for them.

They are few, and half a minute old at most. What is newer is found as text meanwhile.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from events.models import Category, Segment
from events.regions import region_code
from search.folding import fold
from search.models import Name
from search.places import CityKey
from search.remembering import forget, remembered

PLACES, KINDS = "known places", "known kinds"


class Written(NamedTuple):
    """A place as people read it, and whether anything is coming there."""

    city: str
    region: str
    is_coming: bool


class Places:
    """Where venues are: of each city's folded name the places that bear it."""

    def __init__(self) -> None:
        self._by_city: dict[str, dict[CityKey, Written]] = defaultdict(dict)

    def __bool__(self) -> bool:
        return bool(self._by_city)

    def __contains__(self, city: str) -> bool:
        return city in self._by_city

    def add(self, key: CityKey, written: Written) -> None:
        """One more."""
        self._by_city[key[0]][key] = written

    def written(self, key: CityKey) -> Written | None:
        """How people write it; None where it is not known."""
        return self._by_city.get(key[0], {}).get(key)

    def name_of(self, city: str) -> str:
        """How people write a city of that folded name; blank where none is known."""
        return next((place.city for place in self._by_city.get(city, {}).values()), "")

    def coming(self, city: str) -> set[CityKey]:
        """The places of that name where something is coming."""
        return {key for key, place in self._by_city.get(city, {}).items() if place.is_coming}

    def regions(self, city: str) -> dict[str, str]:
        """Its regions and countries as rows have them, by their codes."""
        found: dict[str, str] = {}
        for _, region, country in self._by_city.get(city, {}):
            found[region_code(region)] = region
            found.setdefault(country, country)
        return found


def known_places() -> Places:
    """All that are learned."""
    return remembered(PLACES, _places, is_worth_it=bool)


def known_kinds() -> Mapping[str, str]:
    """The slugs of all segments and genres by what people call them, folded."""
    return remembered(KINDS, _kinds, is_worth_it=bool)


def learned_anew() -> None:
    """Read them again: for the process that has just learned names."""
    forget(PLACES)
    forget(KINDS)


def _places() -> Places:
    found = Places()
    cities = Name.objects.filter(kind=Name.Kind.CITY)
    for key, shown, detail, coming in cities.values_list("key", "shown", "detail", "coming"):
        city, region, country = key.split("|")
        found.add((city, region, country), Written(shown, detail["region"], coming > 0))
    return found


def _kinds() -> Mapping[str, str]:
    slugs = {fold(label): value for value, label in Segment.choices if value != Segment.OTHER}
    slugs |= {value: value for value in Segment.values if value != Segment.OTHER}
    for genre, slug in Category.objects.order_by("-slug").values_list("genre", "slug"):
        if genre:
            slugs.setdefault(fold(slug), slug)
            slugs[fold(genre)] = slug if fold(genre) == fold(slug) else slugs.get(fold(genre), slug)
    return slugs
