"""Whether somebody may buy from an event now, and how many."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from events.models import Event, SaleWindow


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window through which this person may buy now: its price levels (None: all), its limit."""

    price_level_ids: frozenset[int] | None
    limit: int | None

    def covers(self, price_level_id: int) -> bool:
        """Whether tickets of this price level are sold through it."""
        return self.price_level_ids is None or price_level_id in self.price_level_ids


@dataclass(frozen=True, slots=True)
class Sale:
    """What one person may buy at one moment. `closed` tells "no longer" from "not yet"."""

    windows: tuple[OpenWindow, ...]
    closed: bool
    event_limit: int

    def limit_for(self, price_level_ids: Collection[int]) -> int | None:
        """How many tickets per person these price levels allow; None when one is not sold.

        Where several windows cover a price level the most generous counts, where several price
        levels are bought together the strictest.
        """
        limits = [self._limit_of(price_level_id) for price_level_id in price_level_ids]
        known = [limit for limit in limits if limit is not None]
        return min(known) if len(known) == len(limits) and known else None

    def _limit_of(self, price_level_id: int) -> int | None:
        fitting = [window for window in self.windows if window.covers(price_level_id)]
        if not fitting:
            return None
        return max(self.event_limit if window.limit is None else window.limit for window in fitting)


CLOSED_STATUSES = frozenset({Event.Status.ENDED, Event.Status.CANCELLED})


def sale_of(
    event: Event, *, now: datetime, user_id: int | None = None, access_code: str = ""
) -> Sale:
    """What this person may buy from this event at `now`. One query when the event is on sale."""
    limit = event.max_tickets_per_person
    if event.status != Event.Status.ON_SALE or event.starts_at <= now:
        over = event.status in CLOSED_STATUSES or event.starts_at <= now
        return Sale((), closed=over, event_limit=limit)
    rows = list(_windows_with_levels(event.pk, user_id))
    usable = [row for row in rows if _admits(row, access_code)]
    running = [row for row in usable if _runs_at(row, now)]
    over = bool(rows) and all(
        row.closes_at is not None and row.closes_at <= now for row in usable or rows
    )
    return Sale(tuple(map(_open_window, running)), closed=over, event_limit=limit)


def _windows_with_levels(event_id: int, user_id: int | None) -> Iterable[SaleWindow]:
    return SaleWindow.objects.filter(event_id=event_id).annotate(
        level_ids=ArrayAgg(
            "price_levels", filter=Q(price_levels__isnull=False), distinct=True, default=[]
        ),
        listed_ids=ArrayAgg(
            "people__user_id", filter=Q(people__user_id=user_id), distinct=True, default=[]
        ),
    )


def _admits(window: SaleWindow, access_code: str) -> bool:
    if window.kind == SaleWindow.Kind.GENERAL:
        return True
    has_code = bool(window.access_code) and constant_time_compare(
        window.access_code.casefold(), access_code.strip().casefold()
    )
    return has_code or bool(getattr(window, "listed_ids", []))


def _runs_at(window: SaleWindow, now: datetime) -> bool:
    return window.opens_at <= now and (window.closes_at is None or now < window.closes_at)


def _open_window(window: SaleWindow) -> OpenWindow:
    level_ids = getattr(window, "level_ids", [])
    return OpenWindow(frozenset(level_ids) if level_ids else None, window.limit_per_person)
