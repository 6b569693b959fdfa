"""What the demo catalogue is written in: venues, performers, shows, prices, openings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from events.maps.plans import LayoutPlan
from events.models import Segment
from events.refund_terms import RefundTerms

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


@dataclass(frozen=True, slots=True)
class DemoVenue:
    """A house, its point, and the maps that shows may be put on."""

    name: str
    address: str
    postal_code: str
    city: str
    region: str
    country: str
    latitude: float
    longitude: float
    time_zone: str
    travel: str
    access: str
    maps: dict[str, Callable[[], LayoutPlan]]


@dataclass(frozen=True, slots=True)
class DemoPerformer:
    """Somebody on a stage. Facts are (label, value)."""

    name: str
    description: str
    facts: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """The first such weekday from tomorrow on, and so many weeks later."""

    weekday: int
    weeks: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """A sale: so long after the catalogue was loaded, or on a day at an hour of the venue's."""

    after: timedelta | None = None
    day: Day | None = None
    at: time = time(10, 0)
    code: str = ""
    name: str = ""
    limit: int | None = None


OPEN = Opening(after=timedelta(days=-7))


@dataclass(frozen=True, slots=True)
class Price:
    """Minor units. For the sections of these levels or names; without any, for all others."""

    name: str
    face: int
    fee: int = 0
    tax: int = 0
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """A waiting room: how fast it lets people in, and whether those who come before the sale
    opens stand in a draw."""

    admit_per_second: float
    has_draw: bool = False
    tunes_itself: bool = True


@dataclass(frozen=True, slots=True)
class DemoShow:
    """One evening. `sold` tickets are bought by demo buyers; `is_on_sale` makes the tickets."""

    key: str
    name: str
    venue: str
    map: str
    day: Day
    at: time
    minutes: int
    segment: Segment
    genre: str
    performers: tuple[str, ...]
    currency: str
    prices: tuple[Price, ...]
    description: str
    refunds: RefundTerms
    openings: tuple[Opening, ...] = (OPEN,)
    doors: int = 60
    limit: int = 8
    sold: int = 0
    popularity: int = 0
    is_on_sale: bool = True
    room: Room | None = None
