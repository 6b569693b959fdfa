"""What a search asks of Postgres: as little as it can."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from search.engines.postgres import PostgresEngine
from search.request import SearchRequest
from search.terms import term_from
from search.vocabulary import learn_due_names
from tests.factories import VenueFactory

pytestmark = pytest.mark.django_db


def asked_for(term: str, table: str) -> list[str]:
    """The statements of a search that name this table."""
    with CaptureQueriesContext(connection) as asked:
        APIClient().get("/api/v1/search", {"term": term})
    return [query["sql"] for query in asked if table in query["sql"]]


def test_few_rows_are_read_once_for_the_page_and_its_counts(findable: Any) -> None:
    event = findable(name="Evening")
    wanted = SearchRequest(now=timezone.now(), term=term_from("evening"), sort="relevance")

    with CaptureQueriesContext(connection) as asked:
        found = PostgresEngine().find(wanted, after=None)

    assert (found.event_ids, found.total) == ([event.pk], 1)
    statements = [query["sql"] for query in asked if "search_searchrow" in query["sql"]]
    assert [sql.split()[0] for sql in statements] == ["EXPLAIN", "WITH"]


def test_whether_a_repair_finds_anything_is_asked_of_the_index(findable: Any) -> None:
    findable(name="Metallica")
    learn_due_names()

    with CaptureQueriesContext(connection) as asked:
        answer = APIClient().get("/api/v1/search", {"term": "metalica"}).json()

    assert answer["did_you_mean"] == "metallica"
    statements = [query["sql"] for query in asked]
    (exists,) = [place for place, sql in enumerate(statements) if sql.startswith("SELECT 1 AS")]
    assert "set_config('enable_seqscan', 'off', true)" in statements[exists - 1]


def test_places_are_read_once_in_a_while(findable: Any) -> None:
    findable(venue=VenueFactory.create(city="Leeds"))
    learn_due_names()

    assert len(asked_for("evening in leeds", "search_name")) == 1
    assert asked_for("night in leeds", "search_name") == []


def test_a_city_is_understood_as_soon_as_it_is_learned(findable: Any) -> None:
    findable(venue=VenueFactory.create(city="Leeds"))
    learn_due_names()
    asked_for("evening in leeds", "search_name")

    findable(venue=VenueFactory.create(city="Whitby"))
    learn_due_names()

    answer = APIClient().get("/api/v1/search", {"term": "whitby"}).json()
    assert answer["understood"] == {"location": "whitby"}
