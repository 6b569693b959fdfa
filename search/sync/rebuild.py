"""A new index beside the one that is searched, filled, examined and put in its place.

Searching and writing go on: from the moment the new index exists the relay writes every change to
both, and versions make the order of backfill and changes irrelevant.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Max
from django.db.models.functions import Now
from elasticsearch import ApiError, Elasticsearch, TransportError

from search.engines.elasticsearch_client import (
    client_for_administration,
    client_for_writes,
    is_configured,
)
from search.engines.elasticsearch_document import mapping_hash
from search.models import SearchRow
from search.sync.bulk import write_documents
from search.sync.comparing import count_of, count_of_filled, versions_in
from search.sync.indices import (
    begin_refreshing,
    drop_index,
    join_segments,
    kept_indices,
    make_index,
    point_alias_at,
    searched_index,
)
from search.sync.models import BuiltIndex, IndexChange
from search.sync.relay import relay_index_changes
from search.sync.smoke import smoke_problems

logger = logging.getLogger(__name__)

BATCH = 1_000
SAMPLE = 1_000
ROUNDS = 20
ROUND_S = 0.5
TRIES = 5
LONGEST_DRAIN_S = 120.0
# Said again with every batch: after a killed rebuild the next may begin in a few minutes.
BUILDING = "search:building"
BUILDING_S = 300

Progress = Callable[[str], None]


class RebuildFailed(Exception):
    """The new index is not as good as the rows: searching goes on in the old one."""


class RebuildUnderWay(RebuildFailed):
    """Two at once would take each other's index away."""


class NothingToGoBackTo(Exception):
    """No index of this code's mapping is kept beside the one that is searched."""


@dataclass(frozen=True)
class Rebuilt:
    """The index that is searched from now on, and how many documents it has."""

    name: str
    documents: int


def build_missing_index() -> None:
    """Build one where Elasticsearch is new, lost its data, or this code has another mapping."""
    try:
        if not index_is_needed():
            return
        built = rebuild_index(tell=logger.info)
    except RebuildUnderWay:
        return
    except (RebuildFailed, ApiError, TransportError) as error:
        logger.error("No index was built: %s", error)
        return
    logger.warning("Searched from now on: %s, %s documents.", built.name, built.documents)


def rebuild_index(*, tell: Progress) -> Rebuilt:
    """Build, fill, examine and swap. Raises RebuildUnderWay where another process is at it, and
    RebuildFailed, after which the old index stays."""
    if not cache.add(BUILDING, 1, BUILDING_S) and cache.get(BUILDING):
        raise RebuildUnderWay("Another rebuild is under way.")
    try:
        return _rebuild(tell)
    finally:
        cache.delete(BUILDING)


def _rebuild(tell: Progress) -> Rebuilt:
    client = client_for_administration()
    _drop_unfinished(client)
    index = make_index(client)
    try:
        tell(f"Filling {index.name}.")
        _backfill(index.name, tell)
        join_segments(client, index.name)
        cache.touch(BUILDING, BUILDING_S)
        begin_refreshing(client, index.name)
        documents = _examine(client, index.name, tell)
    except BaseException:
        drop_index(client, index)
        raise
    _swap(client, index)
    return Rebuilt(name=index.name, documents=documents)


def index_is_needed() -> bool:
    """Whether there is an Elasticsearch without an index that this code can search."""
    if not is_configured():
        return False
    searched = searched_index(client_for_administration())
    return searched is None or searched.mapping_hash != mapping_hash()


def roll_back() -> str:
    """Search the index that was searched before, which was kept up to date; answers its name."""
    client = client_for_administration()
    searched = searched_index(client)
    kept = BuiltIndex.objects.filter(name__in=kept_indices(), replaced_at__isnull=False)
    before = kept.exclude(name=searched.name if searched else "").order_by("-replaced_at").first()
    if before is None:
        raise NothingToGoBackTo("There is no other index to go back to.")
    relay_index_changes()
    client.indices.refresh(index=before.name)
    _swap(client, before)
    return before.name


def _swap(client: Elasticsearch, index: BuiltIndex) -> None:
    searched = searched_index(client)
    point_alias_at(client, index.name)
    BuiltIndex.objects.filter(pk=index.pk).update(replaced_at=None)
    if searched is not None:
        BuiltIndex.objects.filter(name=searched.name).update(replaced_at=Now())


def _drop_unfinished(client: Elasticsearch) -> None:
    """Indices of rebuilds that were killed: never searched, never replaced."""
    searched = searched_index(client)
    name = searched.name if searched else ""
    for index in BuiltIndex.objects.filter(replaced_at=None).exclude(name=name):
        drop_index(client, index)


def _backfill(index: str, tell: Progress) -> None:
    total, written = SearchRow.objects.count(), 0
    for versions in _versions():
        _write_all(index, versions)
        cache.touch(BUILDING, BUILDING_S)
        before, written = written, written + len(versions)
        if written * 10 // max(total, 1) > before * 10 // max(total, 1):
            tell(f"{written} of {total} documents.")


def _versions() -> Iterator[dict[int, int]]:
    behind = -1
    while True:
        rows = SearchRow.objects.filter(pk__gt=behind).order_by("pk")
        versions = dict(rows.values_list("pk", "version")[:BATCH])
        if not versions:
            return
        yield versions
        behind = max(versions)


def _write_all(index: str, versions: dict[int, int]) -> None:
    client = client_for_writes()
    for pause_s in range(TRIES):
        outcome = write_documents(client, versions, indices=[index])
        if outcome.refused:
            raise RebuildFailed(f"A document was refused: {next(iter(outcome.refused.items()))}")
        if not outcome.again:
            return
        versions = {event_id: versions[event_id] for event_id in outcome.again}
        time.sleep(pause_s)
    raise RebuildFailed(f"Not written: {next(iter(outcome.again.items()))}")


def _examine(client: Elasticsearch, index: str, tell: Progress) -> int:
    """The gate: every row there, none empty, a thousand at their versions, and found by name."""
    tell("Comparing it with the rows.")
    sample = _sample()
    problem = "Changes kept coming for too long."
    for _ in range(ROUNDS):
        cache.touch(BUILDING, BUILDING_S)
        _drain()
        client.indices.refresh(index=index)
        problem = _difference(client, index, sample)
        if not problem:
            break
        time.sleep(ROUND_S)
    if problem:
        raise RebuildFailed(problem)
    if problems := smoke_problems(index):
        raise RebuildFailed(problems[0])
    return count_of(client, index)


def _drain() -> None:
    """Bring what is owed up to now. A relay of the worker may help."""
    newest = IndexChange.objects.aggregate(newest=Max("pk"))["newest"]
    ends = time.monotonic() + LONGEST_DRAIN_S
    while newest is not None and time.monotonic() < ends:
        relay_index_changes()
        left = IndexChange.objects.filter(pk__lte=newest, parked_at=None)
        if not left.exists():
            return
        time.sleep(ROUND_S)


def _sample() -> dict[int, int]:
    """Versions of about a thousand rows from random places."""
    return dict(SearchRow.objects.order_by("?").values_list("pk", "version")[:SAMPLE])


def _difference(client: Elasticsearch, index: str, sample: dict[int, int]) -> str:
    rows, documents = SearchRow.objects.count(), count_of(client, index)
    if rows != documents:
        return f"{documents} documents for {rows} rows."
    filled = count_of_filled(client, index)
    if filled != documents:
        return f"{documents - filled} documents of {documents} are empty."
    held = versions_in(client, index, list(sample))
    present = SearchRow.objects.filter(pk__in=list(sample)).values_list("pk", flat=True)
    late = [pk for pk in present if held.get(pk, 0) < sample[pk]]
    return f"{len(late)} documents are older than their rows, {late[0]} among them." if late else ""
