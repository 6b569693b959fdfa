"""Known cities: a few hundred of the world's, with time zone and point."""

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from events.names import folded
from events.regions import region_code

TABLE = Path(__file__).parent / "data" / "cities.txt"
EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class City:
    """A city; `region` is given where namesakes or time zones need it. Degrees, WGS 84."""

    name: str
    country: str
    region: str
    time_zone: str
    latitude: float
    longitude: float


def city_named(name: str, *, country: str = "", region: str = "") -> City | None:
    """The city of this name, in any case and spelling; the largest of several namesakes.

    A country (alpha-2) or region that is given must fit, so that Paris in Texas is not Paris.
    """
    wanted = region_code(region)
    for city in cities_named(name):
        if country and city.country != country.upper():
            continue
        if wanted and city.region and region_code(city.region) != wanted:
            continue
        return city
    return None


def cities_named(name: str) -> tuple[City, ...]:
    """All cities of this name, in any case and spelling, the largest first."""
    return tuple(_by_name().get(folded(name), ()))


def names_of_city(name: str, *, country: str, region: str = "") -> tuple[str, ...]:
    """All that the known city of that name is called: New York, NYC; nothing for an unknown one."""
    city = city_named(name, country=country, region=region)
    return _all_names().get(city, ()) if city else ()


def nearest_city(*, latitude: float, longitude: float, within_km: float) -> City | None:
    """The known city closest to a point, None when none lies within the distance."""
    nearest = min(all_cities(), key=lambda city: distance_km(city, latitude, longitude))
    return nearest if distance_km(nearest, latitude, longitude) <= within_km else None


def distance_km(city: City, latitude: float, longitude: float) -> float:
    """Great-circle distance from the city to a point."""
    return kilometres_between(city.latitude, city.longitude, latitude, longitude)


def kilometres_between(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Great-circle distance of two points on earth."""
    here, there = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = (
        math.sin((there - here) / 2) ** 2
        + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


@lru_cache(maxsize=1)
def all_cities() -> tuple[City, ...]:
    """Every known city, the larger of two namesakes first."""
    return tuple(city for city, _ in _rows())


def _rows() -> list[tuple[City, list[str]]]:
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, others, country, region, time_zone, latitude, longitude = line.split("|")
        city = City(name, country, region, time_zone, float(latitude), float(longitude))
        rows.append((city, [name, *filter(None, others.split(","))]))
    return rows


@lru_cache(maxsize=1)
def _all_names() -> dict[City, tuple[str, ...]]:
    return {city: tuple(names) for city, names in _rows()}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[City]]:
    found: dict[str, list[City]] = defaultdict(list)
    for city, names in _rows():
        for name in {folded(name) for name in names}:
            found[name].append(city)
    return found
