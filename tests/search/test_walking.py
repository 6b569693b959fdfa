"""Walking through many pages: each event once, whatever changes and however broad the words."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.models import Event
from search.engines import postgres_counts, postgres_pages
from search.rows import write_search_rows
from tests.factories import CategoryFactory, EventFactory, VenueFactory

MANY = 330


def walk(query: dict[str, object], between: Callable[[int], None] = lambda page: None) -> list[int]:
    """The ids of all pages in order; `between` runs after each."""
    api = APIClient()
    ids: list[int] = []
    page = api.get("/api/v1/search", query).json()
    number = 0
    while True:
        ids += [event["id"] for event in page["results"]]
        if not page["next"]:
            return ids
        between(number)
        number += 1
        page = api.get("/api/v1/search", dict(parse_qsl(urlsplit(page["next"]).query))).json()


@pytest.fixture
def evenings(db: None) -> list[int]:
    """Many evenings of one word, a few of them called just that."""
    venue, category = VenueFactory.create(), CategoryFactory.create()
    start = timezone.now() + timedelta(days=5)
    ids = [
        EventFactory.create(
            name="Evening" if n % 50 == 0 else f"Evening number {n}",
            venue=venue,
            category=category,
            starts_at=start + timedelta(hours=n % 40),
            popularity=n % 7,
        ).pk
        for n in range(MANY)
    ]
    write_search_rows(ids)
    return ids


@pytest.fixture
def broad(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word counts as broad, and few rows are walked at once."""
    monkeypatch.setattr(postgres_pages, "BROAD", 0)
    monkeypatch.setattr(postgres_pages, "WALKED", 30)


@pytest.mark.usefixtures("broad")
@pytest.mark.parametrize("size", [7, 30, 100])
def test_a_broad_word_is_walked_without_gap_or_repetition(evenings: list[int], size: int):
    ids = walk({"term": "evening", "page_size": size})

    assert sorted(ids) == sorted(evenings)
    exact = set(evenings[::50])
    assert set(ids[: len(exact)]) == exact


@pytest.mark.parametrize("is_few", [True, False])
def test_those_of_that_name_come_first_however_many(
    evenings: list[int], monkeypatch: pytest.MonkeyPatch, is_few: bool
):
    """Few are ranked, many told apart by date."""
    monkeypatch.setattr(postgres_pages, "BROAD", 0)
    monkeypatch.setattr(postgres_pages, "estimate", lambda rows: 0 if is_few else 1)

    ids = walk({"term": "evening", "page_size": 3})[:7]

    exact = Event.objects.filter(pk__in=evenings[::50])
    order = ["-popularity", "starts_at", "pk"] if is_few else ["starts_at", "pk"]
    assert ids == list(exact.order_by(*order).values_list("pk", flat=True))


@pytest.mark.usefixtures("broad")
@pytest.mark.parametrize("altogether", [0, 10**9])
def test_a_walk_is_the_same_whichever_way_is_the_shorter(
    evenings: list[int], monkeypatch: pytest.MonkeyPatch, altogether: int
):
    monkeypatch.setattr(postgres_pages, "rows_altogether", lambda: altogether)

    ids = walk({"term": "evening number", "page_size": 100})

    order = Event.objects.filter(pk__in=ids).order_by("-popularity", "starts_at", "pk")
    assert ids[:30] == list(order.values_list("pk", flat=True)[:30])
    assert len(ids) == len(set(ids)) == MANY - len(evenings[::50])


@pytest.mark.usefixtures("broad")
@pytest.mark.parametrize("sort", ["date", "price", "popularity"])
def test_a_broad_word_is_walked_in_every_order(evenings: list[int], sort: str):
    assert sorted(walk({"term": "evening", "page_size": 100, "sort": sort})) == sorted(evenings)


def test_pages_hold_while_events_change(evenings: list[int]):
    def change(page: int) -> None:
        some = evenings[page * 10 : page * 10 + 20]
        Event.objects.filter(pk__in=some).update(description=f"Changed after page {page}.")
        write_search_rows(some)

    ids = walk({"page_size": 10, "sort": "date"}, between=change)

    assert sorted(ids) == sorted(evenings)


def test_counts_beyond_what_is_counted_say_so(evenings: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres_counts, "COUNTED_TO", 50)
    monkeypatch.setattr("search.engines.postgres.COUNTED_TO", 50)

    answer = APIClient().get("/api/v1/search", {"term": "evening"}).json()

    assert (answer["total"], answer["total_relation"], answer["facets_approx"]) == (50, "gte", True)


def test_counts_within_it_are_exact(evenings: list[int]):
    answer = APIClient().get("/api/v1/search", {"term": "evening"}).json()

    assert (answer["total"], answer["total_relation"], answer["facets_approx"]) == (
        330,
        "eq",
        False,
    )
    assert answer["facets"]["genre"] == [{"value": "rock", "label": "Rock", "count": 330}]


def test_a_facet_leaves_its_own_choice_aside(db: None):
    jazz = CategoryFactory.create(genre="Jazz", slug="jazz")
    drama = CategoryFactory.create(segment="theatre", genre="Drama", slug="drama")
    leeds, york = VenueFactory.create(city="Leeds"), VenueFactory.create(city="York")
    places = [(jazz, leeds), (jazz, york), (drama, leeds), (drama, leeds)]
    made = [EventFactory.create(category=kind, venue=venue).pk for kind, venue in places]
    write_search_rows(made)

    answer = APIClient().get("/api/v1/search", {"type": "drama", "location": "leeds"}).json()

    facets = {
        name: {value["value"]: value["count"] for value in values}
        for name, values in answer["facets"].items()
    }
    assert answer["total"] == 2
    assert facets["genre"] == {"drama": 2, "jazz": 1}
    assert facets["city"] == {"leeds": 2}
