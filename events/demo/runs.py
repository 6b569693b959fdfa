"""Runs: one production on several evenings, written once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from events.demo import refunds
from events.demo.shapes import OPEN, Day, DemoShow, Opening, Price, Room
from events.models import Segment
from events.refund_terms import RefundTerms

# A later night of a run is this much less looked for, so that no run fills a list alone.
LESS_PER_NIGHT = 9

Night = tuple[int, int, time]


@dataclass(frozen=True, slots=True)
class Run:
    """A production. Each night is (weekday, weeks from now, hour); each makes a show."""

    key: str
    name: str
    venue: str
    map: str
    nights: tuple[Night, ...]
    segment: Segment
    genre: str
    performers: tuple[str, ...]
    currency: str
    prices: tuple[Price, ...]
    description: str
    popularity: int
    minutes: int = 120
    doors: int = 45
    sold: int = 0
    refunds: RefundTerms = refunds.DAYS
    openings: tuple[Opening, ...] = (OPEN,)
    is_on_sale: bool = True
    room: Room | None = None

    def shows(self) -> Iterator[DemoShow]:
        """Its evenings, the first one sold a little ahead of the others."""
        for number, (weekday, weeks, at) in enumerate(self.nights, start=1):
            yield DemoShow(
                key=f"{self.key}-{number}",
                name=self.name,
                venue=self.venue,
                map=self.map,
                day=Day(weekday, weeks),
                at=at,
                minutes=self.minutes,
                segment=self.segment,
                genre=self.genre,
                performers=self.performers,
                currency=self.currency,
                prices=self.prices,
                description=self.description,
                refunds=self.refunds,
                openings=self.openings,
                doors=self.doors,
                sold=self.sold if number == 1 else 0,
                popularity=max(1, self.popularity - LESS_PER_NIGHT * (number - 1)),
                is_on_sale=self.is_on_sale,
                room=self.room,
            )


def shows_of(runs: tuple[Run, ...]) -> tuple[DemoShow, ...]:
    """All evenings of all these runs."""
    return tuple(show for run in runs for show in run.shows())
