"""Tests against a real server; not collected where there is none."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch
from pytest_django.fixtures import Settings

from tests.search.server import URL, elasticsearch_in_use

collect_ignore_glob = [] if URL else ["test_*.py"]


@pytest.fixture
def server(db: None, settings: Settings) -> Iterator[Elasticsearch]:
    """A site that searches in Elasticsearch, and the server."""
    with elasticsearch_in_use(settings) as client:
        yield client
