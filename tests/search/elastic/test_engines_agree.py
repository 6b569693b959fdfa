"""Requirement 2: the same filters find the same events, the same words much the same."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from events.generating.catalogue import generate_catalogue
from search.engines.base import Engine, Found
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine
from search.models import SearchRow
from search.request import SearchRequest, search_request_from
from tests.search.server import bring_up_to_date

EVENTS = 800
SORTS = ("date", "price", "popularity")
WINDOWS = ("today", "tonight", "this-weekend", "next-7-days", "this-month", "next-month")


@pytest.fixture
def catalogue(server) -> list[SearchRow]:
    generate_catalogue(events=EVENTS, tickets=0, seed=3, advance=lambda count: None)
    draw = random.Random(3)
    rows = list(SearchRow.objects.order_by("pk"))
    for row in rows:  # what needs tickets to be told apart
        row.availability = draw.choice(["available", "few", "sold_out", "not_on_sale"])
        row.accessible = draw.random() < 0.5
    SearchRow.objects.bulk_update(rows, ["availability", "accessible"], batch_size=500)
    while bring_up_to_date().delivered:
        pass
    return rows


def request_of(wanted: dict[str, Any]) -> SearchRequest:
    query = QueryDict(mutable=True)
    for name, value in wanted.items():
        query.setlist(name, [str(part) for part in value] if isinstance(value, list) else [value])
    return search_request_from(query, now=timezone.now())


def all_ids(engine: Engine, request: SearchRequest, *, pages: int) -> list[int]:
    ids, after = [], None
    for _ in range(pages):
        found = engine.find(request, after=after)
        ids += found.event_ids
        after = found.key
        if after is None:
            break
    return ids


def filters_of(draw: random.Random, rows: list[SearchRow]) -> dict[str, Any]:
    row = draw.choice(rows)
    day, later = sorted(draw.choice(rows).wall_clock.date().isoformat() for _ in range(2))
    cheap, dear = sorted([draw.randint(0, 20_000), draw.randint(0, 20_000)])
    dimensions: dict[str, Callable[[], dict[str, Any]]] = {
        "city": lambda: {"location": row.city_name},
        "point": lambda: {
            "location": f"{row.latitude:.3f},{row.longitude:.3f}",
            "radius": str(draw.choice([1, 25, 100, 500])),
            "unit": draw.choice(["mi", "km"]),
        },
        "kind": lambda: {"type": draw.choice([[row.segment], [row.category, "-jazz"]])},
        "days": lambda: {"date": draw.choice([day, f"{day}..{later}", draw.choice(WINDOWS)])},
        "performer": lambda: {"performer": row.performers[0]},
        "performer id": lambda: {"performer": str(row.performer_ids[0])},
        "venue": lambda: {"venue": [row.venue_name, str(draw.choice(rows).venue_id)]},
        "price": lambda: {"price_min": str(cheap), "price_max": str(dear)},
        "stock": lambda: {"availability": draw.sample(["available", "few", "sold_out"], 2)},
        "accessible": lambda: {"accessible": draw.choice(["true", "false"])},
    }
    wanted: dict[str, Any] = {"page_size": "100", "sort": draw.choice(SORTS)}
    for name in draw.sample(sorted(dimensions), draw.randint(1, 3)):
        wanted |= dimensions[name]()
    return wanted


def test_three_hundred_filters_find_the_same_events_and_counts(catalogue):
    draw, found_any = random.Random(7), 0
    for _ in range(300):
        wanted = filters_of(draw, catalogue)
        request = request_of(wanted)

        theirs, ours = _both(request)

        assert ours.event_ids == theirs.event_ids, wanted
        assert (ours.total, ours.total_relation) == (theirs.total, theirs.total_relation), wanted
        assert ours.facets == theirs.facets, wanted
        found_any += bool(ours.event_ids)
    assert found_any > 150


def test_keys_of_one_engine_go_on_in_the_other(catalogue):
    for sort in SORTS:
        request = request_of({"page_size": "50", "sort": sort})
        first = ElasticsearchEngine().find(request, after=None)
        second = PostgresEngine().find(request, after=first.key)
        third = ElasticsearchEngine().find(request, after=second.key)

        together = [*first.event_ids, *second.event_ids, *third.event_ids]

        assert together == all_ids(ElasticsearchEngine(), request, pages=3)
        assert together == all_ids(PostgresEngine(), request, pages=3)
        assert len(set(together)) == 150


def terms_of(rows: list[SearchRow]) -> Iterator[str]:
    draw = random.Random(9)
    for _ in range(25):
        row = draw.choice(rows)
        yield row.performers[0]
        yield row.title
        yield f"{row.performers[0]} {row.city}"
        yield draw.choice(row.title.split())


def test_a_hundred_terms_have_most_of_their_first_ten_in_common(catalogue):
    shares = []
    for term in terms_of(catalogue):
        theirs, ours = _both(request_of({"term": term, "page_size": "10"}))

        assert ours.total == theirs.total, term
        assert theirs.event_ids, term
        common = set(ours.event_ids) & set(theirs.event_ids)
        shares.append(len(common) / len(theirs.event_ids))
    print(f"top-10 overlap: {sum(shares) / len(shares):.1%}")
    assert len(shares) == 100
    assert sum(shares) / len(shares) >= 0.7


def test_walking_by_relevance_gives_each_event_once(catalogue):
    request = request_of({"term": catalogue[0].kind.split()[0], "page_size": "50"})
    ids = all_ids(ElasticsearchEngine(), request, pages=40)

    assert len(ids) == len(set(ids))
    assert set(ids) == set(all_ids(PostgresEngine(), request, pages=40))


def _both(request: SearchRequest) -> tuple[Found, Found]:
    theirs = PostgresEngine().find(request, after=None)
    return theirs, ElasticsearchEngine().find(request, after=None)
