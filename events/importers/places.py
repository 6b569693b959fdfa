"""Where a listing takes place, and which clock hangs there."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from timezonefinder import TimezoneFinder

from events.cities import City, cities_named, city_named, nearest_city
from events.countries import country_code, country_of_zone
from events.importers.errors import RowRefused
from events.importers.listing import Place
from events.importers.values import decimal, first, listed, required_text, shown, terms, text
from events.regions import region_code

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_CITY, LONGEST_POSTCODE = 200, 250, 120, 20
NEAR_KM = 60.0
POINT_DIGITS = 3  # a hundred metres: enough for a time zone, and venues share the answer


def read_place(value: object, *, notes: list[str]) -> Place:
    """The venue of a `location`: an object, a list of them, or a line of text.

    Raises RowRefused without a name or city, or with a point that is not on Earth.
    """
    location = _physical(value)
    if isinstance(location, Mapping):
        name = required_text(location.get("name"), field="location name", longest=LONGEST_NAME)
        address, point = first(location.get("address")), _point(location)
    else:
        line = required_text(location, field="location", longest=LONGEST_NAME + LONGEST_ADDRESS)
        name, _, address = line.partition(",")
        point = None
    name = required_text(name, field="location name", longest=LONGEST_NAME)
    if isinstance(address, Mapping):
        return _addressed(name, address, point)
    return _described(name, text(address, field="address", longest=LONGEST_ADDRESS), point, notes)


def _physical(value: object) -> Any:
    """The first place that one can go to; the first of all when every one is virtual."""
    locations = listed(value)
    if not locations:
        raise RowRefused("location is missing")
    for one in locations:
        if not (isinstance(one, Mapping) and "VirtualLocation" in terms(one.get("@type"))):
            return one
    raise RowRefused("location is only online: there is no venue")


def _addressed(name: str, address: Mapping[str, Any], point: tuple[float, float] | None) -> Place:
    """From a PostalAddress."""
    country = _country(address.get("addressCountry"))
    region = text(address.get("addressRegion"), field="addressRegion", longest=LONGEST_CITY)
    locality = text(address.get("addressLocality"), field="addressLocality", longest=LONGEST_CITY)
    near = None if locality and country else _near(point)
    city = locality or (near.name if near else "")
    if not city:
        raise RowRefused("addressLocality is missing: a venue needs its city")
    known = city_named(city, country=country, region=region)
    time_zone = zone_at(point) or (known.time_zone if known else "")
    return Place(
        name=name,
        city=city,
        region=region,
        country=country or _country_of(known, near, time_zone),
        address=text(address.get("streetAddress"), field="streetAddress", longest=LONGEST_ADDRESS),
        postal_code=_postal_code(address.get("postalCode")),
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        time_zone=time_zone,
    )


def _described(name: str, line: str, point: tuple[float, float] | None, notes: list[str]) -> Place:
    """From an address in one line: the city is the last part that names a known one."""
    city = _city_in(line) or _near(point)
    if city is None:
        raise RowRefused("address names no known city, and there is no point near one")
    notes.append(f"address is one line: read as {city.name}, {city.country}")
    return Place(
        name=name,
        city=city.name,
        region=city.region,
        country=city.country,
        address=line,
        postal_code="",
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        time_zone=zone_at(point) or city.time_zone,
    )


def _city_in(line: str) -> City | None:
    """The last part of the line that names a city, told from namesakes by the other parts."""
    parts = [" ".join(_without_numbers(part).split()) for part in re.split(r"[,\n]", line)]
    endings = {part.rsplit(" ", 1)[-1] for part in parts}
    regions = {region_code(word) for word in endings | set(parts)}
    countries = {country_code(part) for part in parts}
    for part in reversed(parts):
        namesakes = cities_named(part) or cities_named(part.rpartition(" ")[0])
        if namesakes:
            in_region = [city for city in namesakes if region_code(city.region) in regions - {""}]
            in_country = [city for city in namesakes if city.country in countries]
            return [*in_region, *in_country, *namesakes][0]
    return None


def _without_numbers(part: str) -> str:
    """The part without house numbers and postal codes."""
    return re.sub(r"\S*\d\S*", "", part)


def _country(value: object) -> str:
    """Alpha-2 code of a country given by code, name or object; blank when it is not known."""
    value = first(value)
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("identifier")
    written = text(value, field="addressCountry", longest=LONGEST_CITY)
    return country_code(written) or ""


def _country_of(known: City | None, near: City | None, time_zone: str) -> str:
    city = known or near
    return city.country if city else country_of_zone(time_zone)


def _postal_code(value: object) -> str:
    value = first(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return text(value, field="postalCode", longest=LONGEST_POSTCODE)


def _point(location: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude of `geo`, or of the place itself; None when there is none."""
    geo = first(location.get("geo"))
    source = geo if geo is not None else location
    if not isinstance(source, Mapping):
        raise RowRefused(f"geo is {shown(source)}, not GeoCoordinates")
    latitude, longitude = first(source.get("latitude")), first(source.get("longitude"))
    if latitude in (None, "") and longitude in (None, ""):
        return None
    if latitude in (None, "") or longitude in (None, ""):
        raise RowRefused("geo has only one of latitude and longitude")
    north, east = decimal(latitude, field="latitude"), decimal(longitude, field="longitude")
    if abs(north) > 90 or abs(east) > 180:
        raise RowRefused(f"geo {shown(north)}, {shown(east)} is not on Earth")
    return float(north), float(east)


def _near(point: tuple[float, float] | None) -> City | None:
    if point is None:
        return None
    return nearest_city(latitude=point[0], longitude=point[1], within_km=NEAR_KM)


def zone_at(point: tuple[float, float] | None) -> str:
    """IANA zone of the land at the point; blank without a point or in the open sea."""
    if point is None:
        return ""
    return _zone(round(point[0], POINT_DIGITS), round(point[1], POINT_DIGITS))


@lru_cache(maxsize=50_000)
def _zone(latitude: float, longitude: float) -> str:
    found = _finder().timezone_at(lat=latitude, lng=longitude)
    return "" if found is None or found.startswith("Etc/") else found


@lru_cache(maxsize=1)
def _finder() -> TimezoneFinder:
    return TimezoneFinder(in_memory=True)
