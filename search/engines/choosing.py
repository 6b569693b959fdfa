"""Which engine answers: Elasticsearch where there is one and it is well, Postgres else."""

import logging
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter

from search.engines.base import Found
from search.engines.elasticsearch import ElasticsearchEngine, EngineFailed, is_own_key
from search.engines.elasticsearch_client import is_configured
from search.engines.elasticsearch_health import Breaker, problem_of_index
from search.engines.postgres import PostgresEngine
from search.request import SearchRequest

logger = logging.getLogger(__name__)

ANSWERS = Counter("frontrow_search_answers", "Searches, by the engine that answered", ["engine"])

breaker = Breaker(problem_of_index)


@dataclass(frozen=True)
class Answer:
    """What was found and by whom. `degraded`: Postgres stood in for Elasticsearch. `restarted`: the
    key was another engine's, and this is the first page again."""

    found: Found
    engine: str
    degraded: bool = False
    restarted: bool = False


def find(request: SearchRequest, *, after: list[Any] | None) -> Answer:
    """A page of a search. Raises InvalidInput for a key of another order."""
    if not is_configured():
        return _by(PostgresEngine(), request, after)
    if not breaker.is_open:
        try:
            return _by(ElasticsearchEngine(), request, after)
        except EngineFailed as error:
            logger.warning("Postgres answers instead of Elasticsearch: %s", error)
            if error.counts:
                breaker.failed(str(error))
    return stand_in(request, after=after)


def stand_in(request: SearchRequest, *, after: list[Any] | None) -> Answer:
    """The same by Postgres, although there is an Elasticsearch."""
    return _by(PostgresEngine(), request, after, degraded=True)


def _by(
    engine: ElasticsearchEngine | PostgresEngine,
    request: SearchRequest,
    after: list[Any] | None,
    *,
    degraded: bool = False,
) -> Answer:
    foreign = (
        after is not None
        and request.sort == "relevance"
        and is_own_key(after) != (engine.name == ElasticsearchEngine.name)
    )
    found = engine.find(request, after=None if foreign else after)
    ANSWERS.labels(engine.name).inc()
    return Answer(found=found, engine=engine.name, degraded=degraded, restarted=foreign)
