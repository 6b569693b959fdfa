"""Cities among the facets: one name for one place, `Portland, Oregon` where there are namesakes."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db import connection

from events.countries import country_name
from events.regions import region_code
from search.engines.city_counts import CityKey
from search.facet_values import FacetValue
from search.remembering import remembered

# How each place is written by one of its venues, and all places known by the city's name.
WRITTEN = """
SELECT wanted.city, wanted.region, wanted.country, row.city_name, row.region_name, (
    SELECT array_agg(n.key) FROM search_name n
    WHERE n.kind = 'city' AND n.folded = wanted.city AND n.coming > 0)
FROM unnest(%s::text[], %s::text[], %s::text[]) wanted(city, region, country)
CROSS JOIN LATERAL (
    SELECT r.city_name, v.region AS region_name
    FROM search_searchrow r JOIN events_venue v ON v.id = r.venue_id
    WHERE r.city = wanted.city AND r.region = wanted.region AND r.country = wanted.country
    LIMIT 1
) row
"""
Names = dict[CityKey, tuple[str, str]]


def city_values(counts: Collection[tuple[str, int]]) -> list[FacetValue]:
    """The values of a city facet, each as `location` takes it, from counts of
    `city|region|country`. What places are called may be some seconds old."""
    numbers = {_key(text): number for text, number in counts}
    names, within = remembered(
        ("places", *sorted(numbers)),
        lambda: _written(list(numbers)),
        is_worth_it=lambda found: bool(found[0]),
    )
    values: dict[str, FacetValue] = {}
    for key, number in numbers.items():
        name, region = names.get(key, (key[0], key[1]))
        where = within.get(key, "")
        value = f"{key[0]}, {where}" if where else key[0]
        said = region if where == key[1] else country_name(where.upper()) or where.upper()
        label = f"{name}, {said}" if where else name
        known = values.setdefault(value, FacetValue(value=value, label=label, count=0))
        known["count"] += number
    return sorted(values.values(), key=lambda one: (-one["count"], one["value"]))


def _key(text: str) -> CityKey:
    city, region, country = text.split("|")
    return city, region, country


def _written(keys: list[CityKey]) -> tuple[Names, dict[CityKey, str]]:
    """City and region as people read them, and what tells places apart from their namesakes."""
    if not keys:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, [list(column) for column in zip(*keys, strict=True)])
        rows = cursor.fetchall()
    places: dict[str, set[CityKey]] = defaultdict(set)
    for key in keys:
        places[key[0]].add(key)
    names: Names = {}
    for city, region, country, city_name, region_name, known in rows:
        names[city, region, country] = (city_name, region_name)
        places[city].update(_key(text) for text in known or ())
    return names, {key: where for group in places.values() for key, where in _apart(group)}


def _apart(namesakes: Collection[CityKey]) -> Iterator[tuple[CityKey, str]]:
    """Each with its region, or with its country where some venue there names no region; nothing
    where all are one place, if written in two ways."""
    whole = {country for _, region, country in namesakes if not region}
    within = {key: key[2] if key[2] in whole else key[1] for key in namesakes}
    different = {(key[2], region_code(where)) for key, where in within.items()}
    if len(different) > 1:
        yield from within.items()
