"""The cards of events on home, search and list pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import VenueFactory, on_sale_event

pytestmark = pytest.mark.django_db


def test_a_card_names_the_day_at_the_venue_not_in_utc(client: Client):
    today = timezone.now().date()
    night = datetime(today.year, today.month, today.day, 2, tzinfo=UTC) + timedelta(days=40)
    venue = VenueFactory.create(city="Chicago", country="US", time_zone="America/Chicago")
    on_sale_event(venue=venue, starts_at=night, name="Late Night")

    page = client.get("/").content.decode()

    evening = night - timedelta(days=1)
    assert f'<span>{evening:%a}</span> <span class="day">{evening.day}</span>' in page
