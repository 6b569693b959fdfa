"""Keeping the sale's figures of search rows about a second old, beside the selling.

Selling writes no search row: in a rush that one row would be what everybody waits for. It leaves
audit rows instead, and the youngest of those name the events that moved. A window that opens or
closes by the clock is known beforehand (`SearchRow.turns_at`). What both miss, such as a burst of
changes while no worker ran, is caught by going round all events on sale, a few each time.
"""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models.functions import Now

from search.locks import is_only_one, lock_rows
from search.models import SearchRow
from search.moments import rows_written
from search.stock import Stock, stock_of

REFRESHING = 2
# Each change is looked at in several runs: a long transaction commits its audit rows late.
LOOK_BACK_S = 6
LOOKED_AT = 5_000
EVENTS_AT_ONCE = 50
ROUND_AT_ONCE = 20

MOVED = """
WITH recent AS (
    SELECT subject, subject_id FROM (
        SELECT subject, subject_id, at FROM core_auditrecord ORDER BY id DESC LIMIT %s
    ) last WHERE at > clock_timestamp() - make_interval(secs => %s)
)
SELECT b.event_id FROM recent JOIN bookings_booking b ON b.id = recent.subject_id
WHERE recent.subject = 'booking'
UNION
SELECT t.event_id FROM recent JOIN events_ticket t ON t.id = recent.subject_id
WHERE recent.subject = 'ticket'
UNION
SELECT recent.subject_id FROM recent WHERE recent.subject = 'event'
"""

WRITE = """
UPDATE search_searchrow SET availability = %s, accessible = %s, turns_at = %s, onsale_at = %s,
    version = nextval('search_version')
WHERE event_id = %s
"""


def refresh_moved() -> int:
    """Bring the figures of the events that moved lately up to date, and say how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [LOOKED_AT, LOOK_BACK_S])
        moved = {event_id for (event_id,) in cursor.fetchall()}
    turned = SearchRow.objects.filter(turns_at__lte=Now()).values_list("pk", flat=True)
    return refresh(moved | set(turned[: EVENTS_AT_ONCE * 10]))


def refresh_round(behind_id: int) -> int | None:
    """Bring the next few events on sale behind this id up to date, and answer the last one's id;
    None at the end of the round."""
    rows = SearchRow.objects.filter(status="on_sale", pk__gt=behind_id).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:ROUND_AT_ONCE])
    refresh(ids)
    return ids[-1] if len(ids) == ROUND_AT_ONCE else None


def refresh(event_ids: Collection[int]) -> int:
    """Bring these events' figures up to date, and say how many rows changed.

    Rows that somebody is writing are left to the next run: nobody waits for this.
    """
    ids = sorted(event_ids)
    return sum(
        _refresh_some(ids[start : start + EVENTS_AT_ONCE])
        for start in range(0, len(ids), EVENTS_AT_ONCE)
    )


@transaction.atomic
def _refresh_some(event_ids: Collection[int]) -> int:
    if not is_only_one(REFRESHING):
        return 0
    rows = list(lock_rows(event_ids, skip_locked=True))
    stock = stock_of([row.pk for row in rows])
    changed = [row.pk for row in rows if row.pk in stock and _written(row) != stock[row.pk]]
    with connection.cursor() as cursor:
        for pk in changed:
            figures = stock[pk]
            values = (
                figures.availability,
                figures.accessible,
                figures.turns_at,
                figures.onsale_at,
            )
            cursor.execute(WRITE, [*values, pk])
    if changed:
        rows_written.send(sender=__name__, event_ids=changed)
    return len(changed)


def _written(row: SearchRow) -> Stock:
    return Stock(row.availability, row.accessible, row.turns_at, row.onsale_at)
