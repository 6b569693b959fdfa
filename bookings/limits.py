"""How much one person may hold: read in one query, after the person's lock."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from bookings.errors import HoldLimitReached, TicketLimitReached
from events.models import Event
from events.sales import TERMS, Terms, terms_from

# A person is the account and every other account of the same inbox (bookings.person).
STANDING = """
SELECT clock_timestamp(),
    (SELECT count(*) FROM events_ticket t JOIN bookings_booking b ON b.id = t.booking_id
     WHERE b.event_id = %(event)s AND b.channel = 'web'
       AND (b.person = %(person)s OR b.user_id = %(user)s)
       AND (t.status = 'sold' OR b.status = 'paying' OR t.reserved_until > clock_timestamp())),
    (SELECT count(*) FROM bookings_booking
     WHERE (person = %(person)s OR user_id = %(user)s)
       AND (status = 'paying' OR (status = 'reserved' AND expires_at > clock_timestamp()))),
    (SELECT count(*) FROM bookings_booking
     WHERE (person = %(person)s OR user_id = %(user)s) AND NOT is_alternative
       AND status IN ('reserved', 'expired')
       AND expires_at BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp()),
    (SELECT max(expires_at) FROM bookings_booking
     WHERE (person = %(person)s OR user_id = %(user)s) AND NOT is_alternative
       AND status IN ('reserved', 'expired')
       AND expires_at BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp())
"""


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """What a person has now: tickets of this event, live holds anywhere, holds left to lapse."""

    now: datetime
    tickets: int
    live_holds: int
    lapsed_holds: int
    last_lapse: datetime | None

    def refuse_another_hold(self) -> None:
        """Raise HoldLimitReached for a fourth live hold, or during a cool-down."""
        if self.live_holds >= settings.MAX_LIVE_HOLDS_PER_PERSON:
            raise HoldLimitReached
        if self.lapsed_holds < settings.LAPSED_HOLDS_BEFORE_COOL_DOWN or self.last_lapse is None:
            return
        retry_at = self.last_lapse + timedelta(seconds=settings.COOL_DOWN_SECONDS)
        if self.now < retry_at:
            raise HoldLimitReached(
                "You let several holds run out. Please wait a few minutes before the next one.",
                retry_at=retry_at.isoformat(),
            )

    def refuse_more_tickets(self, wanted: int, *, limit: int) -> None:
        """Raise TicketLimitReached when `wanted` more would be too many for this event."""
        if self.tickets + wanted > limit:
            raise TicketLimitReached(limit=limit, held=self.tickets)


def standing_of(*, user_id: int, person: str, event_id: int) -> PersonStanding:
    """The person's standing by the database clock at this statement, not the transaction's."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"event": event_id, "person": person, "user": user_id})
        row = cursor.fetchone()
    assert row is not None
    return PersonStanding(*row)


# A claim asks for both, and the sending costs it as much as the looking up (docs/benchmarks.md).
STANDING_AND_TERMS = f"""
WITH standing AS MATERIALIZED ({STANDING})
SELECT standing.*, terms.* FROM standing, ({TERMS}) AS terms
"""
STANDING_COLUMNS = len(fields(PersonStanding))


def standing_and_terms(*, user_id: int, person: str, event_id: int) -> tuple[PersonStanding, Terms]:
    """`standing_of` and the event's `terms_of`, in one statement. Raises Event.DoesNotExist."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING_AND_TERMS, {"event": event_id, "person": person, "user": user_id})
        rows = cursor.fetchall()
    if not rows:
        raise Event.DoesNotExist
    terms = terms_from([row[STANDING_COLUMNS:] for row in rows])
    return PersonStanding(*rows[0][:STANDING_COLUMNS]), terms
