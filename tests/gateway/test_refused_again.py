"""Who was just told 429 is told it again before any work is done."""

from typing import Any

import pytest
from django.test import Client

from ticketmaster.gateway import limits, refused, request_limits, shedding
from ticketmaster.gateway.limits import Limit, Quota
from ticketmaster.gateway.refused import Refusals

pytestmark = pytest.mark.django_db

SEARCH = "/api/v1/search"


@pytest.fixture(autouse=True)
def one_search_a_minute(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = True
    settings.REQUEST_LIMITS = {**settings.REQUEST_LIMITS, "search": {"network": 1}}
    monkeypatch.setattr(limits, "_local", limits.LocalWindows())
    monkeypatch.setattr(refused, "LONGEST_S", 600.0)  # however slow the machine


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(*_: Any) -> None:
        raise AssertionError("worked for somebody who was refused")

    monkeypatch.setattr(request_limits, "spend", work)
    monkeypatch.setattr(shedding.Slots, "take", work)


def ask(path: str, address: str = "198.51.100.1") -> Any:
    return Client(REMOTE_ADDR=address).get(path)


def test_the_second_refusal_costs_no_slot_and_no_redis(request: pytest.FixtureRequest) -> None:
    assert [ask(SEARCH).status_code for _ in range(2)] == [200, 429]
    first = ask(SEARCH)
    request.getfixturevalue("no_work")

    again = ask(SEARCH, address="198.51.100.77")

    assert again.status_code == 429
    assert again.json() == first.json()
    assert again["RateLimit-Policy"] == '"search-network";q=1;w=60'
    assert 1 <= int(again["Retry-After"]) <= 60
    assert again["Cache-Control"] == "private, no-store"
    assert again["X-Frame-Options"] == "DENY"


def test_a_page_is_refused_calmly_too(request: pytest.FixtureRequest) -> None:
    assert [ask("/search").status_code for _ in range(2)] == [200, 429]
    request.getfixturevalue("no_work")

    again = ask("/search")

    assert again.status_code == 429
    assert again["Content-Type"].startswith("text/html")
    assert "<h1" in again.content.decode()


@pytest.mark.parametrize(
    ("path", "address"),
    [(SEARCH, "198.51.101.1"), ("/venue/1", "198.51.100.1"), ("/nowhere", "198.51.100.1")],
)
def test_nobody_else_and_nothing_else_is_refused(path: str, address: str) -> None:
    assert [ask(SEARCH).status_code for _ in range(2)] == [200, 429]

    assert ask(path, address=address).status_code in {200, 404}


def test_it_lasts_as_long_as_was_said_and_a_second_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1_000.0
    monkeypatch.setattr(refused.time, "monotonic", lambda: now)
    monkeypatch.setattr(refused, "LONGEST_S", 1.0)
    known, quota = Refusals(), Quota(Limit("search-network", 1, 60), 0, 30)
    known.note(("network", "192.0.2"), quota)

    now += 0.9
    told = known.find({"address": "192.0.2.1", "network": "192.0.2"})
    now += 0.2

    assert told == Quota(quota.limit, 0, 30)
    assert known.find({"network": "192.0.2"}) is None


def test_a_flood_of_addresses_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refused, "MOST_ACCOUNTS", 3)
    known, quota = Refusals(), Quota(Limit("search-address", 1, 60), 0, 30)
    for number in range(9):
        known.note(("address", str(number)), quota)

    assert [number for number in range(9) if known.find({"address": str(number)})] == [6, 7, 8]
