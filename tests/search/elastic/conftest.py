"""Tests against a real server; not collected where there is none."""

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pytest_django.fixtures import Settings

from events.models import Event
from search.rows import write_search_rows
from tests.factories import EventFactory
from tests.search.conftest import Findable
from tests.search.server import URL, elasticsearch_in_use

collect_ignore_glob = [] if URL else ["test_*.py"]


@pytest.fixture
def server(db: None, settings: Settings) -> Iterator[Elasticsearch]:
    """A site that searches in Elasticsearch, and the server."""
    with elasticsearch_in_use(settings) as client:
        yield client


@pytest.fixture
def findable(server: Elasticsearch) -> Findable:
    """Makes an event and its row; its document is owed."""

    def make(**fields: Any) -> Event:
        event = EventFactory.create(**fields)
        write_search_rows([event.pk])
        return event

    return make
