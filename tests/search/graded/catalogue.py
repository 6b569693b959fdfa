"""About sixty events as they could be on around one Wednesday, with the names that trip searches.

The clock stands at NOW. Dates are wall clock time at the venue; prices are all-in, minor units.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from events.models import (
    Category,
    Event,
    EventPerformer,
    Performer,
    PerformerAlias,
    PriceLevel,
    Venue,
)
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
    """Write the catalogue and its search rows, all rows of a kind at once."""
    venues = {key: _venue(fields) for key, fields in rows_of(VENUES)}
    Venue.objects.bulk_create(venues.values())
    categories = {
        slug: Category(slug=slug, segment=segment, genre=genre)
        for slug, (segment, genre) in rows_of(CATEGORIES)
    }
    Category.objects.bulk_create(categories.values())
    listed = dict(rows_of(EVENTS))
    events = {key: _event(fields, venues, categories) for key, fields in listed.items()}
    Event.objects.bulk_create(events.values())
    PriceLevel.objects.bulk_create(
        PriceLevelFactory.build(
            event=events[key], face_minor=int(fields[-2]), fee_minor=0, tax_minor=0
        )
        for key, fields in listed.items()
    )
    _bill([(events[key], fields[1]) for key, fields in listed.items()])
    ids = {key: event.pk for key, event in events.items()}
    write_search_rows(ids.values())
    return Shop(ids)


def _venue(fields: list[str]) -> Venue:
    name, city, region, country, latitude, longitude, zone = fields
    return Venue(
        name=name,
        city=city,
        region=region,
        country=country,
        latitude=float(latitude),
        longitude=float(longitude),
        time_zone=zone,
    )


def _event(fields: list[str], venues: dict[str, Venue], categories: dict[str, Category]) -> Event:
    name, _, venue, category, dates, _, popularity = fields
    starts, _, ends = dates.partition("..")
    zone = venues[venue].time_zone
    return Event(
        name=name,
        venue=venues[venue],
        category=categories[category],
        status=Event.Status.SCHEDULED,
        starts_at=_moment(starts, zone),
        ends_at=_moment(ends, zone) if ends else None,
        popularity=int(popularity),
    )


def _bill(bills: Iterable[tuple[Event, str]]) -> None:
    """Write who plays at each; a name brings its aliases where it comes first."""
    performers: dict[str, Performer] = {}
    aliases, billing = [], []
    for event, names in bills:
        for position, given in enumerate(names.split(";")):
            shown, *others = [part.strip() for part in given.split("=")]
            if shown not in performers:
                performers[shown] = Performer(name=shown)
                aliases += [
                    PerformerAlias(performer=performers[shown], name=name) for name in others
                ]
            billing.append(
                EventPerformer(event=event, performer=performers[shown], position=position)
            )
    Performer.objects.bulk_create(performers.values())
    PerformerAlias.objects.bulk_create(aliases)
    EventPerformer.objects.bulk_create(billing)


def _moment(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(f"2031-{text}").replace(tzinfo=ZoneInfo(zone))
