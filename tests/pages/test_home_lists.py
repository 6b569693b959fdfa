"""What the home page picks for its lists: few, different, of more than one kind."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from events.front_page import Candidate, picked
from events.models import Event
from tests.factories import CategoryFactory, EventFactory


def of_kind(segment: str, ids: range, *, show: str = "") -> list[Candidate]:
    return [Candidate(number, show or f"show {number}", segment) for number in ids]


def ids(chosen: list[Candidate]) -> list[int]:
    return [one.event_id for one in chosen]


def test_no_kind_has_more_than_three_of_a_full_list():
    found = [*of_kind("sport", range(20)), *of_kind("concert", range(20, 30))]
    found += of_kind("comedy", range(30, 40))

    assert ids(picked(found, above=())) == [0, 1, 2, 20, 21, 22, 30, 31]


def test_a_kind_that_is_alone_fills_the_list():
    assert ids(picked(of_kind("sport", range(20)), above=())) == list(range(8))


def test_one_night_stands_for_a_show():
    run = of_kind("theatre", range(30), show="The Mousetrap")
    found = [*run, *of_kind("concert", range(30, 34))]

    assert ids(picked(found, above=()))[:1] == [0]
    assert {30, 31, 32, 33} <= set(ids(picked(found, above=())))


def test_what_stands_above_is_repeated_only_in_a_short_list():
    found = of_kind("concert", range(6))

    assert ids(picked(found, above=found[:4])) == [0, 1, 4, 5]
    assert ids(picked(found, above=())) == list(range(6))


@pytest.mark.django_db
def test_home_shows_at_most_eight_of_a_list_and_a_way_to_all_of_them():
    for number in range(12):
        EventFactory.create(name=f"Evening {number}")

    page = Client().get("/").content.decode()
    popular = page.split('id="section-popular"')[1].split("</section>")[0]

    assert popular.count('class="card"') == 8
    assert 'href="/search?sort=popularity"' in popular


@pytest.mark.django_db
def test_a_second_list_has_other_shows_than_the_first():
    for number in range(16):
        EventFactory.create(name=f"Evening {number}")

    page = Client().get("/").content.decode()

    assert page.count('class="card"') == 16
    assert all(page.count(f'href="/event/{event.pk}"') == 1 for event in Event.objects.all())


@pytest.mark.django_db
def test_a_sale_that_opens_next_month_says_its_exact_minute():
    event = EventFactory.create()
    there = ZoneInfo(event.venue.time_zone)
    opens_at = (timezone.now() + timedelta(days=20)).astimezone(there).replace(hour=10, minute=30)
    event.sale_windows.create(kind="general", opens_at=opens_at)

    page = Client().get("/").content.decode()

    assert f"On sale {opens_at:%a} {opens_at.day} {opens_at:%b}, 10:30" in page


@pytest.mark.django_db
def test_home_leads_to_every_kind():
    CategoryFactory.create()

    page = Client().get("/").content.decode()

    for slug in ("concert", "sport", "theatre", "comedy", "family", "festival"):
        assert f'href="/category/{slug}"' in page
