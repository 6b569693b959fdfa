"""Facets as people read them: engines count slugs and places, this names them."""

from collections.abc import Callable

from events.models import Category, Segment
from search.city_facets import city_values
from search.engines.base import Facets
from search.facet_values import FacetValue
from search.remembering import remembered


def labelled(facets: Facets) -> dict[str, list[FacetValue]]:
    """The same facets with a label for each value."""
    labels = {
        "segment": {value: str(label) for value, label in Segment.choices},
        "genre": _labels("genre", facets, _genres),
    }
    named = {
        name: [
            FacetValue(value=value, label=labels[name].get(value, value), count=count)
            for value, count in facets.get(name, [])
        ]
        for name in labels
    }
    return {**named, "city": city_values(facets.get("city", []))}


def _labels(
    name: str, facets: Facets, read: Callable[[list[str]], dict[str, str]]
) -> dict[str, str]:
    """The labels of a facet's values; what a genre is called may be some seconds old."""
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
