"""A small catalogue with rows in the search index."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Event, EventPerformer, Performer
from search.rows import write_search_rows
from tests.factories import EventFactory, PerformerFactory

Findable = Callable[..., Event]


@pytest.fixture
def findable(db: None) -> Findable:
    """Makes an event with performers (by name) and its search row."""

    def make(*, performers: tuple[str, ...] = (), **fields: Any) -> Event:
        event = EventFactory.create(**fields)
        for position, name in enumerate(performers):
            performer = Performer.objects.filter(name=name).first()
            performer = performer or PerformerFactory.create(name=name)
            EventPerformer.objects.create(event=event, performer=performer, position=position)
        write_search_rows([event.pk])
        return event

    return make


@pytest.fixture
def find(db: None) -> Callable[..., list[int]]:
    """Searches by the API and answers the ids in order."""

    def search(**parameters: Any) -> list[int]:
        answer = APIClient().get("/api/v1/search", parameters)
        assert answer.status_code == 200, answer.content
        return [event["id"] for event in answer.json()["results"]]

    return search
