"""Checking I1 to I10 on a hundred thousand paid bookings, beside Stripe's own account of them."""

import sqlite3
import time

import psycopg
from django.conf import settings
from django.db import connection

from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.people import make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event
from payments import stripe_gateway
from payments.invariants import Finding, check_invariants
from payments.stripe_gateway import Order

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
    sold_out(count, user_id=buyer.user.pk, superuser_url=bench.own_superuser_url)
    tell_the_sandbox(bench)
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
            "invariants broken by paid bookings, or not checked",
            sum(1 if finding.count is None else finding.count for finding in findings),
            0,
            Kind.COUNT,
        ),
    ]


def sold_out(bookings: int, *, user_id: int, superuser_url: str) -> None:
    """Events of 20,000 tickets, all sold in pairs, in rows such as the site itself writes.

    As a replica writes them, without asking every row for its references: half of the time. What
    the rows are worth is what is then measured.
    """
    events = [seated_event(20_000) for _ in range(bookings // 10_000)]
    analyze()
    with psycopg.connect(superuser_url) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for event in events:
            superuser.execute(SOLD, {"event": event.pk, "user": user_id})


ATTEMPTS = """
SELECT a.id, a.intent_id, b.reference, extract(epoch FROM a.created_at)::bigint
FROM payments_paymentattempt a JOIN bookings_booking b ON b.id = a.booking_id
WHERE a.intent_id LIKE 'pi_bench_%'
"""

# One payment that the sandbox itself made, and its charge, again under other names.
INTENT = """
INSERT INTO objects (id, kind, created, type, body)
SELECT :intent, kind, :at, type, json_set(body, '$.id', :intent, '$.created', :at,
    '$.latest_charge', 'ch_' || :intent, '$.metadata.attempt', :attempt,
    '$.metadata.booking', :booking)
FROM objects WHERE id = :model
"""
CHARGE = """
INSERT INTO objects (id, kind, created, type, payment_intent, body)
SELECT 'ch_' || :intent, kind, :at, type, :intent, json_set(body, '$.id', 'ch_' || :intent,
    '$.created', :at, '$.payment_intent', :intent)
FROM objects WHERE payment_intent = :model AND kind = 'charge'
"""


def tell_the_sandbox(bench: Bench) -> None:
    """Let the sandbox hold the money of every one of these bookings, for I6 to look at."""
    assert bench.services.sandbox is not None
    model = _paid_at_the_sandbox()
    with connection.cursor() as cursor:
        cursor.execute(ATTEMPTS)
        rows = cursor.fetchall()
    payments = [
        {"attempt": str(attempt), "intent": intent, "booking": booking, "at": at, "model": model}
        for attempt, intent, booking, at in rows
    ]
    with sqlite3.connect(bench.services.sandbox.store, timeout=60) as store:
        store.executemany(INTENT, payments)
        store.executemany(CHARGE, payments)
        store.execute("DELETE FROM objects WHERE id = ?", (model,))


def _paid_at_the_sandbox() -> str:
    """The id of a payment of 90.00 that the sandbox has taken."""
    order = Order(
        attempt_id=0,
        reference="model",
        amount_minor=9000,
        currency="USD",
        return_url=settings.SITE_URL,
        payment_method="pm_card_visa",
    )
    intent = stripe_gateway.authorise(order)
    stripe_gateway.capture(attempt_id=0, intent_id=intent.id, amount_minor=9000, currency="USD")
    return intent.id


def timed() -> tuple[list[Finding], dict[str, float]]:
    """Each invariant's finding and how many seconds it took."""
    findings, seconds = [], {}
    began = time.monotonic()
    for finding in check_invariants():
        seconds[finding.name] = time.monotonic() - began
        findings.append(finding)
        began = time.monotonic()
    return findings, seconds
