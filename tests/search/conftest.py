"""A small catalogue with rows in the search index, on each engine that is there."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from events.models import Event, EventPerformer, Performer
from search import remembering
from search.rows import write_search_rows
from search.vocabulary import learn_due_names
from tests.factories import EventFactory, PerformerFactory
from tests.search.graded import catalogue
from tests.search.server import ENGINES, bring_up_to_date, elasticsearch_in_use

Findable = Callable[..., Event]
CatchUp = Callable[[], None]


def in_days(days: float) -> datetime:
    """The moment so many days from now."""
    return timezone.now() + timedelta(days=days)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What an earlier test found is no answer here."""
    remembering.forget()


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may keep Elasticsearch waiting; only the tests of its absence mind."""
    if not request.module.__name__.endswith("test_outage"):
        monkeypatch.setattr("search.engines.elasticsearch.SEARCH_S", 20.0)
        for name in ("CONNECT_S", "BULK_S", "ADMIN_S"):
            monkeypatch.setattr(f"search.engines.elasticsearch_client.{name}", 120.0)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, db: None, settings: Settings) -> Iterator[str]:
    """The name of the engine that answers in this test."""
    if request.param == "postgres":
        settings.ELASTICSEARCH_URL = ""
        yield request.param
        return
    with elasticsearch_in_use(settings):
        yield request.param


@pytest.fixture
def catch_up(engine: str) -> CatchUp:
    """Makes all changes visible to the engine."""
    return bring_up_to_date if engine == "elasticsearch" else lambda: None


@pytest.fixture
def shop(catch_up: CatchUp) -> catalogue.Shop:
    """The catalogue of the graded list, found by the engine."""
    shop = catalogue.build()
    learn_due_names()
    catch_up()
    return shop


@pytest.fixture
def findable(catch_up: CatchUp) -> Findable:
    """Makes an event with performers (by name) and its search row."""

    def make(*, performers: tuple[str, ...] = (), **fields: Any) -> Event:
        event = EventFactory.create(**fields)
        for position, name in enumerate(performers):
            performer = Performer.objects.filter(name=name).first()
            performer = performer or PerformerFactory.create(name=name)
            EventPerformer.objects.create(event=event, performer=performer, position=position)
        write_search_rows([event.pk])
        catch_up()
        return event

    return make


@pytest.fixture
def find(catch_up: CatchUp) -> Callable[..., list[int]]:
    """Searches by the API and answers the ids in order."""

    def search(**parameters: Any) -> list[int]:
        catch_up()
        answer = APIClient().get("/api/v1/search", parameters)
        assert answer.status_code == 200, answer.content
        return [event["id"] for event in answer.json()["results"]]

    return search
