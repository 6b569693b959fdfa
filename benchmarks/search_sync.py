"""How long a change takes to be found in Elasticsearch, and ten thousand to be written there."""

from django.db import transaction
from django.test import override_settings

from benchmarks.crowd import percentile
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.search_outage import searched, seconds_until
from events.models import Event
from search.rows import write_search_rows
from search.sync.models import IndexChange

OWED = 10_000


def sync(port: int, url: str, *, changes: int) -> list[Figure]:
    """Both, with the worker and the beat that the site has."""
    ids = list(Event.objects.order_by("pk").values_list("pk", flat=True)[:OWED])
    with override_settings(ELASTICSEARCH_URL=url):  # so that changes are owed to it
        times = sorted(_seconds_until_found(port, pk) for pk in ids[:changes])
        write_search_rows(ids)
    drained = seconds_until(lambda: not IndexChange.objects.exists())
    return [
        at_most(
            "A change is found after, p95", percentile(times, 0.95), 2, Kind.ABSOLUTE, unit="s"
        ),
        at_most("A change is found after, slowest", times[-1], 5, Kind.ABSOLUTE, unit="s"),
        at_most(f"{len(ids):,} changes are written within", drained, 60, Kind.ABSOLUTE, unit="s"),
    ]


def _seconds_until_found(port: int, event_id: int) -> float:
    """From the commit of a new name on."""
    name = f"Fresh{event_id}"
    with transaction.atomic():
        Event.objects.filter(pk=event_id).update(name=name)
        write_search_rows([event_id])
    return seconds_until(lambda: _is_found(port, name))


def _is_found(port: int, name: str) -> bool:
    answer = searched(port, f'"{name}"')
    return answer["engine"] == "elasticsearch" and answer["total"] == 1
