"""Where the sale of an event stands for everybody: before, in and after its windows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from events.models import Event, SaleWindow

OVER = frozenset({Event.Status.CANCELLED, Event.Status.POSTPONED, Event.Status.ENDED})


class Window(NamedTuple):
    """What a sale window says of when."""

    kind: str
    opens_at: datetime
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class SaleState:
    """`state` is not_open, presale, open, closed, cancelled, postponed or ended.

    `opens_at` is when the general sale opens next, or the next presale where no general sale is
    planned; None when nothing is ahead. `presale_opens_at` is the next presale's opening.
    `closes_at` is when what is open now closes.
    """

    state: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    presale_opens_at: datetime | None = None

    @property
    def can_buy(self) -> bool:
        """Whether somebody can buy now, be it with a presale's code."""
        return self.state in {"open", "presale"}


def state_at(now: datetime, *, event: Event, windows: Sequence[Window]) -> SaleState:
    """The state at `now`, from the event's windows in any order.

    A window without an end closes when the event starts. What one person may buy is
    `events.sales.terms_of`.
    """
    if event.status in OVER:
        return SaleState(event.status)
    if event.starts_at <= now:
        return SaleState("closed")
    opens_at, presale_opens_at = _ahead(windows, now)
    if event.status != Event.Status.ON_SALE:
        return SaleState("not_open", opens_at=opens_at, presale_opens_at=presale_opens_at)
    for kind, state in ((SaleWindow.Kind.GENERAL, "open"), (SaleWindow.Kind.PRESALE, "presale")):
        ends = [
            min(window.closes_at or event.starts_at, event.starts_at)
            for window in windows
            if window.kind == kind and window.opens_at <= now
        ]
        if ends and max(ends) > now:
            return SaleState(state, opens_at, max(ends), presale_opens_at)
    if opens_at is None and windows:
        return SaleState("closed")
    return SaleState("not_open", opens_at=opens_at, presale_opens_at=presale_opens_at)


def _ahead(windows: Iterable[Window], now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the general sale, or else a presale, opens next; and when the next presale does."""
    ahead = [window for window in windows if window.opens_at > now]
    general = [window.opens_at for window in ahead if window.kind == SaleWindow.Kind.GENERAL]
    presales = [window.opens_at for window in ahead if window.kind == SaleWindow.Kind.PRESALE]
    next_presale = min(presales, default=None)
    return min(general, default=next_presale), next_presale
