"""Facets as people read them: engines count slugs, this names them."""

from collections.abc import Callable
from typing import TypedDict

from events.models import Category, Segment
from search.engines.base import Facets
from search.models import SearchRow
from search.remembering import remembered


class FacetValue(TypedDict):
    """One value of a facet, and how many of the found events have it."""

    value: str
    label: str
    count: int


def labelled(facets: Facets) -> dict[str, list[FacetValue]]:
    """The same facets with a label for each value."""
    labels = {
        "segment": {value: str(label) for value, label in Segment.choices},
        "genre": _labels("genre", facets, _genres),
        "city": _labels("city", facets, _cities),
    }
    return {
        name: [
            FacetValue(value=value, label=labels[name].get(value, value), count=count)
            for value, count in counts
        ]
        for name, counts in facets.items()
    }


def _labels(
    name: str, facets: Facets, read: Callable[[list[str]], dict[str, str]]
) -> dict[str, str]:
    """The labels of a facet's values; what a genre or a city is called may be some seconds old."""
    values = sorted(value for value, _ in facets.get(name, []))
    return remembered(
        ("labels", name, *values), lambda: read(values), is_worth_it=lambda labels: bool(labels)
    )


def _genres(slugs: list[str]) -> dict[str, str]:
    """Each genre by name, with its segment where another genre here has the same name."""
    found = list(Category.objects.filter(slug__in=slugs)) if slugs else []
    names = [category.genre for category in found]
    return {
        category.slug: category.genre
        if names.count(category.genre) == 1
        else f"{category.genre} ({category.get_segment_display()})"
        for category in found
    }


def _cities(folded: list[str]) -> dict[str, str]:
    """Each city as one of its venues writes it."""
    if not folded:
        return {}
    lookups = SearchRow.objects.raw(
        "SELECT row.event_id, row.city, row.city_name FROM unnest(%s::text[]) wanted(city)"
        " CROSS JOIN LATERAL ("
        "SELECT * FROM search_searchrow r WHERE r.city = wanted.city LIMIT 1) row",
        [folded],
    )
    return {row.city: row.city_name for row in lookups}
