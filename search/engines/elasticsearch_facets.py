"""Counts of kinds and cities over all that is found, each leaving its own choice aside."""

from dataclasses import replace
from typing import Any

from search.engines.base import FACET_VALUES, FACETS, Facets
from search.engines.elasticsearch_filters import all_of, clauses_of, places_of, types_of
from search.request import SearchRequest


def facets_query(request: SearchRequest) -> dict[str, Any]:
    """The body of the request for counts."""
    kinds, places = types_of(request), places_of(request)
    near = places_of(replace(request, places=()))
    others = {"segment": places, "genre": places, "city": [*kinds, *near]}
    return {
        "query": all_of(clauses_of(request)),
        "size": 0,
        "source": False,
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
