"""What every engine is asked and answers."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from search.request import SearchRequest

COUNTED_TO = 10_000
FACET_VALUES = 20

# A facet's values, the most frequent first, each with the number of found events that have it.
# `segment` and `genre` hold the slugs that `type` takes, `city` what tells namesakes apart:
# `city|region|country`, folded.
Facets = dict[str, list[tuple[str, int]]]
FACETS = ("segment", "genre", "city")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of event ids in order, and what was found altogether.

    `key` is the sort key of the page's last row, as JSON can hold it; None on the last page.
    `total` is counted to 10,000: from there on `total_relation` is "gte". With `facets_approx`
    the facets were counted over a part of what was found. A facet of which the request chooses
    values leaves that choice aside, so that the other values show what choosing them would find.
    """

    event_ids: list[int]
    key: list[Any] | None
    total: int
    total_relation: Literal["eq", "gte"] = "eq"
    facets: Facets = field(default_factory=dict)
    facets_approx: bool = False


class Engine(Protocol):
    """Finds events for a request. Text in it is data, whatever it looks like.

    Typo repair and understanding words as filters are done before, for all engines alike.
    """

    name: str

    def find(self, request: SearchRequest, *, after: list[Any] | None) -> Found:
        """One page, behind `after` (the `key` of the page before) where given.

        Raises InvalidInput with attr "cursor" for a key that this order cannot have.
        """
