"""Whether an index holds what the search rows say: by id and version, or by content."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from search.engines.elasticsearch_document import documents_of
from search.models import SearchRow
from search.sync.models import IndexChange

BLOCK = 5_000
CONTENT_BLOCK = 1_000
# Every document has them; one that was indexed empty has none.
FILLED = ("title", "words_a", "status", "starts_us", "city", "segment")

# What an index is asked for, and what the rows say it should be, by event.
Block = dict[int, Any]


@dataclass
class Drift:
    """Events whose document is missing, is another than the row's, or has no row."""

    compared: int = 0
    missing: list[int] = field(default_factory=list)
    different: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)

    @property
    def events(self) -> list[int]:
        """All of them."""
        return sorted({*self.missing, *self.different, *self.extra})


def compare_versions(client: Elasticsearch, index: str) -> Drift:
    """By id and version, in blocks of 5,000. Events with a change still owed are left out."""
    return _compare(client, index, _versions_of, size=BLOCK, content=False)


def compare_contents(client: Elasticsearch, index: str) -> Drift:
    """By id, version and every field: finds what was changed behind our back."""
    return _compare(client, index, _contents_of, size=CONTENT_BLOCK, content=True)


def _compare(
    client: Elasticsearch,
    index: str,
    wanted: Callable[[list[int]], Block],
    *,
    size: int,
    content: bool,
) -> Drift:
    drift = Drift()
    for ids, rows in _blocks_of_ids(size):
        held = _held(client, index, ids, content=content, size=size)
        should = wanted(rows)
        drift.compared += len(rows)
        drift.missing += [event_id for event_id in should if event_id not in held]
        drift.extra += [event_id for event_id in held if event_id not in should]
        drift.different += [
            event_id
            for event_id in should
            if event_id in held and held[event_id] != should[event_id]
        ]
    nameless = _nameless(client, index)
    drift.extra += nameless - set(drift.missing)
    owed = set(IndexChange.objects.filter(parked_at=None).values_list("event_id", flat=True))
    for events in (drift.missing, drift.different, drift.extra):
        events[:] = [event_id for event_id in events if event_id not in owed]
    return drift


def _blocks_of_ids(size: int) -> Iterator[tuple[tuple[int, int | None], list[int]]]:
    """Ranges of ids, (behind, up to or None for all above), each with the rows' ids in it."""
    behind = -1
    while True:
        rows = SearchRow.objects.filter(pk__gt=behind).order_by("pk").values_list("pk", flat=True)
        ids = list(rows[:size])
        if len(ids) < size:
            yield (behind, None), ids
            return
        yield (behind, ids[-1]), ids
        behind = ids[-1]


def _versions_of(ids: list[int]) -> Block:
    return dict(SearchRow.objects.filter(pk__in=ids).values_list("pk", "version"))


def _contents_of(ids: list[int]) -> Block:
    return documents_of(SearchRow.objects.filter(pk__in=ids))


def _held(
    client: Elasticsearch, index: str, ids: tuple[int, int | None], *, content: bool, size: int
) -> Block:
    """What the index holds of a range of ids, however much that is."""
    behind, up_to = ids
    reach = {"gt": behind} if up_to is None else {"gt": behind, "lte": up_to}
    found: Block = {}
    after: list[Any] | None = None
    while True:
        hits = client.search(
            index=index,
            query={"range": {"event_id": reach}},
            sort=[{"event_id": "asc"}],
            search_after=after,
            size=size,
            version=True,
            source=content,
        )["hits"]["hits"]
        for hit in hits:
            known = (hit["_version"], hit["_source"]) if content else hit["_version"]
            found[int(hit["_id"])] = known
        if len(hits) < size:
            return found
        after = hits[-1]["sort"]


def _nameless(client: Elasticsearch, index: str) -> set[int]:
    """The ids of documents that do not say their event: indexed empty, or by somebody else."""
    query = {"bool": {"must_not": {"exists": {"field": "event_id"}}}}
    hits = client.search(index=index, query=query, size=BLOCK, source=False)["hits"]["hits"]
    return {int(hit["_id"]) for hit in hits}


def count_of(client: Elasticsearch, index: str) -> int:
    """How many documents can be found."""
    return int(client.count(index=index)["count"])


def count_of_filled(client: Elasticsearch, index: str) -> int:
    """How many of them have all that every document has."""
    query = {"bool": {"filter": [{"exists": {"field": name}} for name in FILLED]}}
    return int(client.count(index=index, query=query)["count"])


def versions_in(client: Elasticsearch, index: str, ids: list[int]) -> dict[int, int]:
    """The version of each of these documents that is there."""
    if not ids:
        return {}
    documents = client.mget(index=index, ids=[str(event_id) for event_id in ids], source=False)
    return {int(item["_id"]): item["_version"] for item in documents["docs"] if item["found"]}
