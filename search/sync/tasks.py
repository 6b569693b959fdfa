"""The sync as Celery tasks, found by their names in the settings' timetable."""

from celery import shared_task
from django.core.cache import cache

from search.sync.rebuild import build_missing_index
from search.sync.reconciler import reconcile_contents, reconcile_versions
from search.sync.relay import relay_index_changes

RELAYING = "search:relaying"
RELAYING_S = 30


@shared_task(name="search.relay_index_changes")
def relay_changes() -> None:
    """Each second; a run that waits for a frozen server keeps the others from waiting too."""
    if not cache.add(RELAYING, 1, RELAYING_S):
        return
    try:
        relay_index_changes()
    finally:
        cache.delete(RELAYING)


@shared_task(name="search.build_missing_index", soft_time_limit=7000, time_limit=7200)
def build_index() -> None:
    """Each half minute: where there is no index of this code's mapping, fans search in Postgres."""
    build_missing_index()


@shared_task(name="search.reconcile_index")
def reconcile_index() -> None:
    """Each hour: ids and versions."""
    reconcile_versions()


@shared_task(name="search.reconcile_index_contents", soft_time_limit=3500, time_limit=3600)
def reconcile_index_contents() -> None:
    """Each night: every field."""
    reconcile_contents()
