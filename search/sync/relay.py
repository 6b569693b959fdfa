"""The relay: what is owed to Elasticsearch is written there, in bulk and at least once."""

import logging
import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from elasticsearch import ApiError, TransportError
from prometheus_client import Counter

from search.engines.elasticsearch_client import (
    client_for_search,
    client_for_writes,
    is_configured,
)
from search.sync.bulk import Outcome, write_documents
from search.sync.indices import alias_for_writes, kept_indices
from search.sync.locks import lock_due_changes
from search.sync.models import BuiltIndex, IndexChange

logger = logging.getLogger(__name__)

BLOCK = 500
LONGEST_RUN_S = 20.0
LEASE = timedelta(seconds=30)
LONGEST_PAUSE_S = 15.0  # after an outage all is written within a minute

CHANGES = Counter(
    "frontrow_search_changes", "Changes for Elasticsearch, by what became of them", ["result"]
)


@dataclass
class Relayed:
    """How many changes a run delivered, kept for later, and gave up."""

    delivered: int = 0
    postponed: int = 0
    parked: int = 0
    conflicts: int = 0


def relay_index_changes(*, within_s: float = LONGEST_RUN_S) -> Relayed:
    """Write what is due until nothing is, or the time is over, or Elasticsearch does not answer.

    Safe in several processes at once: changes are leased in a transaction of their own and
    delivered outside of any. A change whose process was killed is due again after 30 s.
    """
    done = Relayed()
    if not (is_configured() and IndexChange.objects.filter(parked_at=None).exists()):
        return done
    if not _answers():
        return done
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        changes = _lease()
        if not changes:
            break
        _deliver(changes, done)
        if done.postponed:
            break
    return done


def _answers() -> bool:
    """A frozen server costs a run one short wait instead of a long one."""
    try:
        client_for_search().cluster.health(filter_path="status")
    except (ApiError, TransportError) as error:
        logger.warning("Elasticsearch does not answer; changes wait: %s", error)
        return False
    return True


@transaction.atomic
def _lease() -> list[IndexChange]:
    changes = list(lock_due_changes(limit=BLOCK))
    IndexChange.objects.filter(pk__in=[change.pk for change in changes]).update(
        due_at=Now() + LEASE
    )
    return changes


def _deliver(changes: list[IndexChange], done: Relayed) -> None:
    """One bulk for all of them, each event once."""
    versions: dict[int, int] = {}
    for change in changes:
        versions[change.event_id] = max(change.version, versions.get(change.event_id, 0))
    outcome = write_documents(client_for_writes(), versions, indices=kept_indices())
    _forget_lost(outcome.lost_indices)
    done.conflicts += outcome.conflicts
    _settle(changes, outcome, done)


def _settle(changes: Iterable[IndexChange], outcome: Outcome, done: Relayed) -> None:
    delivered = [change.pk for change in changes if change.event_id in outcome.written]
    IndexChange.objects.filter(pk__in=delivered).delete()
    done.delivered += len(delivered)
    done.postponed += _postpone(changes, outcome.again)
    done.parked += _park(changes, outcome.refused)
    CHANGES.labels("delivered").inc(len(delivered))
    CHANGES.labels("conflict").inc(outcome.conflicts)
    CHANGES.labels("postponed").inc(len(outcome.again))
    CHANGES.labels("parked").inc(len(outcome.refused))


def _postpone(changes: Iterable[IndexChange], reasons: Mapping[int, str]) -> int:
    """Longer pauses after each try, none longer than 15 s, no two relays in step."""
    late = [change for change in changes if change.event_id in reasons]
    for tries in {change.tries for change in late}:
        pause = min(2.0 ** min(tries, 10), LONGEST_PAUSE_S) * random.uniform(0.5, 1.0)
        same = [change for change in late if change.tries == tries]
        IndexChange.objects.filter(pk__in=[change.pk for change in same]).update(
            tries=F("tries") + 1,
            due_at=Now() + timedelta(seconds=pause),
            last_error=reasons[same[0].event_id],
        )
    if late:
        logger.warning("%s changes wait: %s", len(late), reasons[late[0].event_id])
    return len(late)


def _park(changes: Iterable[IndexChange], reasons: Mapping[int, str]) -> int:
    """A document that Elasticsearch refuses would be refused for ever: staff see it."""
    refused = [change for change in changes if change.event_id in reasons]
    for change in refused:
        logger.error("Elasticsearch refuses %s: %s", change, reasons[change.event_id])
        IndexChange.objects.filter(pk=change.pk).update(
            parked_at=Now(), tries=F("tries") + 1, last_error=reasons[change.event_id]
        )
    return len(refused)


def _forget_lost(aliases: set[str]) -> None:
    """An index that is gone from the server is owed nothing; a rebuild makes another."""
    for index in BuiltIndex.objects.all() if aliases else ():
        if alias_for_writes(index.name) in aliases:
            logger.error("Index %s is gone from Elasticsearch: run manage.py reindex.", index.name)
            index.delete()
