"""What a facet consists of."""

from typing import TypedDict


class FacetValue(TypedDict):
    """One value of a facet, and how many of the found events have it."""

    value: str
    label: str
    count: int
