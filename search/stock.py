"""The coarse figures of the sale that a search row carries: read here, never decided by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from events.availability import OPEN_TO_ALL, state_of
from events.free_places import IS_FREE, PAYING

# Free tickets and wheelchair spaces are intersected, not joined: right after thousands of seats
# were written the planner knows of a handful, and loops that it then plans compare all with all.
# `turns_at` is the next moment at which a general window opens or closes by itself.
FIGURES = f"""
SELECT e.id, {OPEN_TO_ALL}, e.ticket_total,
    (SELECT count(*) FROM events_ticket t {PAYING}
     WHERE t.event_id = e.id AND t.status IN ('available', 'reserved') AND {IS_FREE}),
    EXISTS (SELECT t.seat_id FROM events_ticket t {PAYING}
     WHERE t.event_id = e.id AND t.status IN ('available', 'reserved') AND {IS_FREE}
     INTERSECT
     SELECT seat.id FROM events_section s JOIN events_seat seat ON seat.section_id = s.id
     WHERE s.seat_map_id = e.seat_map_id AND seat.accessible),
    (SELECT min(turn) FROM events_salewindow w, unnest(ARRAY[w.opens_at, w.closes_at]) turn
     WHERE w.event_id = e.id AND w.kind = 'general' AND turn > clock_timestamp()),
    (SELECT min(w.opens_at) FROM events_salewindow w
     WHERE w.event_id = e.id AND w.kind = 'general')
FROM events_event e
WHERE e.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Stock:
    """What a row says of the sale. `availability` is a state as in the API's `availability`."""

    availability: str
    accessible: bool
    turns_at: datetime | None
    onsale_at: datetime | None


def stock_of(event_ids: Collection[int]) -> dict[int, Stock]:
    """The figures of these events now, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [list(event_ids)])
        rows = cursor.fetchall()
    return {
        event_id: Stock(state_of(is_open, free, total), accessible, turns_at, onsale_at)
        for event_id, is_open, total, free, accessible, turns_at, onsale_at in rows
    }
