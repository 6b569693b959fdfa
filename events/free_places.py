"""Which places of an event are free: one query, straight from the rows that are sold."""

from django.db import connection

# A lapsed hold counts as free unless it is being paid (design §4), swept or not.
FREE = """
SELECT t.section_id, string_agg(
    CASE WHEN t.status = 'available' THEN '1'
         WHEN t.status = 'reserved' AND t.reserved_until <= clock_timestamp()
              AND b.status IS DISTINCT FROM 'paying' THEN '1'
         ELSE '0' END, '' ORDER BY t.position)
FROM events_ticket t
LEFT JOIN bookings_booking b ON b.id = t.booking_id AND t.status = 'reserved'
WHERE t.event_id = %s
GROUP BY t.section_id
"""


def free_map(event_id: int) -> dict[int, str]:
    """For each section a character per ticket in the drawing's order: 1 free, 0 not."""
    with connection.cursor() as cursor:
        cursor.execute(FREE, [event_id])
        return dict(cursor.fetchall())
