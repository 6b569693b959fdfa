"""What a search should find, worked out in Python from the catalogue's own rows alone.

It shares no code with the engines: text and places are compared here as a person would.
"""

import math
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from events.models import Event

EARTH_KM = 6371.0088
KM = {"mi": 1.609344, "km": 1.0}


@dataclass(frozen=True)
class Asked:
    """A search, taken apart. Several values of one filter are alternatives."""

    words: tuple[str, ...] = ()
    performer: str = ""
    venue: str = ""
    city: str = ""
    point: tuple[float, float] | None = None
    radius: float = 25.0
    unit: str = "mi"
    types: tuple[str, ...] = ()
    types_not: tuple[str, ...] = ()
    date: str = ""
    price_min: int | None = None
    price_max: int | None = None
    status: str = ""
    sort: str = ""

    @property
    def query(self) -> dict[str, list[str]]:
        """As parameters of the search."""
        location = self.city or (f"{self.point[0]},{self.point[1]}" if self.point else "")
        values = {
            "term": " ".join(f'"{word}"' for word in self.words),
            "performer": self.performer,
            "venue": self.venue,
            "location": location,
            "radius": str(self.radius) if self.point else "",
            "unit": self.unit if self.point else "",
            "date": self.date,
            "price_min": "" if self.price_min is None else str(self.price_min),
            "price_max": "" if self.price_max is None else str(self.price_max),
            "status": self.status,
            "sort": self.sort,
        }
        types = [*self.types, *(f"-{slug}" for slug in self.types_not)]
        return {name: [value] for name, value in values.items() if value} | {"type": types}


@dataclass
class Oracle:
    """Knows every event there is."""

    now: datetime
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.events = list(
            Event.objects.select_related("venue", "category").prefetch_related(
                "billing__performer__aliases", "price_levels"
            )
        )

    def expected(self, asked: Asked) -> set[int]:
        """The ids of all that fits."""
        return {event.pk for event in self.events if self._fits(event, asked)}

    def _fits(self, event: Event, asked: Asked) -> bool:
        return (
            self._is_shown(event, asked)
            and all(word in _words_of(event) for word in asked.words)
            and (not asked.performer or plain(asked.performer) in _names(event))
            and (not asked.venue or plain(asked.venue) == plain(event.venue.name))
            and (not asked.city or plain(asked.city) == plain(event.venue.city))
            and (asked.point is None or self.away_km(event, asked) <= _radius(asked))
            and _is_of_kind(event, asked)
            and (not asked.date or self._is_on(event, asked.date))
            and _is_priced(event, asked)
        )

    def _is_shown(self, event: Event, asked: Asked) -> bool:
        if asked.status in {"cancelled", "postponed", "ended"}:
            return event.status == asked.status
        wanted = {asked.status} if asked.status else {"scheduled", "on_sale"}
        return event.status in wanted and event.starts_at > self.now

    def away_km(self, event: Event, asked: Asked) -> float:
        """How far the event is from the point, on the sphere."""
        latitude, longitude = event.venue.latitude, event.venue.longitude
        if asked.point is None or latitude is None or longitude is None:
            return math.inf
        one, two = math.radians(asked.point[0]), math.radians(latitude)
        across = math.radians(longitude - asked.point[1])
        cosine = math.sin(one) * math.sin(two) + math.cos(one) * math.cos(two) * math.cos(across)
        return EARTH_KM * math.acos(max(-1.0, min(1.0, cosine)))

    def _is_on(self, event: Event, date: str) -> bool:
        zone = ZoneInfo(event.venue.time_zone)
        begins = event.starts_at.astimezone(zone).replace(tzinfo=None)
        ends = begins
        if event.ends_at is not None and event.ends_at - event.starts_at >= timedelta(hours=20):
            ends = event.ends_at.astimezone(zone).replace(tzinfo=None)
        first, last = span_of(date, self.now.astimezone(zone).replace(tzinfo=None))
        return begins < last and ends >= first


def span_of(date: str, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a date parameter means, on the clock that shows `now`."""
    today = datetime(now.year, now.month, now.day)
    if date == "today":
        return today, today + timedelta(days=1)
    if date == "this-weekend":
        friday = today + timedelta(days=4 - today.weekday(), hours=17)
        return friday, friday + timedelta(hours=55)
    if date == "tonight":
        return now, today + timedelta(days=0 if now.hour < 4 else 1, hours=4)
    first, _, last = date.partition("..")
    return (
        datetime.fromisoformat(first) if first else datetime.min,
        datetime.fromisoformat(last or first) + timedelta(days=1)
        if last or not _
        else datetime.max,
    )


def plain(text: str) -> str:
    """Without accents and case."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _names(event: Event) -> set[str]:
    performers = [billed.performer for billed in event.billing.all()]
    names = {plain(performer.name) for performer in performers}
    return names | {plain(alias.name) for one in performers for alias in one.aliases.all()}


def _words_of(event: Event) -> set[str]:
    venue, category = event.venue, event.category
    texts = [event.name, *_names(event), venue.name, venue.city, venue.region, category.genre]
    texts += [category.segment, category.get_segment_display()]
    return {word for text in texts for word in plain(text).replace(":", " ").split()}


def _radius(asked: Asked) -> float:
    return asked.radius * KM[asked.unit]


def _is_of_kind(event: Event, asked: Asked) -> bool:
    slugs = {event.category.segment, event.category.slug}
    return (not asked.types or bool(slugs & set(asked.types))) and not slugs & set(asked.types_not)


def _is_priced(event: Event, asked: Asked) -> bool:
    prices = [level.total_minor for level in event.price_levels.all()]
    if asked.price_min is not None and (not prices or max(prices) < asked.price_min):
        return False
    return asked.price_max is None or (bool(prices) and min(prices) <= asked.price_max)


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
