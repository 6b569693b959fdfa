"""A broad word's pages come from among the popular, and are those of the whole catalogue."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.utils import timezone

from events.generating.catalogue import generate_catalogue
from search import remembering
from search.engines import elasticsearch_popular as popular
from search.engines.base import Found
from search.engines.elasticsearch import ElasticsearchEngine, EngineFailed
from search.models import SearchRow
from search.request import SearchRequest, search_request_from
from tests.search.server import bring_up_to_date

EVENTS = 800
BROAD = ("the", "t", "l", "live", "c", "concert", "ma")


@pytest.fixture
def catalogue(server) -> list[SearchRow]:
    generate_catalogue(events=EVENTS, tickets=0, seed=5, advance=lambda count: None)
    while bring_up_to_date().delivered:
        pass
    return list(SearchRow.objects.order_by("pk"))


@pytest.fixture
def among() -> Iterator[Any]:
    """Sets from which popularity on an event is popular; as before afterwards."""
    before = popular.popular_from.popularity

    def set_to(popularity: int) -> None:
        popular.popular_from.popularity = popularity
        remembering.forget()

    yield set_to
    set_to(before)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of how many searches each call of the server was."""
    calls: list[int] = []
    ask = ElasticsearchEngine._ask

    def counting(self: ElasticsearchEngine, *bodies: Any, **since: Any) -> Any:
        calls.append(len(bodies))
        return ask(self, *bodies, **since)

    monkeypatch.setattr(ElasticsearchEngine, "_ask", counting)
    return calls


def request_of(**wanted: str) -> SearchRequest:
    query = QueryDict(mutable=True)
    query.update({"page_size": "10", **wanted})
    return search_request_from(query, now=timezone.now())


def pages(request: SearchRequest, most: int = 12) -> list[Found]:
    found = [ElasticsearchEngine().find(request, after=None)]
    while found[-1].key is not None and len(found) < most:
        found.append(ElasticsearchEngine().find(request, after=found[-1].key))
    return found


def shown(found: list[Found]) -> list[Any]:
    return [(one.event_ids, one.key, one.total, one.total_relation, one.facets) for one in found]


def test_the_pages_are_those_of_the_whole(catalogue, among, asked) -> None:
    pages_from_among_them = 0
    for word in BROAD:
        request = request_of(term=word)
        among(0)
        whole = pages(request)
        for popularity in (20, 40, 60, 80):
            among(popularity)
            asked.clear()
            assert shown(pages(request)) == shown(whole), (word, popularity)
            pages_from_among_them += 2 * len(whole) - len(asked)  # the others took a second call
    print(f"pages from among the popular alone: {pages_from_among_them}")
    assert pages_from_among_them > 30


def test_without_the_guard_pages_would_be_others(catalogue, among, monkeypatch) -> None:
    request = request_of(term="t")
    among(0)
    whole = shown(pages(request))
    monkeypatch.setattr("search.engines.elasticsearch.are_the_page", lambda *_, **values: True)
    among(80)

    assert shown(pages(request)) != whole


def test_one_call_for_a_page_of_the_popular_and_a_second_where_they_do_not_fill_it(
    catalogue, among, asked
) -> None:
    among(1)
    ElasticsearchEngine().find(request_of(term="t"), after=None)
    assert asked == [3]

    asked.clear()
    among(100)
    ElasticsearchEngine().find(request_of(term="t"), after=None)
    assert asked == [3, 1]


def test_one_call_where_the_popular_are_all_there_are(catalogue, among, asked) -> None:
    known = max(catalogue, key=lambda row: row.popularity)
    request = request_of(term=known.collapsed[0])
    among(0)
    whole = pages(request, most=1)

    among(1)
    asked.clear()

    assert shown(pages(request, most=1)) == shown(whole)
    assert asked == [3]


def test_both_calls_together_take_no_longer_than_one_may(among, server) -> None:
    engine = ElasticsearchEngine(within_s=0.5)

    with pytest.raises(EngineFailed, match="all of the time"):
        engine._ask({}, since=time.monotonic() - 0.6)


def test_who_bears_the_name_comes_first_however_unknown(catalogue, among) -> None:
    unknown = min(catalogue, key=lambda row: (row.popularity, row.pk))
    among(0)
    request = request_of(term=unknown.collapsed[0])
    whole = pages(request, most=2)

    among(60)

    assert shown(pages(request, most=2)) == shown(whole)


@pytest.mark.parametrize(
    "wanted",
    [
        {"term": "the great"},
        {"term": "the", "sort": "date"},
        {"term": "the", "location": "40.7,-74.0", "radius": "500"},
        {"location": "40.7,-74.0", "radius": "500"},
    ],
)
def test_other_searches_look_among_all(among, wanted) -> None:
    among(50)

    assert popular.popular_enough(request_of(**wanted)) == 0


def test_a_sixth_of_a_large_catalogue_is_popular(catalogue, among, monkeypatch) -> None:
    cache.delete(popular.LEARNED_KEY)
    among(0)
    popular.popular_from.learn(len(catalogue))
    assert popular.popular_from.popularity == 0, "a small one is looked at as a whole"

    monkeypatch.setattr(popular, "LARGE", EVENTS)
    popular.popular_from.learn(len(catalogue))

    by_popularity = sorted((row.popularity for row in catalogue), reverse=True)
    assert popular.popular_from.popularity == by_popularity[EVENTS // popular.POPULAR_SHARE] > 0
    cache.delete(popular.LEARNED_KEY)

    popular.popular_from.learn(len(catalogue) * 10)  # counted before rows went

    assert popular.popular_from.popularity == 0
    cache.delete(popular.LEARNED_KEY)
