"""Cities by how many events they have, those of one name in different regions apart."""

from collections import Counter

from search.engines.base import FACET_VALUES
from search.places import CityKey as CityKey


def most_frequent(counts: dict[CityKey, int]) -> list[tuple[str, int]]:
    """The places that bear the most frequent city names, as `city|region|country`."""
    by_name: Counter[str] = Counter()
    for (name, _, _), number in counts.items():
        by_name[name] += number
    names = set(sorted(by_name, key=lambda name: (-by_name[name], name))[:FACET_VALUES])
    places = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [("|".join(key), number) for key, number in places if key[0] in names]
