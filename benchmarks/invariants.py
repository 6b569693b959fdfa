"""Checking I1 to I10 on a hundred thousand paid bookings, beside Stripe's own account of them."""

import time

from django.db import connection

from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.people import make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event
from payments.invariants import Finding, check_invariants

BOOKINGS = 100_000

# Two neighbouring tickets a booking, each paid, captured and admitted, as the site writes them.
SOLD = """
WITH pairs AS (
    SELECT (row_number() OVER (ORDER BY id) + 1) / 2 AS pair, id, event_id
    FROM events_ticket WHERE event_id = %(event)s
), made AS (
    INSERT INTO bookings_booking (reference, person, channel, status, total_minor, currency,
        created_at, expires_at, confirmed_at, hold_seconds, is_alternative, ticket_limit,
        refund_policy, event_id, user_id)
    SELECT 'sold-' || event_id || '-' || pair, 'b' || pair || '@bench.example', 'web', 'confirmed',
        9000, 'USD', now() - interval '1 day', now() - interval '23 hours',
        now() - interval '1 day', 600, false, 50, '{}', event_id, %(user)s
    FROM pairs GROUP BY event_id, pair RETURNING id, reference
), lines AS (
    INSERT INTO bookings_bookingline
        (booking_id, ticket_id, price_level_name, face_minor, fee_minor, tax_minor)
    SELECT made.id, pairs.id, 'Standard', 4000, 400, 100
    FROM made JOIN pairs ON made.reference = 'sold-' || pairs.event_id || '-' || pairs.pair
    RETURNING id, booking_id, ticket_id
), admitted AS (
    INSERT INTO bookings_admission (line_id, ticket_id, code, status, created_at)
    SELECT id, ticket_id, md5(id::text), 'valid', now() FROM lines
), stock AS (
    UPDATE events_ticket SET status = 'sold', booking_id = lines.booking_id
    FROM lines WHERE events_ticket.id = lines.ticket_id
), attempts AS (
    INSERT INTO payments_paymentattempt (booking_id, kind, status, amount_minor, currency,
        payment_method, confirmation_token, client_secret, card_fingerprint, decline_code,
        decline_message, intent_id, captured_at, created_at, changed_at)
    SELECT id, 'card', 'captured', 9000, 'USD', 'pm_card_visa', '', '', '', '', '',
        'pi_bench_' || id, now(), now() - interval '1 day', now() - interval '1 day'
    FROM made RETURNING id, booking_id
)
INSERT INTO payments_ledgerentry
    (booking_id, attempt_id, transfer, account, amount_minor, currency, at)
SELECT booking_id, id, 'capture:' || id, account, amount, 'USD', now()
FROM attempts, (VALUES ('stripe', 9000), ('face', -8000), ('fee', -800), ('tax', -200))
    AS side (account, amount)
"""


def run(bench: Bench) -> list[Figure]:
    """Seconds for all ten on a full database, and that they find nothing."""
    count = bench.pick(BOOKINGS, BOOKINGS // 5)
    buyer = make_buyers(1, name="collector")[0]
    sold_out(count, user_id=buyer.user.pk)
    analyze()
    findings, seconds = timed()
    slowest = max(seconds, key=lambda name: seconds[name])
    return [
        at_most(
            f"check_invariants at {count:,} bookings",
            sum(seconds.values()),
            5,
            Kind.ABSOLUTE,
            unit="s",
            note=f"slowest {slowest}, {seconds[slowest]:.2f} s",
        ),
        at_most(
            "invariants broken by paid bookings",
            sum(finding.count or 0 for finding in findings),
            0,
            Kind.COUNT,
        ),
    ]


def sold_out(bookings: int, *, user_id: int) -> None:
    """Events of 20,000 tickets, all sold in pairs, in rows such as the site itself writes."""
    events = [seated_event(20_000) for _ in range(bookings // 10_000)]
    analyze()
    with connection.cursor() as cursor:
        for event in events:
            cursor.execute(SOLD, {"event": event.pk, "user": user_id})


def timed() -> tuple[list[Finding], dict[str, float]]:
    """Each invariant's finding and how many seconds it took."""
    findings, seconds = [], {}
    began = time.monotonic()
    for finding in check_invariants():
        seconds[finding.name] = time.monotonic() - began
        findings.append(finding)
        began = time.monotonic()
    return findings, seconds
