"""Whether Elasticsearch may be asked: a breaker, closed and opened by looks from the side.

Each process that searches has one. It opens after five failures in ten seconds, or when a look
finds no index, one of another mapping, or documents missing. While it is open no request waits
for Elasticsearch; a thread looks every five seconds and closes it again.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from elasticsearch import ApiError, TransportError
from prometheus_client import Gauge

from search.engines.elasticsearch_client import client_for_search
from search.engines.elasticsearch_document import mapping_hash
from search.engines.elasticsearch_popular import popular_from
from search.models import SearchRow
from search.sync.indices import alias, searched_index
from search.sync.models import IndexChange

logger = logging.getLogger(__name__)

FAILURES = 5
WITHIN_S = 10.0
LOOK_EVERY_S = 5.0
COUNT_EVERY_S = 30
LEAST_PERCENT = 99  # of the rows
COUNT_KEY = "search:rows"

OPEN = Gauge("frontrow_search_breaker_open", "1 while Elasticsearch is not asked")


class Breaker:
    """Open while Elasticsearch must not be asked. `look` answers what is wrong, or nothing."""

    def __init__(self, look: Callable[[], str]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._watched = False
        self.reason = ""

    @property
    def is_open(self) -> bool:
        """Whether to go past Elasticsearch. The first to ask looks, and others wait for that."""
        if not self._watched:
            self._begin_watching()
        return bool(self.reason)

    def failed(self, reason: str) -> None:
        """A request failed; the fifth in ten seconds opens."""
        now = time.monotonic()
        self._failures.append(now)
        if len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_S:
            self._say(f"{FAILURES} failures in {WITHIN_S:.0f} s, the last: {reason}")

    def look(self) -> None:
        """Look now, and open or close by what is found."""
        found = self._look()
        if not found and self.reason:
            self._failures.clear()
        if found or self.reason:
            self._say(found)

    def _say(self, reason: str) -> None:
        if reason and not self.reason:
            logger.error("Search goes on in Postgres: %s", reason)
        elif self.reason and not reason:
            logger.warning("Search is back in Elasticsearch.")
        self.reason = reason
        OPEN.set(bool(reason))

    def _begin_watching(self) -> None:
        with self._lock:
            if self._watched:
                return
            self.look()
            self._watched = True
            threading.Thread(target=self._watch, name="search breaker", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            self.look()
            connection.close()  # back into the pool


def problem_of_index() -> str:
    """What is wrong with the index that searches go to; blank when nothing is."""
    client = client_for_search()
    try:
        searched = searched_index(client)
        if searched is None:
            return "there is no index: run manage.py reindex"
        if searched.mapping_hash != mapping_hash():
            return "the index has another mapping: run manage.py reindex"
        documents = int(client.count(index=alias())["count"])
    except (ApiError, TransportError) as error:
        return f"no answer: {error!r}"
    return _missing(documents)


def _missing(documents: int) -> str:
    """Documents that nobody owes are lost, or were indexed empty."""
    try:
        rows = cache.get_or_set(COUNT_KEY, SearchRow.objects.count, COUNT_EVERY_S) or 0
        if _are_enough(documents, rows):
            popular_from.learn(rows)
            return ""
        rows = SearchRow.objects.count()
        owed = IndexChange.objects.filter(parked_at=None).count()
    except DatabaseError as error:
        logger.warning("The rows cannot be counted: %s", error)
        return ""
    if _are_enough(documents + owed, rows):
        return ""
    return f"only {documents} documents for {rows} rows: run manage.py reindex"


def _are_enough(documents: int, rows: int) -> bool:
    return documents * 100 >= rows * LEAST_PERCENT
