"""Counts of kinds and cities over all that is found, each leaving its own choice aside."""

from collections.abc import Iterator
from typing import Any

from search.engines.base import FACET_VALUES, FACETS, Facets
from search.engines.city_counts import CityKey, most_frequent
from search.engines.elasticsearch_filters import Clauses, all_of

# More regions than any city's name has.
NAMESAKES = 100


def facets_query(clauses: Clauses) -> dict[str, Any]:
    """The body of the search for counts."""
    kinds, places = clauses.kinds, clauses.places
    others = {"segment": places, "genre": places, "city": [*kinds, *clauses.points]}
    # Where points are all the places there are, all three count near them: the server looks there
    # alone instead of asking of each event whether it is near.
    near = clauses.points if clauses.points == places else []
    return {
        "query": all_of([*clauses.rest, *near]),
        "size": 0,
        "track_total_hits": False,
        "aggregations": {
            name: {
                "filter": all_of(others[name]),
                "aggregations": {"values": _values(name)},
            }
            for name in FACETS
        },
    }


def _values(name: str) -> dict[str, Any]:
    """The most frequent values; of a city's name the regions and countries that have one too."""
    counts: dict[str, Any] = {
        "terms": {
            "field": name,
            "size": FACET_VALUES,
            "exclude": [""],
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
    }
    if name == "city":
        country = {"terms": {"field": "country", "size": NAMESAKES}}
        region = {"terms": {"field": "region", "size": NAMESAKES}}
        counts["aggregations"] = {"region": {**region, "aggregations": {"country": country}}}
    return counts


def facets_from(aggregations: dict[str, Any]) -> Facets:
    """The counts in its answer."""
    buckets = {name: aggregations[name]["values"]["buckets"] for name in FACETS}
    facets = {name: [(one["key"], one["doc_count"]) for one in buckets[name]] for name in FACETS}
    return {**facets, "city": most_frequent(dict(_cities(buckets["city"])))}


def _cities(buckets: list[dict[str, Any]]) -> Iterator[tuple[CityKey, int]]:
    for city in buckets:
        for region in city["region"]["buckets"]:
            for country in region["country"]["buckets"]:
                yield (city["key"], region["key"], country["key"]), country["doc_count"]
