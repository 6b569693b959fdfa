"""Which venue, performer or category a listing means: found, or made, many at once.

Names are compared by the database's own `lower`, the one that its unique constraints use, so
that what counts as the same here and there never differs. Each `ensure_…` runs inside the
caller's transaction.
"""

import hashlib
from collections.abc import Collection, Iterable

from django.db import connection
from django.utils.text import slugify

from events.importers.listing import Act, Place
from events.importers.planning import KnownVenue
from events.models import Category, Performer, PerformerAlias, Segment, Venue

VenueKey = tuple[str, str, str]

FIND_VENUES = """
SELECT given.name, given.city, given.region, venue.id, venue.time_zone,
    (SELECT max(map.id) FROM events_seatmap map WHERE map.venue_id = venue.id AND EXISTS (
        SELECT 1 FROM events_section section JOIN events_seat seat ON seat.section_id = section.id
        WHERE section.seat_map_id = map.id))
FROM unnest(%s::text[], %s::text[], %s::text[]) AS given(name, city, region)
JOIN events_venue venue ON lower(venue.name) = lower(given.name)
    AND lower(venue.city) = lower(given.city) AND lower(venue.region) = lower(given.region)
"""

FIND_PERFORMERS = """
SELECT given.name, performer.id FROM unnest(%s::text[]) AS given(name)
JOIN events_performer performer ON lower(performer.name) = lower(given.name)
"""


def find_venues(keys: Collection[VenueKey]) -> dict[VenueKey, KnownVenue]:
    """Those of these (name, city, region) that there are."""
    if not keys:
        return {}
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(FIND_VENUES, columns)
        return {(row[0], row[1], row[2]): KnownVenue(*row[3:]) for row in cursor.fetchall()}


def ensure_venues(places: Iterable[tuple[Place, str]]) -> dict[VenueKey, KnownVenue]:
    """All of these (place, time zone), the missing ones made."""
    wanted = {place.key: (place, time_zone) for place, time_zone in places}
    found = find_venues(wanted.keys())
    missing = [both for key, both in wanted.items() if key not in found]
    if not missing:
        return found
    Venue.objects.bulk_create(
        (_venue(place, time_zone) for place, time_zone in missing), ignore_conflicts=True
    )
    return found | find_venues([place.key for place, _ in missing])


def _venue(place: Place, time_zone: str) -> Venue:
    return Venue(
        name=place.name,
        address=place.address,
        postal_code=place.postal_code,
        city=place.city,
        region=place.region,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
        time_zone=time_zone,
        capacity=place.capacity,
    )


def ensure_performers(acts: Iterable[Act]) -> tuple[dict[str, int], set[str]]:
    """The id of each name, the missing ones made; and the names that got a new alias."""
    wanted = list(acts)
    names = {act.name for act in wanted}
    found = _find_performers(names)
    missing = names - found.keys()
    if missing:
        Performer.objects.bulk_create(
            (Performer(name=name) for name in sorted(missing)), ignore_conflicts=True
        )
        found |= _find_performers(missing)
    return found, _ensure_aliases(wanted, found)


def _find_performers(names: Collection[str]) -> dict[str, int]:
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(FIND_PERFORMERS, [list(names)])
        return dict(cursor.fetchall())


def missing_aliases(acts: Iterable[Act], ids: dict[str, int]) -> list[tuple[str, str]]:
    """(performer, alias) of the aliases that are not stored yet; unknown performers left out."""
    wanted = [(act.name, alias) for act in acts if act.name in ids for alias in act.aliases]
    if not wanted:
        return []
    stored = {
        (performer_id, name.casefold())
        for performer_id, name in PerformerAlias.objects.filter(
            performer_id__in={ids[name] for name, _ in wanted}
        ).values_list("performer_id", "name")
    }
    return [(name, alias) for name, alias in wanted if (ids[name], alias.casefold()) not in stored]


def find_performers(names: Collection[str]) -> dict[str, int]:
    """The id of each of these names that there is."""
    return _find_performers(names)


def _ensure_aliases(acts: list[Act], ids: dict[str, int]) -> set[str]:
    missing = missing_aliases(acts, ids)
    PerformerAlias.objects.bulk_create(
        (PerformerAlias(performer_id=ids[name], name=alias) for name, alias in missing),
        ignore_conflicts=True,
    )
    return {name for name, _ in missing}


def ensure_categories(wanted: Collection[tuple[Segment, str]]) -> dict[tuple[Segment, str], int]:
    """The id of each (segment, genre), the missing ones made in this order, each with a slug."""
    if not wanted:
        return {}
    stored = list(Category.objects.values_list("segment", "genre", "slug", "pk"))
    known = {(segment, _genre_key(genre)): pk for segment, genre, _, pk in stored}
    taken = {slug for _, _, slug, _ in stored} | set(Segment.values)
    for segment, genre in dict.fromkeys(wanted):
        if (segment, _genre_key(genre)) not in known:
            slug = _slug(segment, genre, taken)
            made = Category.objects.create(segment=segment, genre=genre, slug=slug)
            known[segment, _genre_key(genre)] = made.pk
            taken.add(slug)
    return {(segment, genre): known[segment, _genre_key(genre)] for segment, genre in wanted}


def _genre_key(genre: str) -> str:
    """`Hip Hop` and `hip-hop` are one genre."""
    return slugify(genre) or genre.casefold()


def same_genre(one: str, other: str) -> bool:
    """Whether both texts name the same genre."""
    return _genre_key(one) == _genre_key(other)


def _slug(segment: str, genre: str, taken: set[str]) -> str:
    """The segment's own for a blank genre, else the genre's, with the segment before it if taken.

    A genre without any Latin letter gets a short digest.
    """
    if not genre:
        return segment
    digest = hashlib.blake2b(genre.casefold().encode(), digest_size=4).hexdigest()
    base = slugify(genre) or f"genre-{digest}"
    for candidate in (base, f"{segment}-{base}"):
        if candidate not in taken:
            return candidate
    return f"{segment}-{base}-{digest}"
