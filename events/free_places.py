"""Which places of an event are free: one query, straight from the rows that are sold."""

from django.db import connection

# A lapsed hold counts as free unless it is being paid, swept or not. To be used where the ticket
# is `t`; PAYING joins the few bookings that are, by their partial index.
PAYING = """
LEFT JOIN bookings_booking paying ON paying.id = t.booking_id AND paying.status = 'paying'
"""
IS_FREE = """
(t.status = 'available' OR (t.status = 'reserved'
    AND t.reserved_until <= statement_timestamp() AND paying.id IS NULL))
"""

FREE = f"""
SELECT t.section_id, string_agg(CASE WHEN {IS_FREE} THEN '1' ELSE '0' END, '' ORDER BY t.position)
FROM events_ticket t {PAYING}
WHERE t.event_id = %s
GROUP BY t.section_id
"""


def free_map(event_id: int) -> dict[int, str]:
    """For each section a character per ticket in the drawing's order: 1 free, 0 not."""
    with connection.cursor() as cursor:
        cursor.execute(FREE, [event_id])
        return dict(cursor.fetchall())
