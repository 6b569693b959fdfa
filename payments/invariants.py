"""What must hold at every moment, each as one query that counts the rows that break it.

I1 to I10 with the readings of the design. Each query is one statement and so sees one snapshot:
they hold on a running site too. I6 alone looks outside, in `payments.outside_witness`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from payments.outside_witness import NotReachable, count_unexplained_money

# A confirmed booking whose money is blocked but not taken yet: the reconciler has five minutes.
PENDING = """
EXISTS (SELECT 1 FROM payments_paymentattempt p WHERE p.booking_id = b.id
        AND p.status = 'authorised'
        AND p.changed_at > clock_timestamp() - interval '5 minutes')
"""
LIVE_ADMISSION = "a.status IN ('valid', 'used')"
LIVE_HOLD = """
(b.status = 'paying' OR (b.status = 'reserved' AND b.expires_at > clock_timestamp()))
"""

I1 = f"""
SELECT count(*) FROM (
    SELECT ticket_id FROM (
        SELECT a.ticket_id FROM bookings_admission a WHERE {LIVE_ADMISSION}
        UNION ALL
        SELECT l.ticket_id FROM bookings_bookingline l
        JOIN bookings_booking b ON b.id = l.booking_id WHERE {LIVE_HOLD}
    ) owners GROUP BY ticket_id HAVING count(*) > 1
) contested
"""

I2 = f"""
SELECT count(*) FROM bookings_admission a
JOIN bookings_bookingline l ON l.id = a.line_id
JOIN bookings_booking b ON b.id = l.booking_id
WHERE {LIVE_ADMISSION} AND b.status NOT IN ('confirmed', 'needs_attention')
"""

I3 = f"""
SELECT count(*) FROM bookings_booking b
LEFT JOIN (
    SELECT booking_id, amount_minor, currency, count(*) AS n FROM payments_paymentattempt
    WHERE status = 'captured' GROUP BY 1, 2, 3
) c ON c.booking_id = b.id AND c.amount_minor = b.total_minor AND c.currency = b.currency
WHERE b.status = 'confirmed' AND b.total_minor > 0 AND b.channel = 'web'
  AND coalesce(c.n, 0) <> 1 AND NOT {PENDING}
"""

# Per booking: what Stripe holds for it is what came in less what went out and what a bank has; and
# that is the value of the live tickets, with what was kept of returned ones, less goodwill: nothing
# where goodwill was more. The parts agree one by one where no goodwill blurs them.
I4 = f"""
WITH captured AS (
    SELECT booking_id, sum(amount_minor) AS amount FROM payments_paymentattempt
    WHERE captured_at IS NOT NULL GROUP BY 1
), refunded AS (
    SELECT p.booking_id, sum(r.amount_minor) FILTER (WHERE r.status = 'succeeded') AS amount,
           bool_or(r.status IN ('created', 'sent', 'unknown')) AS on_its_way,
           sum(r.kept_minor) FILTER (WHERE r.status <> 'failed') AS kept,
           sum(r.amount_minor) FILTER (WHERE r.status <> 'failed'
               AND r.kind IN ('goodwill', 'outside')) AS goodwill
    FROM payments_refund r JOIN payments_paymentattempt p ON p.id = r.attempt_id GROUP BY 1
), disputed AS (
    SELECT p.booking_id, sum(d.amount_minor) AS amount
    FROM payments_dispute d JOIN payments_paymentattempt p ON p.id = d.attempt_id
    WHERE d.status IN ('open', 'lost') GROUP BY 1
), accounts AS (
    SELECT booking_id, sum(amount_minor) AS balance,
           sum(amount_minor) FILTER (WHERE account = 'stripe') AS stripe,
           -sum(amount_minor) FILTER (WHERE account = 'face') AS face,
           -sum(amount_minor) FILTER (WHERE account = 'fee') AS fee,
           -sum(amount_minor) FILTER (WHERE account = 'tax') AS tax
    FROM payments_ledgerentry GROUP BY 1
), live AS (
    SELECT l.booking_id, sum(l.face_minor) AS face, sum(l.fee_minor) AS fee,
           sum(l.tax_minor) AS tax
    FROM bookings_admission a JOIN bookings_bookingline l ON l.id = a.line_id
    WHERE {LIVE_ADMISSION} GROUP BY 1
)
SELECT count(*) FROM bookings_booking b
LEFT JOIN captured c ON c.booking_id = b.id
LEFT JOIN refunded r ON r.booking_id = b.id
LEFT JOIN disputed d ON d.booking_id = b.id
LEFT JOIN accounts t ON t.booking_id = b.id
LEFT JOIN live v ON v.booking_id = b.id
WHERE b.total_minor > 0 AND b.channel = 'web'
  AND NOT coalesce(r.on_its_way, false) AND NOT {PENDING}
  AND (
    coalesce(t.stripe, 0)
        <> coalesce(c.amount, 0) - coalesce(r.amount, 0) - coalesce(d.amount, 0)
    OR coalesce(t.balance, 0) <> 0
    OR (b.status <> 'needs_attention' AND coalesce(d.amount, 0) = 0 AND (
        coalesce(t.stripe, 0) <> greatest(0, coalesce(v.face + v.fee + v.tax, 0)
            + coalesce(r.kept, 0) - coalesce(r.goodwill, 0))
        OR (coalesce(r.goodwill, 0) = 0 AND (
            coalesce(t.face, 0) <> coalesce(v.face, 0)
            OR coalesce(t.fee, 0) < coalesce(v.fee, 0)
            OR coalesce(t.tax, 0) <> coalesce(v.tax, 0)))))
  )
"""

# What lost disputes took counts with the refunds: together they never exceed what came in.
I5 = """
SELECT count(*) FROM payments_paymentattempt p
JOIN (
    SELECT attempt_id, sum(amount_minor) AS amount FROM (
        SELECT attempt_id, amount_minor FROM payments_refund WHERE status <> 'failed'
        UNION ALL
        SELECT attempt_id, amount_minor FROM payments_dispute WHERE status IN ('open', 'lost')
    ) gone GROUP BY 1
) r ON r.attempt_id = p.id
WHERE r.amount > CASE WHEN p.captured_at IS NULL THEN 0 ELSE p.amount_minor END
"""

# Events whose tickets were lost or doubled; tickets whose status does not fit their booking; live
# admissions and paying bookings whose ticket is not theirs.
I7 = f"""
SELECT
    (SELECT count(*) FROM events_event e
     LEFT JOIN (SELECT event_id, count(*) AS n FROM events_ticket GROUP BY 1) t
            ON t.event_id = e.id
     WHERE coalesce(t.n, 0) <> e.ticket_total)
  + (SELECT count(*) FROM events_ticket t
     JOIN bookings_booking b ON b.id = t.booking_id
     LEFT JOIN bookings_bookingline l ON l.booking_id = b.id AND l.ticket_id = t.id
     WHERE l.id IS NULL
        OR (t.status = 'reserved' AND b.status NOT IN ('reserved', 'paying'))
        OR (t.status = 'sold' AND b.status NOT IN ('confirmed', 'needs_attention')))
  + (SELECT count(*) FROM bookings_admission a
     JOIN bookings_bookingline l ON l.id = a.line_id
     JOIN bookings_booking b ON b.id = l.booking_id
     JOIN events_ticket t ON t.id = a.ticket_id
     WHERE {LIVE_ADMISSION} AND b.status IN ('confirmed', 'needs_attention')
       AND (t.status <> 'sold' OR t.booking_id IS DISTINCT FROM b.id))
  + (SELECT count(*) FROM bookings_bookingline l
     JOIN bookings_booking b ON b.id = l.booking_id
     JOIN events_ticket t ON t.id = l.ticket_id
     WHERE b.status = 'paying'
       AND (t.status <> 'reserved' OR t.booking_id IS DISTINCT FROM b.id))
"""

# A second of tolerance: the deadline is computed by the application from the database's clock.
I8 = """
SELECT
    (SELECT count(*) FROM bookings_booking b WHERE b.status = 'reserved'
       AND b.expires_at > b.created_at + make_interval(secs => b.hold_seconds * 1.5 + 1))
  + (SELECT count(*) FROM events_ticket t JOIN bookings_booking b ON b.id = t.booking_id
     WHERE t.status = 'reserved' AND b.status = 'reserved'
       AND t.reserved_until > b.expires_at + interval '1 second')
"""

I9 = f"""
SELECT count(*) FROM (
    SELECT b.event_id, b.person FROM bookings_booking b
    JOIN bookings_bookingline l ON l.booking_id = b.id
    LEFT JOIN bookings_admission a ON a.line_id = l.id AND {LIVE_ADMISSION}
    WHERE b.channel = 'web' AND ({LIVE_HOLD}
        OR (b.status IN ('confirmed', 'needs_attention') AND a.id IS NOT NULL))
    GROUP BY 1, 2 HAVING count(*) > max(b.ticket_limit)
) greedy
"""

# A row counts when its relay was seen alive for a minute after it was due: a site that is switched
# off owes nothing, a relay that runs past its rows does.
I10 = """
SELECT
    (SELECT count(*) FROM core_outboxmessage m
     JOIN core_relayheartbeat h ON h.name = 'outbox'
     WHERE m.sent_at IS NULL AND m.parked_at IS NULL
       AND least(clock_timestamp(), h.seen_at) - greatest(m.due_at, h.started_at)
           > interval '60 seconds')
  + (SELECT count(*) FROM payments_stripeevent m
     JOIN core_relayheartbeat h ON h.name = 'stripe_events'
     WHERE m.processed_at IS NULL AND m.parked_at IS NULL
       AND least(clock_timestamp(), h.seen_at) - greatest(m.due_at, h.started_at)
           > interval '60 seconds')
"""

QUERIES = {
    "I1": ("tickets with more than one owner", I1),
    "I2": ("admissions without a confirmed booking", I2),
    "I3": ("confirmed bookings without exactly one captured payment", I3),
    "I4": ("bookings whose money does not match their tickets", I4),
    "I5": ("payments refunded beyond what was captured", I5),
    "I6": ("live payments at Stripe that nothing here explains", ""),
    "I7": ("tickets lost, doubled or out of step with their booking", I7),
    "I8": ("holds beyond their longest life", I8),
    "I9": ("people with more tickets than they may have", I9),
    "I10": ("effects and events left lying for a minute", I10),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant's result; `count` is None where it could not be checked."""

    name: str
    meaning: str
    count: int | None


def check_invariants() -> Iterator[Finding]:
    """Each invariant's finding, in order."""
    for name, (meaning, query) in QUERIES.items():
        count = _count(query) if query else _count_outside()
        yield Finding(name, meaning, count)


# They read whole tables, which the limits of a web process's requests are not made for.
ROOM = """
SELECT set_config('work_mem', '64MB', true), set_config('statement_timeout', '30s', true)
"""

# Over all bookings, by currency: what debits and credits differ by, which is nothing.
LEDGER_DIFFERENCE = """
SELECT coalesce(sum(abs(difference)), 0) FROM (
    SELECT sum(amount_minor) AS difference FROM payments_ledgerentry GROUP BY currency) totals
"""


def ledger_difference() -> int:
    """By how much debits and credits of the whole ledger differ, in minor units."""
    return _count(LEDGER_DIFFERENCE)


@transaction.atomic
def _count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(query)
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def _count_outside() -> int | None:
    try:
        return count_unexplained_money()
    except NotReachable:
        return None
