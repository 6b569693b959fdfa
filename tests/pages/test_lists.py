"""Home, search and the pages of performers, venues, cities and categories."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventPerformer
from search.rows import write_search_rows
from tests.factories import (
    CategoryFactory,
    EventFactory,
    PerformerFactory,
    SaleWindowFactory,
    VenueFactory,
    on_sale_event,
)


def page_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_home_links_to_what_is_coming(db):
    events = [EventFactory.create() for _ in range(7)]
    past = EventFactory.create(starts_at=timezone.now() - timedelta(days=1))
    draft = EventFactory.create(status="draft")

    page = page_of("/")

    assert all(f'href="/event/{event.pk}"' in page for event in events)
    assert f'href="/event/{past.pk}"' not in page
    assert f'href="/event/{draft.pk}"' not in page


def test_home_says_when_a_sale_opens(db):
    event = EventFactory.create()
    SaleWindowFactory.create(event=event, opens_at=timezone.now() + timedelta(days=20))

    page = page_of("/")

    assert "On sale soon" in page
    assert "On sale " in page.replace("On sale soon", "")


def test_home_without_events_is_whole(db):
    assert "No events yet" in page_of("/")


def test_home_takes_few_queries_however_many_events(db, django_assert_max_num_queries):
    for _ in range(25):
        event = EventFactory.create()
        EventPerformer.objects.create(event=event, performer=PerformerFactory.create())

    with django_assert_max_num_queries(12):
        Client().get("/")


@pytest.mark.parametrize("kind", ["performer", "venue", "city", "category"])
def test_a_list_page_goes_on_to_its_next_page(db, kind):
    venue, performer = VenueFactory.create(city="Leeds"), PerformerFactory.create()
    start = timezone.now() + timedelta(days=3)
    events = [EventFactory.create(venue=venue, starts_at=start) for _ in range(30)]
    for event in events:
        EventPerformer.objects.create(event=event, performer=performer)
    address = {
        "performer": f"/performer/{performer.pk}",
        "venue": f"/venue/{venue.pk}",
        "city": "/city/gb/leeds",
        "category": "/category/rock",
    }[kind]

    first = page_of(address)
    following = first.split('href="?cursor=')[1].split('"')[0]
    second = page_of(f"{address}?cursor={following}")

    shown = [event.pk for event in events if f'href="/event/{event.pk}"' in first]
    more = [event.pk for event in events if f'href="/event/{event.pk}"' in second]
    assert shown + more == [event.pk for event in events]
    assert "?cursor=" not in second


@pytest.mark.parametrize("address", ["/city/gb/london", "/category/concert", "/venue/{venue}"])
def test_a_bent_cursor_is_400(db, address):
    venue = VenueFactory.create()
    EventFactory.create(venue=venue)

    answer = Client().get(f"{address.format(venue=venue.pk)}?cursor=bent")

    assert answer.status_code == 400


def test_a_citys_address_is_one(db):
    VenueFactory.create(city="São Paulo", country="BR")

    answer = Client().get("/city/BR/Sao-Paulo")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/city/br/sao-paulo")
    assert "São Paulo" in page_of("/city/br/sao-paulo")


def test_a_category_is_a_segment_or_a_genre(db):
    jazz = EventFactory.create(category=CategoryFactory.create(genre="Jazz", slug="jazz"))
    rock = EventFactory.create(category=CategoryFactory.create())

    concerts, only_jazz = page_of("/category/concert"), page_of("/category/jazz")

    assert f"/event/{jazz.pk}" in concerts
    assert f"/event/{rock.pk}" in concerts
    assert f"/event/{jazz.pk}" in only_jazz
    assert f"/event/{rock.pk}" not in only_jazz


def test_the_search_page_shows_what_fits_and_what_was_asked(db):
    event, other = on_sale_event(name="Larks by night"), on_sale_event(name="Owls")
    write_search_rows([event.pk, other.pk])

    page = page_of("/search?term=larks")

    assert f'href="/event/{event.pk}"' in page
    assert f'href="/event/{other.pk}"' not in page
    assert 'value="larks"' in page
    assert "1 event" in page


def test_a_search_without_results_suggests_what_is_on(db):
    event = on_sale_event(name="Owls")
    write_search_rows([event.pk])

    page = page_of("/search?term=zebra")

    assert "Nothing found" in page
    assert f'href="/event/{event.pk}"' in page


def test_search_goes_on_to_the_next_page(db):
    events = [EventFactory.create() for _ in range(25)]
    write_search_rows([event.pk for event in events])

    first = page_of("/search")
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = page_of(following.replace("&amp;", "&"))

    for event in events:
        assert (f'href="/event/{event.pk}"' in first) != (f'href="/event/{event.pk}"' in second)


@pytest.mark.parametrize(
    "query", ["date=soon", "location=99,99", "sort=random", "cursor=bent", "price_min=-1"]
)
def test_an_impossible_search_is_400_with_the_form(db, query):
    answer = Client().get(f"/search?{query}")

    assert answer.status_code == 400
    assert 'name="term"' in answer.content.decode()
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_search_is_shown_back_as_text_only(db):
    page = page_of('/search?term="><script>alert(1)</script>')

    assert "<script>alert" not in page


def test_a_search_with_a_place_is_private(db):
    answer = Client().get("/search?location=leeds")

    assert answer.headers["Cache-Control"].startswith("private")


def test_robots_are_kept_from_private_pages(db):
    text = page_of("/robots.txt")

    assert "Disallow: /booking/" in text
    assert "Sitemap: http" in text


def test_the_sitemap_leads_to_the_pages_of_kinds_and_cities(db):
    category = CategoryFactory.create(segment="concert", genre="Jazz", slug="jazz")
    on_sale_event(category=category, venue=VenueFactory.create(city="São Paulo", country="BR"))

    assert "/sitemap-lists-1.xml" in page_of("/sitemap.xml")
    paths = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", page_of("/sitemap-lists-1.xml"))

    assert {"/", "/category/concert", "/category/jazz", "/city/br/sao-paulo"} <= set(paths)
    for path in paths:
        assert page_of(path), path


def test_the_sitemap_leads_to_every_coming_event(db):
    events = [EventFactory.create() for _ in range(3)]
    draft = EventFactory.create(status="draft")

    assert "/sitemap-events-1.xml" in page_of("/sitemap.xml")
    page = page_of("/sitemap-events-1.xml")

    assert all(f"/event/{event.pk}</loc>" in page for event in events)
    assert f"/event/{draft.pk}</loc>" not in page


def test_the_favicon_is_the_mark(db):
    answer = Client().get("/favicon.ico")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/static/img/mark.svg")
