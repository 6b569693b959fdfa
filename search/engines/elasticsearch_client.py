"""The one connection to Elasticsearch of a process, and how long each kind of call may take."""

from django.conf import settings
from elasticsearch import Elasticsearch
from elasticsearch.dsl import connections
from urllib3 import Timeout

CONNECT_S = 0.25
SEARCH_S = 0.6  # leaves Postgres 0.3 s of the 0.9 s in which the first slow answer is due
BULK_S = 20.0
ADMIN_S = 30.0


def is_configured() -> bool:
    """Whether this site has an Elasticsearch at all."""
    return bool(settings.ELASTICSEARCH_URL)


def client_for_search(within_s: float = SEARCH_S) -> Elasticsearch:
    """For a request that somebody waits for: no answer in time is an answer by Postgres."""
    return _client(within_s)


def client_for_writes() -> Elasticsearch:
    """For bulks of the relay and of a rebuild."""
    return _client(BULK_S)


def client_for_administration() -> Elasticsearch:
    """For making, swapping and comparing indices."""
    return _client(ADMIN_S)


def _client(within_s: float) -> Elasticsearch:
    connection: Elasticsearch = connections.get_connection("default")
    timeout = Timeout(connect=min(CONNECT_S, within_s), read=within_s)
    return connection.options(request_timeout=timeout)  # type: ignore[arg-type]
