"""Distances: from a point to the few thousand venues first, to their events then."""

import math

from django.db.models import FloatField, Func, Q, Value
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from events.models import Venue
from search.request import Point

EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = 110.5  # of latitude, at the least: the band is never too narrow


class Metres(Func):
    """A number of kilometres in whole metres, so that a cursor can name the value."""

    template = "round((%(expressions)s)::numeric, 3)::float8"
    output_field = FloatField()


def venues_near(point: Point) -> dict[int, float]:
    """The venues within a point's radius, each with its distance in kilometres."""
    reach = point.radius_km / KM_PER_DEGREE
    band = Q(latitude__range=(point.latitude - reach, point.latitude + reach))
    near = Venue.objects.filter(band, _meridians(point)).order_by()
    rows = near.annotate(away=distance_km(point)).filter(away__lte=point.radius_km)
    return dict(rows.values_list("pk", "away"))


def distance_km(point: Point) -> Metres:
    """How far a venue is on the sphere (haversine)."""
    here, there = Radians(Value(point.latitude)), Radians("latitude")
    half_up = Sin((there - here) / 2.0)
    half_across = Sin(
        Radians(Func("longitude", template="(%(expressions)s)") - point.longitude) / 2.0
    )
    chord = Power(half_up, 2) + Cos(here) * Cos(there) * Power(half_across, 2)
    return Metres(2 * EARTH_RADIUS_KM * ASin(Sqrt(Least(chord, Value(1.0)))))


def _meridians(point: Point) -> Q:
    """The longitudes that the circle can reach; all of them where it reaches a pole."""
    reach = math.radians(point.radius_km / KM_PER_DEGREE)
    latitude = math.radians(point.latitude)
    if abs(latitude) + reach >= math.pi / 2:
        return Q(longitude__isnull=False)
    across = math.degrees(math.asin(min(1.0, math.sin(reach) / math.cos(latitude)))) * 1.01
    west, east = point.longitude - across, point.longitude + across
    found = Q(longitude__range=(west, east))
    if west < -180:
        found |= Q(longitude__gte=west + 360)
    if east > 180:
        found |= Q(longitude__lte=east - 360)
    return found
