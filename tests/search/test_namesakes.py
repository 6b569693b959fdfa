"""Cities of one name in different places are told apart by the facets, on each engine."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from search.vocabulary import learn_due_names
from tests.factories import VenueFactory

pytestmark = pytest.mark.django_db


def cities(**query: str) -> list[tuple[str, str, int]]:
    answer = APIClient().get("/api/v1/search", query).json()
    return [(one["value"], one["label"], one["count"]) for one in answer["facets"]["city"]]


def venue(city: str, region: str, country: str = "US") -> Any:
    return VenueFactory.create(city=city, region=region, country=country)


def test_namesakes_are_counted_apart_and_their_values_find_just_those(findable: Any) -> None:
    oregon = [findable(venue=venue("Portland", "OR")) for _ in range(2)]
    findable(venue=venue("Portland", "ME"))
    findable(venue=venue("Leeds", "", "GB"))

    found = cities()

    assert found == [
        ("portland, or", "Portland, OR", 2),
        ("leeds", "Leeds", 1),
        ("portland, me", "Portland, ME", 1),
    ]
    there = APIClient().get("/api/v1/search", {"location": "portland, or"}).json()
    assert [one["id"] for one in there["results"]] == [event.pk for event in oregon]
    assert cities(location="portland, or") == found


def test_one_place_that_is_written_in_two_ways_stays_one(findable: Any) -> None:
    findable(venue=venue("Boston", "MA"))
    findable(venue=venue("Boston", "Massachusetts"))

    assert cities() == [("boston", "Boston", 2)]


def test_where_a_venue_names_no_region_the_country_tells_them_apart(findable: Any) -> None:
    findable(venue=venue("London", "England", "GB"))
    findable(venue=venue("London", "", "GB"))
    findable(venue=venue("London", "ON", "CA"))

    assert cities() == [
        ("london, gb", "London, United Kingdom", 2),
        ("london, on", "London, ON", 1),
    ]
    assert APIClient().get("/api/v1/search", {"location": "london, gb"}).json()["total"] == 2


def test_a_value_is_the_same_where_the_namesake_is_not_found(findable: Any) -> None:
    findable(name="Pines Evening", venue=venue("Portland", "OR"))
    findable(name="Lobster Evening", venue=venue("Portland", "ME"))
    learn_due_names()

    assert cities(term="lobster") == [("portland, me", "Portland, ME", 1)]


def test_chips_and_boxes_of_the_page_say_which_one_is_meant(findable: Any) -> None:
    findable(venue=venue("Portland", "OR"))
    findable(venue=venue("Portland", "ME"))

    page = APIClient().get("/search", {"location": "portland, me"})

    context = page.context
    assert [chip.label for chip in context["chips"]] == ["Portland, ME"]
    [where] = [group for group in context["groups"] if group.name == "location"]
    assert [(one.label, one.found, one.checked) for one in where.choices] == [
        ("Portland, ME", 1, True),
        ("Portland, OR", 1, False),
    ]
