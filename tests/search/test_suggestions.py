"""Suggestions: typed groups, from the first letter on, best first."""

import pytest
from rest_framework.test import APIClient

from events.models import Event
from search import suggestions
from search.models import Name
from search.rows import write_search_rows
from search.suggestions import suggest
from search.vocabulary import learn_due_names
from tests.search.graded.catalogue import NOW, Shop, build


@pytest.fixture
def shop(db: None) -> Shop:
    shop = build()
    learn_due_names()
    return shop


def names(text: str, group: str) -> list[str]:
    return [found["name"] for found in suggest(text, now=NOW)[group]]


@pytest.mark.parametrize(
    ("typed", "group", "first"),
    [
        ("t", "performers", "Taylor Swift"),
        ("tay", "performers", "Taylor Swift"),
        ("swi", "performers", "Taylor Swift"),
        ("rolling st", "performers", "The Rolling Stones"),
        ("BEYON", "performers", "Beyoncé"),
        ("motley cr", "performers", "Mötley Crüe"),
        ("ac/d", "performers", "AC/DC"),
        ("acd", "performers", "AC/DC"),
        ("pink", "performers", "P!nk"),
        ("blink1", "performers", "blink-182"),
        ("21 pi", "performers", "Twenty One Pilots"),
        ("madison sq", "venues", "Madison Square Garden"),
        ("garden", "venues", "Madison Square Garden"),
        ("new yo", "cities", "New York"),
        ("koln", "cities", "Köln"),
        ("cologn", "cities", "Köln"),
        ("nyc", "cities", "New York"),
        ("sao pau", "cities", "São Paulo"),
        ("hamil", "events", "Hamilton"),
        ("metalica", "performers", "Metallica"),
    ],
)
def test_what_somebody_types_is_suggested_first(shop: Shop, typed: str, group: str, first: str):
    assert names(typed, group)[0] == first


def test_there_are_at_most_five_of_each(shop: Shop):
    found = suggest("b", now=NOW)

    assert sorted(found) == ["cities", "events", "performers", "venues"]
    assert all(len(group) <= 5 for group in found.values())
    assert len(found["performers"]) == 5


def test_nights_of_one_show_are_suggested_once(shop: Shop):
    assert names("hamilton", "events") == ["Hamilton"]


def test_what_is_not_among_the_popular_is_suggested_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(suggestions, "POPULAR_ROWS", 0)

    assert names("hamilton", "events") == ["Hamilton"]
    assert names("hamil", "events") == ["Hamilton"]


@pytest.mark.parametrize("text", ["", " ", "!!!", "%", "_", "'", "\\", "🎸" * 500, "a" * 10_000])
def test_any_text_is_answered(shop: Shop, text: str):
    answer = APIClient().get("/api/v1/search/suggest", {"term": text})

    assert answer.status_code == 200


def test_a_percent_sign_is_no_wildcard(shop: Shop):
    assert suggest("b%k", now=NOW)["performers"] == []


def test_the_answer_is_public_and_sets_no_cookie(shop: Shop):
    answer = APIClient().get("/api/v1/search/suggest", {"term": "bey"})

    assert answer.headers["Cache-Control"].startswith("public")
    assert not answer.cookies
    performer = answer.json()["performers"][0]
    assert performer["name"] == "Beyoncé"
    assert performer["url"] == f"/performer/{performer['id']}"


def test_who_has_nothing_coming_is_suggested_no_longer(shop: Shop):
    event = Event.objects.get(pk=shop.ids["metallica"])
    Event.objects.filter(pk=event.pk).update(status="cancelled")
    write_search_rows([event.pk])

    learn_due_names()

    assert names("metall", "performers") == []
    assert not Name.objects.filter(shown="Metallica").exists()


def test_what_is_called_off_is_suggested_no_longer_though_short_words_are_remembered(shop: Shop):
    assert names("hami", "events") == ["Hamilton"]

    Event.objects.filter(name="Hamilton").update(status="cancelled")

    assert names("hami", "events") == []
