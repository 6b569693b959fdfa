"""Place, dates, kind, price and the rest: each filter alone, and none at all."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.holds import hold_tickets
from events.models import EventPerformer
from search import remembering
from search.availability import refresh_moved
from search.rows import write_search_rows
from tests.factories import (
    CategoryFactory,
    EventFactory,
    PerformerFactory,
    PriceLevelFactory,
    VenueFactory,
    on_sale_event,
    tickets_of,
)


def in_days(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_without_parameters_everything_coming_is_listed_by_date(findable, find):
    later = findable(starts_at=in_days(9))
    sooner = findable(starts_at=in_days(2))
    for status in ("draft", "cancelled", "postponed", "ended"):
        findable(status=status)
    findable(starts_at=in_days(-1))

    assert find() == [sooner.pk, later.pk]


def test_a_city_is_found_whatever_case_and_accents(findable, find):
    event = findable(venue=VenueFactory.create(city="São Paulo", region="", country="BR"))
    findable(venue=VenueFactory.create(city="Santos"))

    assert find(location="sao paulo") == [event.pk]
    assert find(location="SÃO PAULO") == [event.pk]


def test_a_region_tells_cities_of_one_name_apart(findable, find):
    maine = findable(venue=VenueFactory.create(city="Portland", region="Maine", country="US"))
    oregon = findable(venue=VenueFactory.create(city="Portland", region="Oregon", country="US"))

    assert find(location="Portland, Maine") == [maine.pk]
    assert find(location="portland") == [maine.pk, oregon.pk]
    assert find(location="oregon") == [oregon.pk]


def test_several_places_are_either_of_them(findable, find):
    a = findable(venue=VenueFactory.create(city="Leeds"))
    b = findable(venue=VenueFactory.create(city="York"))
    findable(venue=VenueFactory.create(city="Hull"))

    assert find(location=["leeds", "york"]) == [a.pk, b.pk]


def test_a_point_finds_what_is_within_its_radius(findable, find):
    near = findable(venue=VenueFactory.create(latitude=51.5, longitude=-0.12))
    oxford = findable(venue=VenueFactory.create(latitude=51.752, longitude=-1.2577))
    findable(venue=VenueFactory.create(latitude=None, longitude=None))

    assert find(location="51.5,-0.12") == [near.pk]
    assert find(location="51.5,-0.12", radius="83", unit="km") == [near.pk]
    assert find(location="51.5,-0.12", radius="85", unit="km") == [near.pk, oxford.pk]
    assert find(location="51.5,-0.12", radius="60") == [near.pk, oxford.pk]
    assert find(location="51.8,-1.2", radius=200, sort="distance") == [oxford.pk, near.pk]


def test_distances_from_a_city_need_no_point(findable, find):
    far = findable(venue__city="London", venue__latitude=51.60, venue__longitude=-0.3)
    near = findable(venue__city="London", venue__latitude=51.50, venue__longitude=-0.13)
    findable(venue__city="Leeds", venue__latitude=53.80, venue__longitude=-1.55)

    assert find(location="London", sort="distance") == [near.pk, far.pk]


def test_distances_from_a_city_that_nobody_knows_are_refused(db):
    answer = APIClient().get("/api/v1/search", {"location": "xyzzy", "sort": "distance"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "sort"


def test_a_point_reaches_over_the_date_line(findable, find):
    event = findable(venue=VenueFactory.create(latitude=-16.8, longitude=-179.98))

    assert find(location="-16.8,179.98", radius=10) == [event.pk]


def test_kinds_are_segments_or_genres_and_a_minus_leaves_out(findable, find):
    jazz = findable(category=CategoryFactory.create(genre="Jazz", slug="jazz"))
    rock = findable(category=CategoryFactory.create())
    play = findable(category=CategoryFactory.create(segment="theatre", genre="Drama", slug="drama"))

    assert find(type="jazz") == [jazz.pk]
    assert find(type="concert") == [jazz.pk, rock.pk]
    assert find(type=["concert", "-jazz"]) == [rock.pk]
    assert find(type="-concert") == [play.pk]
    assert find(type=["jazz", "theatre"]) == [jazz.pk, play.pk]
    assert find(type="klezmer") == []


def test_a_day_is_the_venues_own(findable, find):
    starts_at = datetime(2031, 3, 15, 3, 0, tzinfo=UTC)  # the 14th in New York, 23:00
    new_york = VenueFactory.create(city="New York", time_zone="America/New_York")
    event = findable(starts_at=starts_at, venue=new_york)
    london = findable(starts_at=starts_at, venue=VenueFactory.create())

    assert find(date="2031-03-14") == [event.pk]
    assert find(date="2031-03-15") == [london.pk]
    assert find(date="2031-03-14..2031-03-15") == [event.pk, london.pk]
    assert find(date="2031-03") == [event.pk, london.pk]
    assert find(date=["2031-03-14", "2031-03-15"]) == [event.pk, london.pk]
    assert find(date="2031-03-15..") == [london.pk]
    assert find(date="..2031-03-14") == [event.pk]
    assert find(date="2031-03-16..2031-03-20") == []


def test_performer_and_venue_are_ids_or_names(findable, find):
    hall = VenueFactory.create(name="Córdoba Hall")
    event = findable(performers=("Björk",), venue=hall)
    findable(performers=("Björk Tribute",))
    performer_id = event.billing.get().performer_id

    assert find(performer=performer_id) == [event.pk]
    assert find(performer="bjork") == [event.pk]
    assert find(venue=hall.pk) == [event.pk]
    assert find(venue="cordoba hall") == [event.pk]
    assert find(performer=10**18) == []


def test_prices_are_all_in_minor_units(findable, find):
    cheap, dear = EventFactory.create(), EventFactory.create()
    PriceLevelFactory.create(event=cheap, face_minor=1000, fee_minor=200, tax_minor=0)
    PriceLevelFactory.create(event=dear, face_minor=9000, fee_minor=900, tax_minor=100)
    write_search_rows([cheap.pk, dear.pk])
    unknown = findable()

    assert find(price_max=1200) == [cheap.pk]
    assert find(price_max=1199) == []
    assert find(price_min=10000) == [dear.pk]
    assert find(price_min=10001) == []
    assert find(sort="price") == [cheap.pk, dear.pk, unknown.pk]


def test_statuses_are_shown_when_asked_for(findable, find):
    cancelled = findable(status="cancelled", starts_at=in_days(-3))
    ended = findable(status="ended", starts_at=in_days(-2))
    scheduled = findable(starts_at=in_days(3))

    assert find(status="cancelled") == [cancelled.pk]
    assert find(status=["ended", "scheduled"]) == [ended.pk, scheduled.pk]


def test_availability_is_that_of_the_tickets_now(find, fan):
    sold_out, few = on_sale_event(rows="A", seats_per_row=2), on_sale_event()
    plenty = on_sale_event(rows="A-B", seats_per_row=30)
    closed = EventFactory.create(starts_at=in_days(90))
    write_search_rows([sold_out.pk, few.pk, plenty.pk, closed.pk])
    hold_tickets(user=fan, ticket_ids=[ticket.pk for ticket in tickets_of(sold_out)])

    refresh_moved()

    assert find(availability="sold_out") == [sold_out.pk]
    assert find(availability="few") == [few.pk]
    assert find(availability="available") == [plenty.pk]
    assert find(availability="not_on_sale") == [closed.pk]
    assert find(availability=["few", "available"]) == [few.pk, plenty.pk]


def test_accessible_means_a_free_wheelchair_space(find):
    with_spaces = on_sale_event(accessible_rows=["A"])
    without = on_sale_event()
    write_search_rows([with_spaces.pk, without.pk])

    assert find(accessible="true") == [with_spaces.pk]
    assert find(accessible="false") == [without.pk]


def test_popularity_orders_by_what_is_wanted_most(findable, find):
    quiet, loud = findable(popularity=1), findable(popularity=900)

    assert find(sort="popularity") == [loud.pk, quiet.pk]


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


BAD = [
    ("date", "yesterday-ish"),
    ("date", "2031-02-30"),
    ("date", "2031-13-01"),
    ("date", "9999-12-31"),
    ("date", "0000-01-01"),
    ("date", "2031-03-14..2031-03-13"),
    ("date", ".."),
    ("date", "2" * 500),
    ("date", "२०३१-०३-१४"),
    ("location", "91,0"),
    ("location", "0,181"),
    ("location", "!!!"),
    ("location", "x" * 300),
    ("radius", "-1"),
    ("radius", "0"),
    ("radius", "far"),
    ("radius", "501"),
    ("radius", "nan"),
    ("radius", "9" * 400),
    ("unit", "league"),
    ("type", "!!!"),
    ("type", "-"),
    ("performer", str(2**63)),
    ("performer", "!!!"),
    ("venue", "9" * 100),
    ("price_min", "-1"),
    ("price_max", "12.50"),
    ("price_max", "cheap"),
    ("availability", "maybe"),
    ("accessible", "perhaps"),
    ("status", "draft"),
    ("status", "x"),
    ("sort", "random"),
    ("sort", "distance"),
    ("cursor", "bent"),
    ("cursor", "x" * 10_000),
    ("page_size", "0"),
    ("page_size", "x"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_value_that_cannot_be_is_400_and_named(db, name, value):
    answer = APIClient().get("/api/v1/search", {name: value})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == name


def test_prices_upside_down_are_400(db):
    answer = APIClient().get("/api/v1/search", {"price_min": 2, "price_max": 1})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "price_max"


def test_too_many_values_are_400(db):
    answer = APIClient().get("/api/v1/search", {"type": ["jazz"] * 21})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "type"


def test_a_cursor_of_another_order_is_400(findable):
    for _ in range(3):
        findable()
    api = APIClient()
    page = api.get("/api/v1/search", {"page_size": 1}).json()

    answer = api.get(page["next"] + "&sort=price")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "cursor"


def test_blank_values_are_as_if_absent(findable, find):
    event = findable()

    names = ["location", "date", "type", "performer", "venue", "status", "sort", "radius"]
    names += ["price_min", "availability", "accessible", "cursor", "page_size", "unit"]
    assert find(**dict.fromkeys(names, "")) == [event.pk]


def test_huge_prices_are_only_large_numbers(findable, find):
    findable()

    assert find(price_min="9" * 100) == []


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
