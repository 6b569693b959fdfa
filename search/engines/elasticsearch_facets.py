"""Counts of kinds and cities over all that is found, each leaving its own choice aside."""

from typing import Any

from search.engines.base import FACET_VALUES, FACETS, Facets
from search.engines.elasticsearch_filters import Clauses, all_of


def facets_query(clauses: Clauses) -> dict[str, Any]:
    """The body of the search for counts."""
    kinds, places = clauses.kinds, clauses.places
    others = {"segment": places, "genre": places, "city": [*kinds, *clauses.points]}
    return {
        "query": all_of(clauses.rest),
        "size": 0,
        "track_total_hits": False,
        "aggregations": {
            name: {
                "filter": all_of(others[name]),
                "aggregations": {
                    "values": {
                        "terms": {
                            "field": name,
                            "size": FACET_VALUES,
                            "exclude": [""],
                            "order": [{"_count": "desc"}, {"_key": "asc"}],
                        }
                    }
                },
            }
            for name in FACETS
        },
    }


def facets_from(aggregations: dict[str, Any]) -> Facets:
    """The counts in its answer."""
    return {
        name: [
            (bucket["key"], bucket["doc_count"])
            for bucket in aggregations[name]["values"]["buckets"]
        ]
        for name in FACETS
    }
