"""The real Elasticsearch of the tests, where ELASTICSEARCH_TEST_URL names one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from elastic_transport import Transport
from elasticsearch import Elasticsearch
from elasticsearch.dsl import connections
from pytest_django.fixtures import Settings

from search.engines import choosing
from search.engines.elasticsearch_client import client_for_administration
from search.engines.elasticsearch_health import Breaker, problem_of_index
from search.sync.indices import alias
from search.sync.rebuild import rebuild_index
from search.sync.relay import Relayed, relay_index_changes

URL = os.environ.get("ELASTICSEARCH_TEST_URL", "")
ENGINES = ["postgres", *(["elasticsearch"] if URL else [])]


class StillBreaker(Breaker):
    """Looks when it is told to, never by itself."""

    def __init__(self) -> None:
        super().__init__(problem_of_index)
        self._watched = True


@contextmanager
def elasticsearch_in_use(settings: Settings, *, url: str = URL) -> Iterator[Elasticsearch]:
    """The site searches in an index of its own, empty at first; gone afterwards."""
    settings.ELASTICSEARCH_URL = url
    settings.ELASTICSEARCH_ALIAS = f"test-{uuid4().hex}"
    use_address(url)
    before, choosing.breaker = choosing.breaker, StillBreaker()
    rebuild()
    try:
        yield client_for_administration()
    finally:
        choosing.breaker = before
        use_address(URL)
        delete_indices_of(settings.ELASTICSEARCH_ALIAS)


def delete_indices_of(name: str) -> None:
    """By their names, since the server takes no pattern."""
    client = client_for_administration()
    for index in client.indices.get(index=f"{name}-v*", allow_no_indices=True):
        client.indices.delete(index=index)


def use_address(url: str) -> None:
    """From here on the site's one connection goes there."""
    connections.add_connection("default", Elasticsearch(url, max_retries=0, retry_on_timeout=False))


def rebuild() -> None:
    """A new index from the rows."""
    rebuild_index(tell=lambda line: None)


def bring_up_to_date() -> Relayed:
    """Deliver what is owed, and make it visible."""
    done = relay_index_changes()
    client_for_administration().indices.refresh(index=f"{alias()}-v*")
    return done


@contextmanager
def requests_sent() -> Iterator[list[str]]:
    """What the server is asked meanwhile: `POST _bulk`, `GET _alias` …, names of indices aside.

    A count of them is the same on every machine, as a time is not.
    """
    sent: list[str] = []
    perform = Transport.perform_request

    def noted(self: Transport, method: str, target: str, **others: Any) -> Any:
        sent.append(f"{method} {target.partition('?')[0].rpartition('/')[2]}")
        return perform(self, method, target, **others)

    with patch.object(Transport, "perform_request", noted):
        yield sent
