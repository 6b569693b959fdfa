"""Addresses as their country writes them."""

import pytest

from events.addresses import address_lines, address_text
from events.models import Venue

PLACES = {
    "US": (("60607", "Chicago", "IL"), ["1 Long Lane", "Chicago, IL 60607", "United States"]),
    "GB": (("BN1 1FN", "Brighton", ""), ["1 Long Lane", "Brighton BN1 1FN", "United Kingdom"]),
    "DE": (("10247", "Berlin", "Berlin"), ["1 Long Lane", "10247 Berlin", "Germany"]),
    "FR": (("69003", "Lyon", "Rhône"), ["1 Long Lane", "69003 Lyon", "Rhône", "France"]),
    "BR": (("", "São Paulo", "SP"), ["1 Long Lane", "São Paulo, SP", "Brazil"]),
    "XX": (("", "Nowhere", ""), ["1 Long Lane", "Nowhere", "XX"]),
}


@pytest.mark.parametrize("country", PLACES)
def test_code_town_state_and_country_stand_where_they_do_there(country):
    (postal_code, city, region), lines = PLACES[country]
    venue = Venue(
        address="1 Long Lane", postal_code=postal_code, city=city, region=region, country=country
    )

    assert address_lines(venue) == lines


def test_a_venue_without_an_address_has_its_town_and_country():
    assert address_text(Venue(city="Osaka", country="JP")) == "Osaka, Japan"
