"""Whether somebody may buy from an event now, and how many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.crypto import constant_time_compare

from events.models import Event, SaleWindow
from events.refund_terms import RefundTerms


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

# Event and windows in one round trip of plain SQL: every hold asks it, and building these queries
# anew each time took longer than running them (docs/benchmarks.md).
TERMS = """
SELECT e.status, e.starts_at, e.currency, e.max_tickets_per_person,
       e.refund_rule, e.refund_hours, e.refund_policy,
       w.kind, w.opens_at, w.closes_at, w.access_code, w.limit_per_person,
       ARRAY(SELECT l.pricelevel_id FROM events_salewindow_price_levels l
             WHERE l.salewindow_id = w.id),
       EXISTS (SELECT 1 FROM events_salewindowperson p
               WHERE p.window_id = w.id AND p.user_id = %(user)s)
FROM events_event e LEFT JOIN events_salewindow w ON w.event_id = e.id
WHERE e.id = %(event)s
ORDER BY w.opens_at, w.id
"""


@dataclass(frozen=True, slots=True)
class Window:
    """A sale window as this person stands before it."""

    kind: str
    opens_at: datetime
    closes_at: datetime | None
    access_code: str
    limit: int | None
    price_level_ids: Sequence[int]
    lists_person: bool

    def admits(self, access_code: str) -> bool:
        """A general sale admits everybody, a presale its code and its listed people."""
        if self.kind == SaleWindow.Kind.GENERAL or self.lists_person:
            return True
        return bool(self.access_code) and constant_time_compare(
            self.access_code.casefold(), access_code.strip().casefold()
        )

    def runs_at(self, now: datetime) -> bool:
        """Open, and not closed again."""
        return self.opens_at <= now and not self.is_over_at(now)

    def is_over_at(self, now: datetime) -> bool:
        """Closed for good."""
        return self.closes_at is not None and self.closes_at <= now


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an event is sold: its status and limit, and its windows for one person."""

    status: str
    starts_at: datetime
    currency: str
    limit: int
    refunds: RefundTerms
    windows: tuple[Window, ...]

    def sale_at(self, now: datetime, *, access_code: str = "") -> Sale:
        """What this person may buy at `now`."""
        if self.status != Event.Status.ON_SALE or self.starts_at <= now:
            over = self.status in CLOSED_STATUSES or self.starts_at <= now
            return Sale((), closed=over, event_limit=self.limit)
        usable = [window for window in self.windows if window.admits(access_code)]
        running = [window for window in usable if window.runs_at(now)]
        concerned = usable or self.windows
        over = bool(concerned) and all(window.is_over_at(now) for window in concerned)
        return Sale(tuple(map(_open_window, running)), closed=over, event_limit=self.limit)


def terms_of(*, event_id: int, user_id: int) -> Terms:
    """The event's terms for this person, in one query. Raises Event.DoesNotExist."""
    with connection.cursor() as cursor:
        cursor.execute(TERMS, {"event": event_id, "user": user_id})
        rows = cursor.fetchall()
    if not rows:
        raise Event.DoesNotExist
    return terms_from(rows)


def terms_from(rows: Sequence[tuple[Any, ...]]) -> Terms:
    """The terms that the rows of TERMS tell, of which there is one at least."""
    windows = tuple(Window(*row[7:]) for row in rows if row[7] is not None)
    status, starts_at, currency, limit, *refunds = rows[0][:7]
    return Terms(status, starts_at, currency, limit, RefundTerms(*refunds), windows)


def _open_window(window: Window) -> OpenWindow:
    levels = window.price_level_ids
    return OpenWindow(frozenset(levels) if levels else None, window.limit)
