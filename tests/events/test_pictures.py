"""Pictures of shows: shared by all nights of a run, never alike side by side."""

import pytest

from events.models import Category, Event, Venue
from events.pictures import artwork_urls, look_of, turn_of
from tests.factories import EventFactory

ROCK = Category(segment="concert", genre="Rock", slug="rock")


def night(number: int, name: str, category: Category = ROCK) -> Event:
    return Event(pk=number, name=name, category=category, venue=Venue())


def versions(urls: list[str]) -> list[str]:
    return [url.rsplit("-", 1)[1] for url in urls]


def test_all_nights_of_a_show_share_its_picture():
    first, second = versions(artwork_urls([night(1, "Nine Aunts"), night(2, "nine  AUNTS")]))

    assert first == second


def test_shows_near_one_another_never_look_the_same():
    events = [night(number, f"Show {number}") for number in range(300)]
    drawn = versions(artwork_urls(events))
    looks = [
        look_of(e, turn=turn_of(e, v.split(".")[0])) for e, v in zip(events, drawn, strict=True)
    ]

    alone = [look_of(event) for event in events]
    assert any(alone[n] in alone[max(0, n - 4) : n] for n in range(300))  # chance alone would
    assert all(looks[n] not in looks[max(0, n - 4) : n] for n in range(300))


def test_a_show_of_another_kind_has_a_picture_of_its_own():
    theatre = Category(segment="theatre", genre="Drama", slug="drama")

    rock, play = versions(artwork_urls([night(1, "Nine"), night(2, "Nine", theatre)]))

    assert rock != play


@pytest.mark.django_db
def test_every_address_of_a_list_is_a_picture_that_stays(client):
    events = [EventFactory.create(name=f"Show {number}") for number in range(12)]

    for url in artwork_urls(events):
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert "immutable" in answer.headers["Cache-Control"]
