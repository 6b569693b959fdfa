"""The table of known cities agrees with the map of the world's time zones."""

import pytest

from events.cities import all_cities, city_named, distance_km, nearest_city
from events.countries import country_code, country_of_zone
from events.importers.places import zone_at
from events.zones import validate_time_zone


def test_every_city_lies_in_its_time_zone():
    wrong = [
        city.name
        for city in all_cities()
        if zone_at((city.latitude, city.longitude)) != city.time_zone
    ]

    assert wrong == []
    assert len(all_cities()) == 466


def test_every_city_has_a_country_and_a_zone_that_are_known():
    for city in all_cities():
        validate_time_zone(city.time_zone)
        assert country_code(city.country) == city.country


@pytest.mark.parametrize(
    ("name", "country", "region", "found"),
    [
        ("MÜNCHEN", "", "", ("Munich", "DE")),
        ("sao paulo", "BR", "", ("São Paulo", "BR")),
        ("Kobenhavn", "", "", ("Copenhagen", "DK")),
        ("London", "", "", ("London", "GB")),
        ("London", "CA", "Ontario", ("London", "CA")),
        ("Springfield", "US", "Massachusetts", ("Springfield", "US")),
        ("Portland", "us", "me", ("Portland", "US")),
    ],
)
def test_cities_are_found_in_any_spelling(name, country, region, found):
    city = city_named(name, country=country, region=region)

    assert (city.name, city.country) == found


def test_a_namesake_elsewhere_is_not_taken():
    assert city_named("Paris", country="US", region="TX") is None
    assert city_named("Portland", country="US", region="Maine").time_zone == "America/New_York"


def test_the_nearest_city_within_a_distance():
    lyon = city_named("Lyon")

    assert nearest_city(latitude=45.8, longitude=4.8, within_km=60) == lyon
    assert nearest_city(latitude=0, longitude=-30, within_km=60) is None
    assert round(distance_km(lyon, 48.86, 2.35)) == 392


def test_countries_by_any_name_and_by_zone():
    assert country_code("Deutschland") == country_code("de") == "DE"
    assert country_code("Ruritania") is None
    assert country_of_zone("Pacific/Auckland") == "NZ"
    assert country_of_zone("Etc/GMT+5") == "ZZ"


def test_the_open_sea_has_no_zone():
    assert zone_at((0.0, 0.0)) == ""
    assert zone_at(None) == ""
