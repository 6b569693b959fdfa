"""One listing, read and clean, before the database is asked anything."""

from dataclasses import dataclass, field
from datetime import date, datetime

from events.models import Event, Segment


@dataclass(frozen=True, slots=True)
class WrittenMoment:
    """A date as the listing writes it: a day, a venue's wall clock, or a moment with offset."""

    value: datetime | date

    @property
    def is_day(self) -> bool:
        """Whether no time of day was given."""
        return not isinstance(self.value, datetime)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is. `time_zone` is blank when neither point nor city tells it."""

    name: str
    city: str
    region: str
    country: str
    address: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    capacity: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same venue as another."""
        return (self.name, self.city, self.region)


@dataclass(frozen=True, slots=True)
class Act:
    """A performer and the other names that people know them by."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A price with so many places; None when the listing does not say how many."""

    name: str
    price_minor: int
    places: int | None
    valid_from: WrittenMoment | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A promoter's listing. `notes` say what was read with a grain of salt.

    A list of fixtures knows nothing of tickets: without `tells_prices` the event's prices and
    sales are left as they are.
    """

    identifier: str
    name: str
    description: str
    segment: Segment
    genre: str
    status: Event.Status
    start: WrittenMoment
    end: WrittenMoment | None
    place: Place
    acts: tuple[Act, ...]
    offers: tuple[Offer, ...]
    currency: str
    notes: list[str] = field(default_factory=list)
    tells_prices: bool = True
