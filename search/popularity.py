"""How wanted an event is: 0 to 100, from what staff or imports say and what sold of late."""

import math
from collections.abc import Collection

from django.db import connection, transaction

from search.locks import is_only_one, lock_rows
from search.models import SearchRow
from search.moments import rows_written
from search.rows import popularity_of

FOLDING = 3
DAYS = 7
AT_ONCE = 200
# A demand of 100 is this many tickets within the days; half as many stars come quickly.
MOST_TICKETS = 5_000

SOLD = """
SELECT b.event_id, count(*) FROM bookings_booking b
JOIN bookings_bookingline line ON line.booking_id = b.id
WHERE b.status = 'confirmed' AND b.confirmed_at > clock_timestamp() - make_interval(days => %s)
GROUP BY b.event_id
"""
WRITE = """
UPDATE search_searchrow SET demand = %s, popularity = %s, version = nextval('search_version')
WHERE event_id = %s
"""


def fold_in_demand() -> int:
    """Give each event the demand of the last seven days, and say how many rows changed.

    Ten tickets count for a lot where nothing sells, and for little where thousands do: demand
    grows with the logarithm. An event that sells no more falls back to what is known of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(SOLD, [DAYS])
        demand = {event_id: demand_of(tickets) for event_id, tickets in cursor.fetchall()}
    once = SearchRow.objects.filter(demand__gt=0).values_list("pk", flat=True)
    ids = sorted(demand.keys() | set(once))
    return sum(
        _fold_some(ids[start : start + AT_ONCE], demand) for start in range(0, len(ids), AT_ONCE)
    )


def demand_of(tickets: int) -> int:
    """0 for none to 100 for MOST_TICKETS and more, by the logarithm."""
    share = math.log1p(tickets) / math.log1p(MOST_TICKETS)
    return min(100, round(100 * share))


@transaction.atomic
def _fold_some(event_ids: Collection[int], demand: dict[int, int]) -> int:
    if not is_only_one(FOLDING):
        return 0
    rows = lock_rows(event_ids, skip_locked=True).select_related("event")
    changed = [row for row in rows if row.demand != demand.get(row.pk, 0)]
    with connection.cursor() as cursor:
        for row in changed:
            now_wanted = demand.get(row.pk, 0)
            popularity = popularity_of(known=row.event.popularity, demand=now_wanted)
            cursor.execute(WRITE, [now_wanted, popularity, row.pk])
    if changed:
        rows_written.send(sender=__name__, event_ids=[row.pk for row in changed])
    return len(changed)
