"""Pages of performers, venues, cities and categories: the way there, and data for engines."""

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from events.models import EventPerformer
from tests.factories import EventFactory, PerformerFactory, VenueFactory, on_sale_event

pytestmark = pytest.mark.django_db
DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def page_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def graph_of(page: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The page's subject and its breadcrumbs."""
    described = orjson.loads(DATA.search(page).group(1))
    assert described["@context"] == "https://schema.org"
    subject, crumbs = described["@graph"]
    return subject, crumbs


def test_a_performer_is_described_with_events_offers_and_stock():
    event = on_sale_event(name="Evening of songs")
    performer = event.billing.get().performer

    subject, crumbs = graph_of(page_of(f"/performer/{performer.pk}"))

    assert (subject["@type"], subject["name"]) == ("PerformingGroup", performer.name)
    [described] = subject["event"]
    assert described["@type"] == "MusicEvent"
    assert described["offers"] == {
        "@type": "AggregateOffer",
        "lowPrice": "45.00",
        "priceCurrency": "USD",
        "availability": "https://schema.org/LimitedAvailability",
        "url": f"{settings.SITE_URL}/event/{event.pk}",
    }
    assert [one["name"] for one in crumbs["itemListElement"]] == ["Home", "Events", performer.name]


def test_a_venue_is_described_with_point_size_and_map():
    venue = VenueFactory.create(
        name="Hall", city="Leeds", latitude=53.8, longitude=-1.5, capacity=12_000
    )

    page = page_of(f"/venue/{venue.pk}")
    subject, crumbs = graph_of(page)

    assert subject["@type"] == "EventVenue"
    assert subject["geo"] == {"@type": "GeoCoordinates", "latitude": 53.8, "longitude": -1.5}
    assert subject["maximumAttendeeCapacity"] == 12_000
    assert subject["address"]["addressLocality"] == "Leeds"
    assert "Room for 12,000" in page
    assert f'href="{subject["hasMap"].replace("&", "&amp;")}"' in page
    assert crumbs["itemListElement"][1]["item"] == f"{settings.SITE_URL}/city/gb/leeds"
    assert '<a href="/city/gb/leeds"' in page


@pytest.mark.parametrize("address", ["/city/gb/london", "/category/rock", "/category/concert"])
def test_a_list_is_described_in_its_order(address):
    start = timezone.now() + timedelta(days=3)
    events = [EventFactory.create(starts_at=start + timedelta(days=n)) for n in range(3)]

    subject, _ = graph_of(page_of(address))

    assert subject["@type"] == "ItemList"
    urls = [one["item"]["url"] for one in subject["itemListElement"]]
    assert urls == [f"{settings.SITE_URL}/event/{event.pk}" for event in events]


def test_a_genre_leads_back_to_its_segment_and_a_segment_to_its_genres():
    EventFactory.create()

    assert '<a href="/category/concert"' in page_of("/category/rock")
    assert '<a href="/category/rock">Rock</a>' in page_of("/category/concert")


def test_a_name_cannot_end_the_script_it_stands_in():
    performer = PerformerFactory.create(name="</script><script>alert(1)</script>")

    page = page_of(f"/performer/{performer.pk}")

    assert "<script>alert" not in page
    assert graph_of(page)[0]["name"] == performer.name


@pytest.mark.parametrize("kind", ["performer", "venue", "city", "category"])
def test_a_page_has_a_title_a_description_and_one_address(kind):
    venue, performer = VenueFactory.create(city="Leeds"), PerformerFactory.create()
    start = timezone.now() + timedelta(days=3)
    for _ in range(30):
        event = EventFactory.create(venue=venue, starts_at=start)
        EventPerformer.objects.create(event=event, performer=performer)
    address = {
        "performer": f"/performer/{performer.pk}",
        "venue": f"/venue/{venue.pk}",
        "city": "/city/gb/leeds",
        "category": "/category/rock",
    }[kind]

    first = page_of(address)
    second = page_of(address + re.search(r'href="(\?cursor=[^"]+)"', first).group(1))

    assert re.search(r'<meta name="description" content="[^"]{40,}">', first)
    assert f'<link rel="canonical" href="{settings.SITE_URL}{address}">' in first
    assert '<meta name="robots"' not in first
    assert '<meta name="robots" content="noindex, follow">' in second
    assert f'href="{settings.SITE_URL}{address}">From the beginning</a>' in second


def test_an_address_without_a_page_offers_a_search():
    answer = Client().get("/performer/999999")

    assert answer.status_code == 404
    assert 'action="/search"' in answer.content.decode()
    assert 'name="term"' in answer.content.decode()
