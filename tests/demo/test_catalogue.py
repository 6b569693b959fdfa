"""The demo catalogue hangs together, before any of it is loaded."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.countries import country_code
from events.demo.catalogue import (
    KEY_PREFIX,
    PERFORMERS,
    SHOWS,
    VENUES,
    load_shows,
    opens_at_of,
    starts_at_of,
)
from events.demo.layouts import concert_hall, theatre
from events.demo.shapes import DemoShow
from events.importers.places import zone_at
from events.maps.arena import arena_for_concerts
from events.models import Event, PriceLevelSection, SaleWindow, Section
from payments.demo.people import NotEmbedded, ensure_buyers, ensure_logins
from ticketmaster.accounts.models import User
from ticketmaster.core.money import CURRENCIES

NOW = datetime(2030, 6, 12, 9, 0, tzinfo=UTC)
SMALL = ("tomasz-wilk-uncle", "ishikawa-trio-late", "azahar-presale", "mirela-sand-harbours")


def show_of(key: str) -> DemoShow:
    [show] = [show for show in SHOWS if show.key == key]
    return show


@pytest.fixture
def few_shows(monkeypatch, db):
    """Only the smaller shows, so that a test is quick."""
    monkeypatch.setattr("events.demo.catalogue.SHOWS", tuple(map(show_of, SMALL)))


def test_every_show_has_its_venue_map_and_performers():
    venues = {venue.name: venue for venue in VENUES}
    performers = {performer.name for performer in PERFORMERS}

    assert len(SHOWS) == len({show.key for show in SHOWS}) == 150
    for show in SHOWS:
        assert show.map in venues[show.venue].maps
        assert set(show.performers) <= performers
        assert show.currency in CURRENCIES
        assert len(show.description) > 40
    assert {show.currency for show in SHOWS} >= {"USD", "EUR", "GBP", "JPY", "KWD"}
    assert {name for show in SHOWS for name in show.performers} == performers


def test_every_venue_lies_where_its_clock_says():
    for venue in VENUES:
        assert zone_at((venue.latitude, venue.longitude)) == venue.time_zone
        assert country_code(venue.country) == venue.country
        assert venue.travel
        assert venue.access


def test_it_spreads_over_kinds_and_thirty_cities():
    kinds = Counter(show.segment for show in SHOWS)

    assert len({(venue.city, venue.country) for venue in VENUES}) == 30
    assert set(kinds) == {"concert", "sport", "theatre", "comedy", "family", "festival"}
    assert kinds["concert"] <= len(SHOWS) / 2
    assert min(kinds[kind] for kind in ("sport", "theatre", "comedy", "family")) >= 10


def test_popularity_leaves_no_list_to_one_kind_or_run():
    popular = sorted(SHOWS, key=lambda show: -show.popularity)[:8]

    assert all(1 <= show.popularity <= 100 for show in SHOWS)
    assert len({show.segment for show in popular}) >= 3
    assert len({show.name for show in popular}) >= 7


def test_the_rooms_have_the_sizes_that_were_asked_for():
    assert arena_for_concerts().capacity >= 15_000
    assert 1_150 <= theatre().capacity <= 1_250
    assert concert_hall().capacity == 2_000


def test_shows_keep_weekday_and_hour_of_their_venue(few_shows):
    assert [made for _, made in load_shows(now=NOW)] == [96, 0, 480, 562]

    event = Event.objects.select_related("venue").get(source_key="demo:tomasz-wilk-uncle")
    starts_at = event.starts_at.astimezone(ZoneInfo(event.venue.time_zone))
    assert (starts_at.date().isoformat(), starts_at.hour) == ("2030-06-14", 20)  # that Friday
    assert event.doors_at == event.starts_at - timedelta(minutes=30)
    assert event.refund_rule in {"none", "full", "less_fees"}


def test_openings_are_exact_and_presales_ask_for_a_word(few_shows):
    list(load_shows(now=NOW))

    soon = SaleWindow.objects.get(event__source_key="demo:mirela-sand-harbours")
    assert (soon.kind, soon.opens_at) == ("general", NOW + timedelta(minutes=12))
    presale, general = SaleWindow.objects.filter(event__source_key="demo:azahar-presale")
    assert (presale.kind, presale.access_code, presale.limit_per_person) == ("presale", "LIMON", 4)
    assert general.opens_at.astimezone(ZoneInfo("Europe/Madrid")).isoformat() == (
        "2030-06-25T11:00:00+02:00"
    )
    late = Event.objects.get(source_key="demo:ishikawa-trio-late")
    assert (late.status, late.ticket_total) == ("scheduled", 0)


@pytest.mark.parametrize("day", range(7))
@pytest.mark.parametrize("hour", [0, 23])
def test_on_whatever_day_it_is_loaded_sales_open_in_order_and_well_before_the_show(day, hour):
    now = datetime(2026, 12, 28, hour, 50, tzinfo=UTC) + timedelta(days=day)
    zones = {venue.name: ZoneInfo(venue.time_zone) for venue in VENUES}

    for show in SHOWS:
        zone = zones[show.venue]
        opens = [opens_at_of(opening, now=now, zone=zone) for opening in show.openings]
        assert opens == sorted(opens), show.key
        assert opens[-1] + timedelta(hours=4) < starts_at_of(show, now=now, zone=zone), show.key


def test_a_night_in_which_clocks_change_is_as_long_as_any(few_shows, monkeypatch):
    monkeypatch.setattr("events.demo.catalogue.SHOWS", (show_of("kurzschluss-all-night"),))

    list(load_shows(now=datetime(2027, 3, 20, 12, 0, tzinfo=UTC)))

    night = Event.objects.get()
    assert night.starts_at == datetime(2027, 3, 27, 22, 0, tzinfo=UTC)  # 23:00 in Berlin
    assert night.ends_at - night.starts_at == timedelta(hours=6)


def test_every_section_has_one_price(few_shows):
    list(load_shows(now=NOW))

    for event in Event.objects.all():
        sections = Section.objects.filter(seat_map=event.seat_map).count()
        assert PriceLevelSection.objects.filter(event=event).count() == sections


def test_loading_again_changes_nothing(few_shows):
    list(load_shows(now=NOW))
    before = list(Event.objects.order_by("pk").values())

    again = [made for _, made in load_shows(now=NOW + timedelta(days=3))]

    assert again == [None] * 4
    assert list(Event.objects.order_by("pk").values()) == before
    assert all(event["source_key"].startswith(KEY_PREFIX) for event in before)


@pytest.mark.parametrize("make", [ensure_logins, ensure_buyers])
def test_no_demo_people_outside_embedded_settings(db, settings, make):
    settings.EMBEDDED = False

    with pytest.raises(NotEmbedded):
        make()

    assert User.objects.count() == 0
