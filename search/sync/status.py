"""How search is: which engine, how far behind, what was refused."""

from collections.abc import Iterator

from django.db.models import F
from django.db.models.functions import Now
from elasticsearch import ApiError, TransportError

from search.engines.elasticsearch_client import client_for_administration, is_configured
from search.engines.elasticsearch_document import mapping_hash
from search.engines.elasticsearch_health import problem_of_index
from search.models import SearchRow
from search.sync.comparing import count_of
from search.sync.indices import searched_index
from search.sync.models import BuiltIndex, IndexChange


def status_lines() -> Iterator[str]:
    """A line for each thing worth knowing. Works without Elasticsearch, and while it is down."""
    yield f"rows: {SearchRow.objects.count()}"
    if not is_configured():
        yield "engine: postgres (ELASTICSEARCH_URL is not set)"
        return
    problem = problem_of_index()
    yield f"engine: postgres, degraded: {problem}" if problem else "engine: elasticsearch"
    yield f"mapping: {mapping_hash()}"
    yield from _indices()
    yield from _changes()


def is_well() -> bool:
    """Whether searches are answered by the engine that is configured."""
    return not (is_configured() and problem_of_index())


def _indices() -> Iterator[str]:
    client = client_for_administration()
    try:
        searched = searched_index(client)
        for index in BuiltIndex.objects.order_by("pk"):
            role = "searched" if searched and searched.name == index.name else "kept"
            yield f"index: {index.name} ({role}, {count_of(client, index.name)} documents)"
    except (ApiError, TransportError) as error:
        yield f"index: unknown, {error!r}"


def _changes() -> Iterator[str]:
    waiting = IndexChange.objects.filter(parked_at=None)
    oldest = waiting.order_by("created_at").annotate(age=Now() - F("created_at")).first()
    age = f", the oldest {oldest.age.total_seconds():.1f} s old" if oldest else ""
    yield f"changes waiting: {waiting.count()}{age}"
    parked = IndexChange.objects.filter(parked_at__isnull=False)
    yield f"changes refused: {parked.count()}"
    for change in parked.order_by("pk")[:5]:
        yield f"  {change}: {change.last_error[:120]}"
