"""Fixtures of the tests of bookings."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bookings.api import short_way, views
from tests.house.test_two_users import token_of
from ticketmaster.accounts.models import User


@pytest.fixture
def app(fan: User) -> Client:
    """An app in which `fan` is signed in."""
    return Client(headers={"X-Session-Token": token_of(fan)})


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which way each claim went."""
    taken: list[str] = []

    def seen(way: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **values: Any) -> Any:
            taken.append(way)
            return work(*args, **values)

        return run

    monkeypatch.setattr(short_way, "_answer", seen("short", short_way._answer))
    monkeypatch.setattr(views.ReserveView, "dispatch", seen("long", views.ReserveView.dispatch))
    return taken
