"""Cities among the facets: one name for one place, `Portland, Oregon` where there are namesakes."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db import connection

from events.countries import country_name
from events.regions import region_code
from search.facet_values import FacetValue
from search.known import Places, known_places
from search.places import CityKey

# How places that are not learned yet are written by one of their venues. Region and country are
# compared as one text: apart, the planner would put the index of a whole country beside the city's.
WRITTEN = """
SELECT wanted.city, wanted.region, wanted.country, row.city_name, row.region_name
FROM unnest(%s::text[], %s::text[], %s::text[]) wanted(city, region, country)
CROSS JOIN LATERAL (
    SELECT r.city_name, v.region AS region_name
    FROM search_searchrow r JOIN events_venue v ON v.id = r.venue_id
    WHERE r.city = wanted.city
        AND concat(r.region, '|', r.country) = concat(wanted.region, '|', wanted.country)
    LIMIT 1
) row
"""
Names = dict[CityKey, tuple[str, str]]


def city_values(counts: Collection[tuple[str, int]]) -> list[FacetValue]:
    """The values of a city facet, each as `location` takes it, from counts of
    `city|region|country`. What places are called may be half a minute old."""
    numbers = {_key(text): number for text, number in counts}
    known = known_places()
    names, within = _names(known, list(numbers)), _told_apart(known, list(numbers))
    values: dict[str, FacetValue] = {}
    for key, number in numbers.items():
        name, region = names.get(key, (key[0], key[1]))
        where = within.get(key, "")
        value = f"{key[0]}, {where}" if where else key[0]
        said = region if where == key[1] else country_name(where.upper()) or where.upper()
        label = f"{name}, {said}" if where else name
        found = values.setdefault(value, FacetValue(value=value, label=label, count=0))
        found["count"] += number
    return sorted(values.values(), key=lambda one: (-one["count"], one["value"]))


def _key(text: str) -> CityKey:
    city, region, country = text.split("|")
    return city, region, country


def _names(known: Places, keys: list[CityKey]) -> Names:
    """City and region as people read them."""
    names: Names = {}
    for key in keys:
        if written := known.written(key):
            names[key] = (written.city, written.region)
    missing = [key for key in keys if key not in names]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN, [list(column) for column in zip(*missing, strict=True)])
            for city, region, country, city_name, region_name in cursor.fetchall():
                names[city, region, country] = (city_name, region_name)
    return names


def _told_apart(known: Places, keys: list[CityKey]) -> dict[CityKey, str]:
    """What tells places from their namesakes, found or not."""
    places: dict[str, set[CityKey]] = defaultdict(set)
    for key in keys:
        places[key[0]] |= {key, *known.coming(key[0])}
    groups = (group for group in places.values() if len(group) > 1)
    return {key: where for group in groups for key, where in _apart(group)}


def _apart(namesakes: Collection[CityKey]) -> Iterator[tuple[CityKey, str]]:
    """Each with its region, or with its country where some venue there names no region; nothing
    where all are one place, if written in two ways."""
    whole = {country for _, region, country in namesakes if not region}
    within = {key: key[2] if key[2] in whole else key[1] for key in namesakes}
    different = {(key[2], region_code(where)) for key, where in within.items()}
    if len(different) > 1:
        yield from within.items()
