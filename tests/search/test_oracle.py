"""500 random combinations of all filters against the oracle: nothing missing, nothing else."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from events.models import Event, PriceLevel
from search.engines.base import Found
from search.engines.choosing import find
from search.request import search_request_from
from search.rows import write_search_rows
from tests.factories import VenueFactory
from tests.search.conftest import CatchUp
from tests.search.graded.catalogue import NOW, Shop
from tests.search.oracle import Asked, Oracle

SEED = 20310312
REQUESTS = 500
PAGE = 100
SORTS = ["", "date", "price", "popularity", "relevance", "distance"]

DIMENSIONS: dict[str, list[dict[str, object]]] = {
    "words": [{"words": ("tour",)}, {"words": ("the", "of")}, {"words": ("boston",)}],
    "performer": [{"performer": "Boston Bruins"}, {"performer": "BEYONCE"}, {"performer": "gnr"}],
    "venue": [{"venue": "TD Garden"}, {"venue": "royal albert hall"}],
    "place": [
        {"city": "london"},
        {"city": "New York"},
        {"point": (42.36, -71.06), "radius": 30},
        {"point": (51.5, -0.12), "radius": 12, "unit": "km"},
        {"point": (34.05, -118.24), "radius": 40, "unit": "mi"},
        {"point": (-16.8, 179.97), "radius": 50},
        {"point": (89.0, 10.0), "radius": 500},
    ],
    "date": [
        {"date": "this-weekend"},
        {"date": "tonight"},
        {"date": "today"},
        {"date": "2031-03-14..2031-05-20"},
        {"date": "2031-08-02"},
        {"date": "2031-06-01.."},
    ],
    "type": [{"types": ("concert",)}, {"types": ("musical", "hockey")}, {"types": ("sport",)}],
    "not": [{"types_not": ("rock",)}, {"types_not": ("theatre", "pop")}],
    "price": [
        {"price_min": 5000},
        {"price_max": 6000},
        {"price_min": 4000, "price_max": 9000},
    ],
    "status": [{"status": "cancelled"}, {"status": "scheduled"}, {"status": "ended"}],
    "sort": [{"sort": sort} for sort in SORTS[1:]],
}


@pytest.fixture
def varied(shop: Shop, catch_up: CatchUp) -> Shop:
    """The shop with second prices, and some events cancelled, ended or taken back to draft."""
    ids = sorted(shop.ids.values())
    for event_id in ids[::3]:
        PriceLevel.objects.create(event_id=event_id, name="Best", face_minor=20_000)
    for status, places in (("cancelled", 7), ("draft", 11), ("ended", 13), ("postponed", 17)):
        Event.objects.filter(pk__in=ids[places::19]).update(status=status)
    write_search_rows(ids)
    catch_up()
    return shop


def pairs() -> Iterator[Asked]:
    """Every two values of different dimensions together, once each."""
    for one, two in combinations(DIMENSIONS, 2):
        for first in DIMENSIONS[one]:
            for second in DIMENSIONS[two]:
                yield _asked([first, second])


def at_random() -> Iterator[Asked]:
    """Two to five dimensions together."""
    chance = random.Random(SEED)
    while True:
        names = chance.sample(sorted(DIMENSIONS), chance.randint(2, 5))
        yield _asked([chance.choice(DIMENSIONS[name]) for name in names])


def _asked(parts: list[dict[str, object]]) -> Asked:
    fields = {name: value for part in parts for name, value in part.items()}
    if fields.get("sort") == "distance" and "point" not in fields:
        fields["sort"] = "date"
    return Asked(**fields)  # type: ignore[arg-type]


def test_each_of_five_hundred_requests_finds_all_that_fits_and_nothing_else(varied: Shop):
    oracle = Oracle(NOW)
    wrong = []
    asked_before = set()
    hits = 0
    requests = [*pairs()]
    more = at_random()
    while len(requests) < REQUESTS:
        requests.append(next(more))
    random.Random(SEED).shuffle(requests)
    for asked in requests[:REQUESTS]:
        asked_before.add(asked)
        found = _find(asked)
        expected = oracle.expected(asked)
        hits += bool(expected)
        if set(found.event_ids) != expected or found.total != len(expected):
            wrong.append((asked.query, sorted(set(found.event_ids) ^ expected), found.total))
        elif problem := _misorder(asked, found.event_ids, oracle):
            wrong.append((asked.query, problem, found.total))

    assert wrong == []
    assert len(asked_before) > REQUESTS // 2
    assert hits > REQUESTS // 4


def test_the_oracle_itself_can_tell_a_wrong_answer(varied: Shop):
    oracle = Oracle(NOW)

    assert oracle.expected(Asked(city="london")) != set(_find(Asked(city="boston")).event_ids)
    assert oracle.expected(Asked(types=("hockey",))) == set(
        _find(Asked(types=("hockey",))).event_ids
    )


def _find(asked: Asked) -> Found:
    query = QueryDict(mutable=True)
    query["page_size"] = str(PAGE)
    for name, values in asked.query.items():
        query.setlist(name, values)
    return find(search_request_from(query, now=NOW), after=None).found


def _misorder(asked: Asked, ids: list[int], oracle: Oracle) -> str:
    """What is out of order, blank if nothing is."""
    events = {event.pk: event for event in oracle.events}
    shown = [events[pk] for pk in ids]
    keys: list[object]
    if asked.sort in {"", "date"} and not asked.words:
        keys = [(event.starts_at, event.pk) for event in shown]
    elif asked.sort == "popularity":
        keys = [(-event.popularity, event.starts_at, event.pk) for event in shown]
    elif asked.sort == "distance":
        keys = [round(oracle.away_km(event, asked), 2) for event in shown]
    elif asked.sort == "price":
        keys = [
            (
                min(level.total_minor for level in event.price_levels.all()),
                event.starts_at,
                event.pk,
            )
            for event in shown
        ]
    else:
        return ""
    return "" if all(one <= two for one, two in pairwise(keys)) else f"{asked.sort}: {keys}"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("zone", "friday"),
    [
        ("America/New_York", "2031-03-07"),  # clocks go forward on the 9th
        ("Europe/London", "2031-03-28"),  # on the 30th
        ("Australia/Sydney", "2031-04-04"),  # back on the 6th
    ],
)
def test_a_weekend_of_the_clock_change_ends_where_the_wall_says(findable, catch_up, zone, friday):
    venue = VenueFactory.create(time_zone=zone)
    day = datetime.fromisoformat(friday).replace(tzinfo=ZoneInfo(zone))
    inside = [day.replace(hour=17), (day + timedelta(days=2)).replace(hour=23, minute=59)]
    outside = [day.replace(hour=16, minute=59), day + timedelta(days=3)]
    wanted = [findable(starts_at=moment, venue=venue).pk for moment in inside]
    for moment in outside:
        findable(starts_at=moment, venue=venue)
    query = QueryDict(mutable=True)
    query.update({"date": "this-weekend"})
    catch_up()

    found = find_at(query, day - timedelta(days=2))

    assert found == wanted


def find_at(query: QueryDict, now: datetime) -> list[int]:
    return find(search_request_from(query, now=now), after=None).found.event_ids
