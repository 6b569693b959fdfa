"""What every engine answers."""

from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict

from search.request import SearchRequest

COUNTED_TO = 10_000
FACET_VALUES = 20


class FacetValue(TypedDict):
    """One value of a facet, and how many of the found events have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of event ids in order. `total` is counted to 10,000; `key` is where it ended, None
    on the last page."""

    event_ids: list[int]
    total: int
    key: list[Any] | None
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)


class Engine(Protocol):
    """Finds events for a request. Text in it is data, whatever it looks like."""

    name: str

    def find(self, request: SearchRequest, *, after: list[Any] | None) -> Found:
        """One page, behind `after` (the key of the page before) where given."""
