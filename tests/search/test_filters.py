"""Place, dates, kind, price and the rest: each filter alone, and none at all."""

from datetime import UTC, datetime

from rest_framework.test import APIClient

from bookings.holds import hold_tickets
from search.availability import refresh_moved
from search.rows import write_search_rows
from tests.factories import (
    CategoryFactory,
    EventFactory,
    PriceLevelFactory,
    VenueFactory,
    on_sale_event,
    tickets_of,
)
from tests.search.conftest import in_days


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
