"""What the public reads of the catalogue, and in how few queries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from events import selectors
from events.models import Event, EventPerformer
from tests.factories import (
    CategoryFactory,
    EventFactory,
    PerformerFactFactory,
    PerformerFactory,
    SaleWindowFactory,
    VenueFactory,
    on_sale_event,
)
from ticketmaster.core.errors import NotFound

pytestmark = pytest.mark.django_db


def names(events):
    return [event.name for event in events]


def test_an_event_comes_with_all_that_its_page_shows(django_assert_num_queries):
    first, second = PerformerFactory.create(name="Opener"), PerformerFactory.create(name="Star")
    PerformerFactFactory.create(performer=second, label="From", value="Leeds")
    event = on_sale_event(performers=[second, first])

    with django_assert_num_queries(5):
        found = selectors.event_for_public(event.pk)
        billed = [billing.performer for billing in found.billing.all()]
        facts = [(fact.label, fact.value) for fact in billed[0].facts.all()]
        levels = [level.name for level in found.price_levels.all()]
        windows = len(found.sale_windows.all())
        assert (found.venue.city, found.category.slug) == ("London", "rock")

    assert [performer.name for performer in billed] == ["Star", "Opener"]
    assert (facts, levels, windows) == ([("From", "Leeds")], ["Standard"], 1)


@pytest.mark.parametrize("event_id", [0, -1, 4_000_000, 2**70])
def test_an_unknown_event_is_not_found(event_id):
    with pytest.raises(NotFound):
        selectors.event_for_public(event_id)


def test_a_draft_is_not_found():
    event = EventFactory.create(status="draft")

    with pytest.raises(NotFound):
        selectors.event_for_public(event.pk)


@pytest.mark.parametrize("status", ["scheduled", "on_sale", "ended", "postponed", "cancelled"])
def test_every_event_but_a_draft_can_be_looked_at(status):
    event = EventFactory.create(status=status)

    assert selectors.event_for_public(event.pk) == event


def test_coming_events_are_those_that_have_not_begun_soonest_first():
    now = timezone.now()
    for name, days, status in [
        ("later", 9, "on_sale"),
        ("sooner", 2, "scheduled"),
        ("begun", -1, "on_sale"),
        ("off", 3, "cancelled"),
        ("put off", 3, "postponed"),
        ("draft", 3, "draft"),
    ]:
        EventFactory.create(name=name, starts_at=now + timedelta(days=days), status=status)

    assert names(selectors.coming_events(now=now)) == ["sooner", "later"]


def test_a_list_costs_as_many_queries_for_one_event_as_for_ten(django_assert_num_queries):
    def read():
        for event in selectors.coming_events(now=timezone.now()):
            assert event.venue.city
            assert event.category.slug
            assert [billing.performer.name for billing in event.billing.all()]

    def make(count):
        for _ in range(count):
            event = EventFactory.create()
            EventPerformer.objects.create(event=event, performer=PerformerFactory.create())

    make(1)
    with django_assert_num_queries(3):
        read()
    make(9)
    with django_assert_num_queries(3):
        read()


def test_the_most_wanted_come_first():
    for name, popularity in [("quiet", 1), ("loud", 900), ("known", 50)]:
        EventFactory.create(name=name, popularity=popularity)

    assert names(selectors.popular_events(now=timezone.now())) == ["loud", "known", "quiet"]


def test_the_newest_announcement_comes_first():
    now = timezone.now()
    for name, days in [("old", 30), ("new", 1), ("older", 60)]:
        EventFactory.create(name=name, announced_at=now - timedelta(days=days))

    assert names(selectors.just_announced_events(now=now)) == ["new", "old", "older"]


def test_what_opens_soon_comes_in_the_order_of_opening():
    now = timezone.now()
    for name, hours in [("tomorrow", [24]), ("in an hour", [1, 48]), ("open already", [-1, 5])]:
        event = EventFactory.create(name=name)
        for hour in hours:
            SaleWindowFactory.create(event=event, opens_at=now + timedelta(hours=hour))
    EventFactory.create(name="no sale planned")

    opening = list(selectors.opening_soon_events(now=now))

    assert names(opening) == ["in an hour", "tomorrow"]
    assert opening[0].opens_next_at == now + timedelta(hours=1)


def test_the_weekend_runs_from_friday_evening_to_sunday_midnight_by_the_venues_clock():
    tuesday = datetime(2030, 6, 4, 12, 0, tzinfo=UTC)
    london, tokyo = VenueFactory.create(), VenueFactory.create(time_zone="Asia/Tokyo")
    for name, venue, starts_at in [
        ("Friday 16:59 in London", london, datetime(2030, 6, 7, 15, 59, tzinfo=UTC)),
        ("Friday 17:00 in London", london, datetime(2030, 6, 7, 16, 0, tzinfo=UTC)),
        ("Sunday 23:59 in London", london, datetime(2030, 6, 9, 22, 59, tzinfo=UTC)),
        ("Monday 00:00 in London", london, datetime(2030, 6, 9, 23, 0, tzinfo=UTC)),
        ("Friday 17:00 in Tokyo", tokyo, datetime(2030, 6, 7, 8, 0, tzinfo=UTC)),
        ("Monday 00:30 in Tokyo", tokyo, datetime(2030, 6, 9, 15, 30, tzinfo=UTC)),
        ("next Friday in London", london, datetime(2030, 6, 14, 18, 0, tzinfo=UTC)),
    ]:
        EventFactory.create(name=name, venue=venue, starts_at=starts_at)

    assert names(selectors.weekend_events(now=tuesday)) == [
        "Friday 17:00 in Tokyo",
        "Friday 17:00 in London",
        "Sunday 23:59 in London",
    ]


def test_on_sunday_it_is_still_this_weekend():
    sunday = datetime(2030, 6, 9, 12, 0, tzinfo=UTC)
    EventFactory.create(name="tonight", starts_at=datetime(2030, 6, 9, 19, 0, tzinfo=UTC))
    EventFactory.create(name="next week", starts_at=datetime(2030, 6, 15, 19, 0, tzinfo=UTC))

    assert names(selectors.weekend_events(now=sunday)) == ["tonight"]


def test_a_performers_page_has_facts_and_coming_events():
    star = PerformerFactory.create()
    PerformerFactFactory.create(performer=star, label="Founded", value="1989")
    event = EventFactory.create()
    EventPerformer.objects.create(event=event, performer=star)
    EventFactory.create()

    found = selectors.performer_for_public(star.pk)

    assert [str(fact) for fact in found.facts.all()] == ["Founded: 1989"]
    assert list(selectors.events_of_performer(star.pk, now=timezone.now())) == [event]


def test_a_venues_page_has_its_own_events():
    event = EventFactory.create()
    EventFactory.create()

    assert selectors.venue_for_public(event.venue_id) == event.venue
    assert list(selectors.events_at_venue(event.venue_id, now=timezone.now())) == [event]


@pytest.mark.parametrize("door", [selectors.performer_for_public, selectors.venue_for_public])
def test_unknown_performers_and_venues_are_not_found(door):
    with pytest.raises(NotFound):
        door(4_000_000)


def test_a_city_is_found_by_its_slug_however_it_is_spelt():
    for name, city in [("A", "São Paulo"), ("B", "São Paulo"), ("C", "Sao Paulo")]:
        venue = VenueFactory.create(name=name, city=city, region="SP", country="BR")
        EventFactory.create(name=f"at {name}", venue=venue)
    elsewhere = VenueFactory.create(name="D", city="Sao Paulo", region="", country="PT")
    EventFactory.create(venue=elsewhere)

    city = selectors.city_for_public(country="br", slug="sao-paulo")

    assert (city.name, city.country, city.slug) == ("São Paulo", "BR", "sao-paulo")
    found = selectors.events_in_city(city, now=timezone.now())
    assert sorted(names(found)) == ["at A", "at B", "at C"]


def test_a_city_in_another_script_has_an_address():
    VenueFactory.create(city="東京", region="", country="JP")

    assert selectors.city_for_public(country="JP", slug="東京").name == "東京"


def test_a_city_without_a_venue_is_not_found():
    with pytest.raises(NotFound):
        selectors.city_for_public(country="GB", slug="atlantis")


def test_a_segment_holds_all_its_genres_and_a_genre_itself():
    jazz = CategoryFactory.create(genre="Jazz", slug="jazz")
    EventFactory.create(name="rock", category=CategoryFactory.create())
    EventFactory.create(name="jazz", category=jazz)
    EventFactory.create(
        name="play", category=CategoryFactory.create(segment="theatre", genre="", slug="theatre")
    )
    now = timezone.now()

    assert names(selectors.events_of_kind("concert", now=now)) == ["rock", "jazz"]
    assert names(selectors.events_of_kind("jazz", now=now)) == ["jazz"]
    assert names(selectors.events_of_kind("theatre", now=now)) == ["play"]
    assert selectors.kind_for_public("concert").name == "Concerts"
    assert selectors.kind_for_public("jazz") == selectors.Kind("Jazz", "jazz", "concert", "Jazz")
    with pytest.raises(NotFound):
        selectors.kind_for_public("polka")


def test_drafts_are_not_public():
    EventFactory.create(status="draft")
    shown = EventFactory.create(status="ended")

    assert list(Event.objects.public()) == [shown]
