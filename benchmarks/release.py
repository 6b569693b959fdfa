"""Putting ten thousand lapsed holds back on sale, and what that does to those who buy meanwhile."""

import threading
import time

from django.db import connection

from benchmarks.crowd import repeat, run_crowd
from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.hot_seat import exactly
from benchmarks.people import make_buyers, tokens
from benchmarks.site import Bench
from benchmarks.stock import count_tickets, reservations, seated_event, shuffled_pairs
from bookings.expiry import release_lapsed_holds
from events.models import Event

HOLDS = 10_000
CLIENTS = 8
CREATED = 201

LAPSED = """
WITH made AS (
  INSERT INTO bookings_booking (reference, person, channel, status, total_minor, currency,
    created_at, expires_at, hold_seconds, is_alternative, ticket_limit, refund_policy, event_id,
    user_id)
  SELECT 'lapsed-' || t.id, %(person)s, 'web', 'reserved', 4500, 'USD',
    now() - interval '11 minutes', now() - interval '1 minute', 600, false, 50, '{}', t.event_id,
    %(user)s
  FROM events_ticket t WHERE t.event_id = %(event)s ORDER BY t.id LIMIT %(count)s
  RETURNING id, reference, expires_at),
lines AS (
  INSERT INTO bookings_bookingline (booking_id, ticket_id, price_level_name, face_minor, fee_minor,
    tax_minor)
  SELECT id, substr(reference, 8)::bigint, 'Standard', 4000, 400, 100 FROM made)
UPDATE events_ticket t SET status = 'reserved', booking_id = made.id,
  reserved_until = made.expires_at
FROM made WHERE t.id = substr(made.reference, 8)::bigint
"""


def run(bench: Bench) -> list[Figure]:
    """Seconds for all of them, alone and beside a sale; and the sale's rate with and without."""
    lapsing, selling = seated_event(20_000), seated_event(20_000)
    sweeper = make_buyers(1, name="lapsing")[0]
    buyers = make_buyers(3_400)
    _let_lapse(lapsing, sweeper.user.pk)
    analyze()
    began = time.monotonic()
    released = release_lapsed_holds()
    seconds = time.monotonic() - began
    left = count_tickets(lapsing, "reserved")
    _let_lapse_again(lapsing, sweeper.user.pk)
    requests = reservations(shuffled_pairs(selling), tokens(buyers, uses=3))
    with bench.site() as port:
        load = repeat("hold", requests)
        seconds_each = bench.pick(6, 4)
        quiet = run_crowd(port, load, clients=CLIENTS, seconds=seconds_each, warm_up=2)
        beside = threading.Thread(target=_release_and_close)
        beside.start()
        busy = run_crowd(port, load, clients=CLIENTS, seconds=seconds_each)
        beside.join()
    return [
        at_most(f"releasing {HOLDS:,} lapsed holds", seconds, 10, Kind.ABSOLUTE, unit="s"),
        exactly("lapsed holds released", released, HOLDS, f"{left} seats still held"),
        at_most(
            "sales refused while holds are released",
            len(busy.answers) - busy.count("hold", {CREATED}),
            0,
            Kind.COUNT,
            note=busy.summary(),
        ),
        at_least(
            "sales while holds are released ÷ without",
            busy.rate("hold", CREATED) / quiet.rate("hold", CREATED),
            0.5,
            Kind.RATIO,
            note="the sweep takes one of the two cores",
        ),
    ]


def _let_lapse(event: Event, user_id: int) -> None:
    values = {"person": "lapsing@bench.example", "user": user_id, "event": event.pk, "count": HOLDS}
    with connection.cursor() as cursor:
        cursor.execute(LAPSED.replace("'{}'", "'{}'::jsonb"), values)


def _let_lapse_again(event: Event, user_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bookings_booking SET reference = 'old-' || id")
    _let_lapse(event, user_id)


def _release_and_close() -> None:
    release_lapsed_holds()
    connection.close()
