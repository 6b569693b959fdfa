"""Answers of a search: pages, facets, few queries, and who may keep a copy."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from events.models import EventPerformer
from search import remembering
from search.rows import write_search_rows
from tests.factories import CategoryFactory, PerformerFactory, PriceLevelFactory, VenueFactory
from tests.search.conftest import in_days


@pytest.mark.parametrize("sort", ["date", "price", "popularity", "relevance", "distance"])
def test_pages_of_every_order_give_each_event_once(findable, sort):
    start = in_days(5)
    events = {
        findable(name="Evening", starts_at=start, popularity=n % 3, venue=VenueFactory.create()).pk
        for n in range(11)
    }
    query = {"page_size": 3, "sort": sort, "term": "evening", "location": "51.5,-0.12"}
    api = APIClient()

    page = api.get("/api/v1/search", query).json()
    assert page["total"] == 11
    ids = [event["id"] for event in page["results"]]
    while page["next"]:
        assert page["next"].startswith("http://testserver/api/v1/search?")
        page = api.get(page["next"]).json()
        assert page["total"] == 11
        ids += [event["id"] for event in page["results"]]

    assert len(ids) == 11
    assert set(ids) == events


def test_a_page_has_at_most_a_hundred(findable):
    for _ in range(3):
        findable()

    answer = APIClient().get("/api/v1/search", {"page_size": 100_000})

    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 3


def test_the_answer_counts_facets_over_all_that_was_found(findable, engine):
    for _ in range(3):
        findable(venue=VenueFactory.create(city="Leeds"))
    drama = CategoryFactory.create(segment="theatre", genre="Drama", slug="drama")
    findable(category=drama, venue=VenueFactory.create(city="York"))

    answer = APIClient().get("/api/v1/search", {"page_size": 1}).json()

    assert answer["facets"] == {
        "segment": [
            {"value": "concert", "label": "Concerts", "count": 3},
            {"value": "theatre", "label": "Theatre", "count": 1},
        ],
        "genre": [
            {"value": "rock", "label": "Rock", "count": 3},
            {"value": "drama", "label": "Drama", "count": 1},
        ],
        "city": [
            {"value": "leeds", "label": "Leeds", "count": 3},
            {"value": "york", "label": "York", "count": 1},
        ],
    }
    assert {key: answer[key] for key in ("engine", "degraded", "did_you_mean", "understood")} == {
        "engine": engine,
        "degraded": False,
        "did_you_mean": None,
        "understood": {},
    }
    assert answer["total"] == 4


def test_many_results_take_as_few_queries_as_one(findable):
    query = {"term": "evening", "location": "london", "date": "next-30-days", "page_size": 100}
    counts = []
    for events in (1, 29):
        for _ in range(events):
            event = findable()
            EventPerformer.objects.create(event=event, performer=PerformerFactory.create())
        remembering.forget()
        with CaptureQueriesContext(connection) as queries:
            found = APIClient().get("/api/v1/search", query).json()["results"]
        counts.append(len(queries))

    assert len(found) == 30
    assert counts[0] == counts[1]


def test_a_search_with_a_place_is_private_and_any_other_public(findable):
    findable()
    api = APIClient()

    assert api.get("/api/v1/search?term=x").headers["Cache-Control"].startswith("public")
    assert "s-maxage=5" in api.get("/api/v1/search?term=x").headers["Cache-Control"]
    assert api.get("/api/v1/search?location=leeds").headers["Cache-Control"].startswith("private")
    assert not api.get("/api/v1/search").cookies


def test_days_and_prices_are_counted_for_who_asks(findable, find):
    soon, later = findable(starts_at=in_days(3)), findable(starts_at=in_days(20))
    PriceLevelFactory.create(event=soon, face_minor=2000, fee_minor=0, tax_minor=0)
    PriceLevelFactory.create(event=later, face_minor=9000, fee_minor=0, tax_minor=0)
    write_search_rows([soon.pk, later.pk])
    find()  # brings the engine up to date
    api = APIClient()

    asked = {"facets": ["date", "price"], "price_max": 5000}
    facets = api.get("/api/v1/search", asked).json()["facets"]

    days = {one["value"]: one["count"] for one in facets["date"]}
    assert (days["next-7-days"], days["next-30-days"]) == (1, 1)
    prices = [(one["value"], one["label"], one["count"]) for one in facets["price"]]
    assert prices[0] == ("2500", "Up to 25", 1)
    assert prices[-1] == ("20000", "Up to 200", 2)
    assert set(api.get("/api/v1/search").json()["facets"]) == {"segment", "genre", "city"}


def test_a_facet_that_cannot_be_counted_is_400_and_named(db):
    answer = APIClient().get("/api/v1/search", {"facets": "colour"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "facets"
