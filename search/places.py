"""Places that people name or point at."""

from dataclasses import dataclass

from django.db.models import Avg, Q

from events.cities import city_named
from search.models import SearchRow

# Folded name, folded region (may be blank) and lower-case country, as search rows have them.
CityKey = tuple[str, str, str]


@dataclass(frozen=True)
class Point:
    """Somewhere on earth, and how far around it."""

    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True)
class Place:
    """A city by its folded name, with its region or country where given."""

    city: str
    within: str = ""


def centre_of(place: Place) -> tuple[float, float] | None:
    """Latitude and longitude of a city: of a known one its own, else amid its venues.

    None for a place that is neither.
    """
    known = city_named(place.city, region=place.within) or city_named(
        place.city, country=place.within
    )
    if known is not None:
        return known.latitude, known.longitude
    named = Q(city=place.city)
    if place.within:
        named &= Q(region=place.within) | Q(country=place.within)
    middle = SearchRow.objects.filter(named).aggregate(Avg("latitude"), Avg("longitude"))
    latitude, longitude = middle["latitude__avg"], middle["longitude__avg"]
    return None if latitude is None else (latitude, longitude)
