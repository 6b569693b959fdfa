"""Events as plain values: who, where, when and for how much, decided by seed and number."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.generating.houses import House
from events.generating.people import Act
from events.generating.words import TOURS
from events.models import Segment
from ticketmaster.core.money import exponent

DAYS_AHEAD = 540
# Prices in whole units of money, before fees; dearer for the better known.
CHEAPEST, DEAREST = 12, 95
# Yen and crowns come in larger numbers.
UNITS = {"JPY": 140, "SEK": 10, "NOK": 10, "DKK": 7, "MXN": 18, "BRL": 5, "PLN": 4}
HOURS = {
    Segment.CONCERT: (time(19), time(19, 30), time(20), time(20, 30), time(21)),
    Segment.SPORT: (time(13), time(15), time(15, 30), time(18, 30), time(19), time(19, 30)),
    Segment.THEATRE: (time(14, 30), time(19), time(19, 30), time(20)),
    Segment.COMEDY: (time(19, 30), time(20), time(21, 30)),
    Segment.FAMILY: (time(10, 30), time(11), time(14), time(16)),
}
MINUTES = {Segment.CONCERT: 150, Segment.SPORT: 135, Segment.FAMILY: 75}
USUAL_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Evening:
    """One event to be. `performers` are places in the list of acts, in billing order."""

    name: str
    performers: tuple[int, ...]
    segment: Segment
    genre: str
    house: House
    starts_at: datetime
    ends_at: datetime
    popularity: int
    prices: tuple[int, ...]


class Programme:
    """Draws evenings from these acts and houses. The same arguments draw the same evenings."""

    def __init__(
        self, *, acts: Sequence[Act], houses: Sequence[House], seed: int, today: date
    ) -> None:
        self.acts, self.houses, self.today, self.seed = acts, houses, today, seed
        self.teams: dict[str, list[int]] = {}
        for place, act in enumerate(acts):
            if act.segment == Segment.SPORT:
                self.teams.setdefault(act.genre, []).append(place)

    def evenings(self, first: int, count: int) -> Iterator[Evening]:
        """Those numbered from `first` on."""
        for number in range(first, first + count):
            yield self._evening(random.Random(f"{self.seed} {number}"))

    def _evening(self, dice: random.Random) -> Evening:
        rank = _skewed(dice, len(self.acts))
        act, house = self.acts[rank], dice.choice(self.houses)
        performers = self._billing(dice, rank)
        starts_at = self._start(dice, act.segment, house)
        length = timedelta(minutes=MINUTES.get(act.segment, USUAL_MINUTES))
        return Evening(
            name=self._name(dice, performers),
            performers=performers,
            segment=act.segment,
            genre=act.genre,
            house=house,
            starts_at=starts_at,
            ends_at=starts_at + length,
            popularity=round(100 / (1 + rank) ** 0.35),
            prices=_prices(dice, rank / len(self.acts), house.currency),
        )

    def _billing(self, dice: random.Random, rank: int) -> tuple[int, ...]:
        act = self.acts[rank]
        others: Sequence[int] = ()
        if act.segment == Segment.SPORT:
            others = self.teams[act.genre]
        elif act.segment == Segment.CONCERT and dice.random() < 0.2:
            others = range(len(self.acts))
        other = others[_skewed(dice, len(others))] if others else rank
        return (rank,) if other == rank else (rank, other)

    def _name(self, dice: random.Random, performers: tuple[int, ...]) -> str:
        acts = [self.acts[place] for place in performers]
        name = acts[0].name.partition(" (")[0]
        if acts[0].segment == Segment.SPORT and len(acts) == 2:
            return f"{name} v {acts[1].name}"
        if acts[0].segment in {Segment.CONCERT, Segment.COMEDY} and dice.random() < 0.55:
            return f"{name}: {dice.choice(TOURS)}"
        return name

    def _start(self, dice: random.Random, segment: Segment, house: House) -> datetime:
        """Any day of the coming year and a half, Fridays to Sundays twice as often."""
        day = self.today + timedelta(days=dice.randint(2, DAYS_AHEAD))
        if day.weekday() < 4 and dice.random() < 0.5:
            day += timedelta(days=4 - day.weekday())
        local = datetime.combine(day, dice.choice(HOURS[segment]))
        return local.replace(tzinfo=ZoneInfo(house.city.time_zone)).astimezone(UTC)


def _skewed(dice: random.Random, count: int) -> int:
    """A place in a list of so many, by Zipf's law: the second half as often as the first."""
    return min(int(count ** dice.random()) - 1, count - 1)


def _prices(dice: random.Random, rank: float, currency: str) -> tuple[int, ...]:
    """Face prices in minor units, the best places first."""
    base = CHEAPEST + (DEAREST - CHEAPEST) * (1 - rank) ** 3 * dice.uniform(0.3, 1)
    unit = UNITS.get(currency, 1) * 10 ** exponent(currency)
    return tuple(max(1, round(base * part)) * unit for part in (1.6, 1.0, 0.6))
