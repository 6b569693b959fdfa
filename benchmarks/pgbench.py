"""The same transaction without the site: what this Postgres could do at most."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from benchmarks.cpu import postmaster_cpu
from benchmarks.people import Buyer
from benchmarks.site import Bench
from events.models import Event

# Lock two rows, read the clock, write booking, two lines, tickets and audit row: what a hold does.
TWO_SEATS = """
\\set place random(0, {places} - 2)
\\set a {first} + (:place / 2) * 2
\\set b :a + 1
BEGIN;
SELECT id, status, reserved_until, booking_id, price_level_id FROM events_ticket
 WHERE id IN (:a, :b) ORDER BY id FOR NO KEY UPDATE;
SELECT clock_timestamp();
INSERT INTO bookings_booking (reference, person, channel, status, total_minor, currency, created_at,
  expires_at, hold_seconds, is_alternative, ticket_limit, refund_policy, event_id, user_id)
 VALUES (left(gen_random_uuid()::text, 24), 'pgbench@bench.example', 'web', 'reserved', 9000, 'USD',
  clock_timestamp(), clock_timestamp() + interval '10 minutes', 600, false, 50, '{{}}', {event},
  {user}) RETURNING id AS booking \\gset
INSERT INTO bookings_bookingline (booking_id, ticket_id, price_level_name, face_minor, fee_minor,
  tax_minor) VALUES (:booking, :a, 'Standard', 4000, 400, 100),
                    (:booking, :b, 'Standard', 4000, 400, 100);
UPDATE events_ticket SET status = 'reserved', booking_id = :booking,
  reserved_until = clock_timestamp() + interval '10 minutes'
 WHERE id IN (:a, :b) AND status IN ('available', 'reserved');
INSERT INTO core_auditrecord (at, subject, subject_id, action, before, after, actor_id, details)
 VALUES (clock_timestamp(), 'booking', :booking, 'hold', '', 'reserved', {user},
  '{{"tickets": []}}');
COMMIT;
"""


@dataclass(frozen=True)
class Raw:
    """Transactions a second, and the processor time of Postgres and pgbench for one, in ms."""

    rate: float
    cpu_ms: float


def two_seat_rate(bench: Bench, event: Event, buyer: Buyer, *, clients: int, seconds: int) -> Raw:
    """What Postgres does alone, on this event's tickets, which are written to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id), count(*) FROM events_ticket WHERE event_id = %s", [event.pk]
        )
        first, places = cursor.fetchone()
    script = TWO_SEATS.format(first=first, places=places, event=event.pk, user=buyer.user.pk)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "two-seats.sql"
        file.write_text(script)
        before = _cpu_seconds()
        told = _run(bench, file, clients, seconds)
        spent = _cpu_seconds() - before
    count = _number(told, r"^number of transactions actually processed: (\d+)")
    return Raw(rate=_number(told, r"^tps = ([\d.]+)"), cpu_ms=spent / count * 1000)


def _cpu_seconds() -> float:
    """Of everything that this process started and that has ended, and so of every backend: the
    postmaster's is counted with its children's."""
    return postmaster_cpu() + sum(os.times()[2:4])


def _run(bench: Bench, script: Path, clients: int, seconds: int) -> str:
    assert bench.services.postgres is not None
    address = conninfo_to_dict(bench.web_database_url)
    done = subprocess.run(
        [
            str(bench.services.postgres.binaries / "pgbench"),
            *("-n", "-f", str(script), "-c", str(clients), "-j", "2", "-T", str(seconds)),
            *("-h", str(address["host"]), "-U", str(address["user"]), str(address["dbname"])),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert _number(done.stdout, r"^number of failed transactions: (\d+)") == 0, done.stdout
    return done.stdout


def _number(told: str, pattern: str) -> float:
    found = re.search(pattern, told, re.MULTILINE)
    assert found, told
    return float(found[1])
