"""About sixty events as they could be on around one Wednesday, with the names that trip searches.

The clock stands at NOW. Dates are wall clock time at the venue; prices are all-in, minor units.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from events.models import Category, Event, EventPerformer, Performer, PerformerAlias, Venue
from search.rows import write_search_rows
from tests.factories import PriceLevelFactory

NOW = datetime(2031, 3, 12, 18, 30, tzinfo=UTC)  # a Wednesday, 14:30 in New York

# key: name | city | region | country | latitude | longitude | time zone
VENUES = """
msg: Madison Square Garden | New York | NY | US | 40.7505 | -73.9934 | America/New_York
rodgers: Richard Rodgers Theatre | New York | NY | US | 40.7590 | -73.9867 | America/New_York
ambassador: Ambassador Theatre | New York | NY | US | 40.7613 | -73.9851 | America/New_York
bluenote: Blue Note Jazz Club | New York | NY | US | 40.7309 | -74.0006 | America/New_York
tdgarden: TD Garden | Boston | MA | US | 42.3662 | -71.0621 | America/New_York
fenway: Fenway Park | Boston | MA | US | 42.3467 | -71.0972 | America/New_York
united: United Center | Chicago | IL | US | 41.8807 | -87.6742 | America/Chicago
hob: House of Blues | Chicago | IL | US | 41.8880 | -87.6290 | America/Chicago
chitheatre: The Chicago Theatre | Chicago | IL | US | 41.8854 | -87.6278 | America/Chicago
grant: Grant Park | Chicago | IL | US | 41.8758 | -87.6189 | America/Chicago
crypto: Crypto.com Arena | Los Angeles | CA | US | 34.0430 | -118.2673 | America/Los_Angeles
bowl: Hollywood Bowl | Los Angeles | CA | US | 34.1122 | -118.3391 | America/Los_Angeles
honda: Honda Center | Anaheim | CA | US | 33.8078 | -117.8765 | America/Los_Angeles
preshall: Preservation Hall | New Orleans | LA | US | 29.9583 | -90.0654 | America/Chicago
smoothie: Smoothie King Center | New Orleans | LA | US | 29.9490 | -90.0821 | America/Chicago
ryman: Ryman Auditorium | Nashville | TN | US | 36.1612 | -86.7785 | America/Chicago
apollo: Eventim Apollo | London | England | GB | 51.4908 | -0.2246 | Europe/London
palladium: London Palladium | London | England | GB | 51.5146 | -0.1405 | Europe/London
o2: The O2 Arena | London | England | GB | 51.5030 | 0.0032 | Europe/London
majesty: His Majesty's Theatre | London | England | GB | 51.5082 | -0.1320 | Europe/London
albert: Royal Albert Hall | London | England | GB | 51.5009 | -0.1774 | Europe/London
wembley: Wembley Stadium | London | England | GB | 51.5560 | -0.2796 | Europe/London
lanxess: Lanxess Arena | Köln | | DE | 50.9385 | 6.9830 | Europe/Berlin
harpa: Harpa | Reykjavík | | IS | 64.1503 | -21.9326 | Atlantic/Reykjavik
parque: Allianz Parque | São Paulo | | BR | -23.5275 | -46.6783 | America/Sao_Paulo
taveuni: Taveuni Hall | Taveuni | | FJ | -16.8000 | -179.9800 | Pacific/Fiji
budokan: Nippon Budokan | Tokyo | | JP | 35.6933 | 139.7499 | Asia/Tokyo
"""

# slug: segment | genre
CATEGORIES = """
rock: concert | Rock
pop: concert | Pop
hip-hop: concert | Hip-hop
jazz: concert | Jazz
country: concert | Country
metal: concert | Metal
hockey: sport | Hockey
basketball: sport | Basketball
baseball: sport | Baseball
football: sport | Football
musical: theatre | Musical
family-musical: family | Musical
drama: theatre | Drama
stand-up: comedy | Stand-up
circus: family | Circus
festival-rock: festival | Rock festival
"""

# key: name | performers (with =alias) | venue | category | starts (and ..ends) | price | popularity
EVENTS = (Path(__file__).parent / "events.txt").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Shop:
    """The catalogue as stored: events by their key here, and the other way round."""

    ids: dict[str, int]

    def keys_of(self, event_ids: Iterable[int]) -> list[str]:
        """The keys of these events in the same order."""
        keys = {pk: key for key, pk in self.ids.items()}
        return [keys[pk] for pk in event_ids]


def rows_of(table: str) -> Iterable[tuple[str, list[str]]]:
    """Each line's key and its fields."""
    for line in table.strip().splitlines():
        key, _, rest = line.partition(": ")
        yield key, [field.strip() for field in rest.split("|")]


def build() -> Shop:
    """Write the catalogue and its search rows."""
    venues = {key: _venue(fields) for key, fields in rows_of(VENUES)}
    categories = {
        slug: Category.objects.create(slug=slug, segment=segment, genre=genre)
        for slug, (segment, genre) in rows_of(CATEGORIES)
    }
    ids = {key: _event(fields, venues, categories) for key, fields in rows_of(EVENTS)}
    write_search_rows(ids.values())
    return Shop(ids)


def _venue(fields: list[str]) -> Venue:
    name, city, region, country, latitude, longitude, zone = fields
    return Venue.objects.create(
        name=name,
        city=city,
        region=region,
        country=country,
        latitude=float(latitude),
        longitude=float(longitude),
        time_zone=zone,
    )


def _event(fields: list[str], venues: dict[str, Venue], categories: dict[str, Category]) -> int:
    name, performers, venue, category, dates, price, popularity = fields
    starts, _, ends = dates.partition("..")
    zone = venues[venue].time_zone
    event = Event.objects.create(
        name=name,
        venue=venues[venue],
        category=categories[category],
        status=Event.Status.SCHEDULED,
        starts_at=_moment(starts, zone),
        ends_at=_moment(ends, zone) if ends else None,
        popularity=int(popularity),
    )
    PriceLevelFactory.create(event=event, face_minor=int(price), fee_minor=0, tax_minor=0)
    for position, given in enumerate(performers.split(";")):
        _bill(event, given, position)
    return event.pk


def _bill(event: Event, given: str, position: int) -> None:
    shown, *aliases = [part.strip() for part in given.split("=")]
    performer, is_new = Performer.objects.get_or_create(name=shown)
    if is_new:
        PerformerAlias.objects.bulk_create(
            PerformerAlias(performer=performer, name=alias) for alias in aliases
        )
    EventPerformer.objects.create(event=event, performer=performer, position=position)


def _moment(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(f"2031-{text}").replace(tzinfo=ZoneInfo(zone))
