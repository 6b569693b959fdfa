"""Venues in real cities, the larger ones more often; and their seat maps."""

import random
from dataclasses import dataclass

from django.db import transaction

from events.cities import City, all_cities
from events.generating.words import LAST_NAMES, VENUE_KINDS, VENUE_NAMES
from events.importers.identities import ensure_venues
from events.importers.listing import Place
from events.locks import lock_seat_map
from events.maps.generated import FEWEST_SEATS, MOST_SEATS, bowl_of, fan_of, hall_of
from events.maps.plans import LayoutPlan
from events.maps.versions import freeze
from events.maps.writing import write_layout
from events.models import Seat, SeatMap, Section

CURRENCIES = {
    **dict.fromkeys("AT BE DE ES FI FR GR IE IT NL PT".split(), "EUR"),
    **{"GB": "GBP", "CA": "CAD", "AU": "AUD", "JP": "JPY", "CH": "CHF", "SE": "SEK"},
    **{"NO": "NOK", "DK": "DKK", "PL": "PLN", "BR": "BRL", "MX": "MXN", "NZ": "NZD"},
}
# How far a hall may stand from the middle of its city, in degrees.
SCATTER = 0.06
DRAWN_UP_TO = 20_000


@dataclass(frozen=True, slots=True)
class House:
    """A venue as events need it."""

    venue_id: int
    city: City
    currency: str


@dataclass(frozen=True, slots=True)
class SeatedMap:
    """A frozen map: its levels in order, and all places as (section, seat, level, position)."""

    id: int
    levels: list[str]
    sections: list[tuple[int, int]]
    places: list[tuple[int, int, int, int]]


def ensure_houses(count: int, *, seed: int) -> list[House]:
    """The first so many made-up venues, the missing ones made."""
    cities = all_cities()
    weights = [1 / (rank + 3) for rank in range(len(cities))]
    places: dict[tuple[str, str, str], tuple[Place, City]] = {}
    number = 0
    while len(places) < count:
        dice = random.Random(f"house {seed} {number}")
        number += 1
        city = dice.choices(cities, weights)[0]
        place = _place(dice, city, is_crowded=number > 2 * count)
        places.setdefault(tuple(part.casefold() for part in place.key), (place, city))  # type: ignore[arg-type]
    with transaction.atomic():
        found = ensure_venues((place, city.time_zone) for place, city in places.values())
    return [
        House(found[place.key].id, city, CURRENCIES.get(city.country, "USD"))
        for place, city in places.values()
    ]


def _place(dice: random.Random, city: City, *, is_crowded: bool) -> Place:
    name = f"{dice.choice(VENUE_NAMES)} {dice.choice(VENUE_KINDS)}"
    if is_crowded:
        name = f"{dice.choice(LAST_NAMES)} {name}"
    return Place(
        name=name,
        city=city.name,
        region=city.region,
        country=city.country,
        address=f"{dice.randint(1, 400)} {dice.choice(LAST_NAMES)} Street",
        postal_code="",
        latitude=round(city.latitude + dice.uniform(-SCATTER, SCATTER), 5),
        longitude=round(city.longitude + dice.uniform(-SCATTER, SCATTER), 5),
        time_zone=city.time_zone,
    )


@transaction.atomic
def ensure_map(*, venue_id: int, seats: int, number: int) -> SeatedMap:
    """The venue's frozen map of exactly so many seats; bowls and fans by turns."""
    name = f"{seats:,} seats"
    seat_map = SeatMap.objects.filter(venue_id=venue_id, name=name).order_by("-version").first()
    if seat_map is None:
        seat_map = write_layout(venue_id=venue_id, name=name, layout=_layout(seats, number))
    freeze(lock_seat_map(seat_map.pk))
    return _read(seat_map.pk)


def _layout(seats: int, number: int) -> LayoutPlan:
    if not FEWEST_SEATS <= seats <= min(DRAWN_UP_TO, MOST_SEATS):
        return hall_of(seats)
    return bowl_of(seats, inside="Court") if number % 2 else fan_of(seats)


def _read(seat_map_id: int) -> SeatedMap:
    found = list(
        Section.objects.filter(seat_map_id=seat_map_id)
        .order_by("position", "pk")
        .values_list("pk", "level")
    )
    levels = list(dict.fromkeys(level for _, level in found))
    level_of = {section: levels.index(level) for section, level in found}
    seats = (
        Seat.objects.filter(section__seat_map_id=seat_map_id)
        .order_by("section__position", "section_id", "position")
        .values_list("section_id", "pk", "position")
    )
    return SeatedMap(
        id=seat_map_id,
        levels=levels,
        sections=list(level_of.items()),
        places=[(section, seat, level_of[section], at) for section, seat, at in seats.iterator()],
    )
