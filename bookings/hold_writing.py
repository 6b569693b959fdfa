"""The write of a hold: booking, lines, tickets and audit row in one statement.

Every sale on an on-sale's first second passes here. As four ORM calls it took a third of a hold's
whole time (docs/benchmarks.md); the constraints are the same.
"""

import json
from collections.abc import Sequence

from django.db import connection

from bookings.claimed import ClaimedTicket
from bookings.errors import TicketsUnavailable
from bookings.models import Booking

# The compare-and-set: whatever the locks promised, a sold or blocked ticket stays as it is.
STILL_TAKEABLE = "status IN ('available', 'reserved')"

WRITE = """
WITH made AS (
    INSERT INTO bookings_booking (
        reference, user_id, person, event_id, channel, status, total_minor, currency, created_at,
        expires_at, hold_seconds, is_alternative, ticket_limit, refund_policy)
    VALUES (
        %(reference)s, %(user)s, %(person)s, %(event)s, %(channel)s, 'reserved', %(total)s,
        %(currency)s, %(now)s, %(until)s, %(seconds)s, %(alternative)s, %(limit)s,
        %(policy)s::jsonb)
    RETURNING id
), lines AS (
    INSERT INTO bookings_bookingline (
        booking_id, ticket_id, price_level_name, face_minor, fee_minor, tax_minor)
    SELECT made.id, line.* FROM made, unnest(
        %(tickets)s::bigint[], %(levels)s::text[], %(faces)s::bigint[], %(fees)s::bigint[],
        %(taxes)s::bigint[]) AS line
), reserved AS (
    UPDATE events_ticket
    SET status = 'reserved', booking_id = made.id, reserved_until = %(until)s FROM made
    WHERE events_ticket.id = ANY(%(tickets)s::bigint[]) AND {still_takeable}
    RETURNING events_ticket.id
), trail AS (
    INSERT INTO core_auditrecord (
        at, subject, subject_id, action, before, after, actor_id, details)
    SELECT %(now)s, 'booking', made.id, 'hold', '', 'reserved', %(user)s, %(details)s::jsonb
    FROM made
)
SELECT made.id, (SELECT count(*) FROM reserved) FROM made
"""


def write_hold(booking: Booking, tickets: Sequence[ClaimedTicket]) -> None:
    """Insert this unsaved booking with a line per ticket and reserve the tickets for it.

    Expects event, person and tickets locked. Raises TicketsUnavailable when not every ticket could
    be reserved, which the locks forbid: the transaction must be undone.
    """
    ids = [ticket.id for ticket in tickets]
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE.format(still_takeable=STILL_TAKEABLE),
            {
                "reference": booking.reference,
                "user": booking.user_id,
                "person": booking.person,
                "event": booking.event_id,
                "channel": booking.channel,
                "total": booking.total_minor,
                "currency": booking.currency,
                "now": booking.created_at,
                "until": booking.expires_at,
                "seconds": booking.hold_seconds,
                "alternative": booking.is_alternative,
                "limit": booking.ticket_limit,
                "policy": json.dumps(booking.refund_policy),
                "tickets": ids,
                "levels": [ticket.price_level_name for ticket in tickets],
                "faces": [ticket.face_minor for ticket in tickets],
                "fees": [ticket.fee_minor for ticket in tickets],
                "taxes": [ticket.tax_minor for ticket in tickets],
                "details": json.dumps({"tickets": ids}),
            },
        )
        booking.pk, reserved = cursor.fetchone()
    booking._state.adding = False
    booking._state.db = connection.alias
    if reserved != len(ids):
        raise TicketsUnavailable(ticket_ids=ids)
