"""The reconciler: finds what the relay did not bring, and what nobody should have changed."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now
from elasticsearch import Elasticsearch
from prometheus_client import Gauge

from search.engines.elasticsearch_client import client_for_administration, is_configured
from search.models import SearchRow
from search.moments import rows_deleted
from search.rows import write_search_rows
from search.sync.comparing import Drift, compare_contents, compare_versions, versions_in
from search.sync.indices import drop_index, searched_index
from search.sync.models import BuiltIndex, IndexChange

logger = logging.getLogger(__name__)

BATCH = 500
KEPT_FOR = timedelta(hours=24)

DRIFT = Gauge("frontrow_search_drift", "Documents that differed from their rows", ["kind"])

NEXT_VERSION = "SELECT nextval('search_version')"
CATCH_UP = "SELECT setval('search_version', greatest(%s, nextval('search_version')))"


def reconcile_versions() -> Drift | None:
    """Compare ids and versions, and repair; None without an index. For every hour."""
    return _reconcile(compare_versions)


def reconcile_contents() -> Drift | None:
    """Compare whole documents, and repair; None without an index. For every night."""
    return _reconcile(compare_contents)


def _reconcile(compare: Callable[[Elasticsearch, str], Drift]) -> Drift | None:
    if not is_configured():
        return None
    client = client_for_administration()
    searched = searched_index(client)
    if searched is None:
        logger.error("No index stands behind the alias: run manage.py reindex.")
        return None
    drift = compare(client, searched.name)
    for kind in ("missing", "different", "extra"):
        DRIFT.labels(kind).set(len(getattr(drift, kind)))
    if drift.events:
        logger.error("Search drifted and is repaired: %s", drift)
        _outrun(client, searched.name, drift.events)
        _repair(drift.events)
    _try_parked_anew()
    _drop_replaced(client)
    return drift


def _outrun(client: Elasticsearch, index: str, event_ids: list[int]) -> None:
    """Versions to come are above those of these documents, whoever wrote them."""
    for start in range(0, len(event_ids), BATCH):
        held = versions_in(client, index, event_ids[start : start + BATCH])
        if held:
            with connection.cursor() as cursor:
                cursor.execute(CATCH_UP, [max(held.values())])


def _repair(event_ids: list[int]) -> None:
    """Rows written anew have new versions, and the relay brings them; without a row the document
    goes."""
    for start in range(0, len(event_ids), BATCH):
        ids = event_ids[start : start + BATCH]
        with transaction.atomic():
            write_search_rows(ids)
            _owe_deletes(ids)


def _owe_deletes(event_ids: list[int]) -> None:
    present = set(SearchRow.objects.filter(pk__in=event_ids).values_list("pk", flat=True))
    gone = [event_id for event_id in event_ids if event_id not in present]
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_VERSION)
            version = cursor.fetchone()[0]
        rows_deleted.send(sender=__name__, event_ids=gone, version=version)


def _try_parked_anew() -> None:
    IndexChange.objects.filter(parked_at__isnull=False).update(parked_at=None, due_at=Now())


def _drop_replaced(client: Elasticsearch) -> None:
    """An index that another replaced is kept a day for going back."""
    for index in BuiltIndex.objects.filter(replaced_at__lt=Now() - KEPT_FOR):
        drop_index(client, index)
