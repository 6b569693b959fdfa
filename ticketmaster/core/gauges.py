"""What the ground floor knows of how things stand, for `/metrics`."""

from django.db import connection

from ticketmaster.core import redis as shared_redis
from ticketmaster.core.metrics import Gauge, Samples, add_gauge

OUTBOX = """
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(due_at)), 0)
FROM core_outboxmessage
WHERE sent_at IS NULL AND parked_at IS NULL AND due_at <= clock_timestamp()
"""
PARKED = "SELECT count(*) FROM core_outboxmessage WHERE parked_at IS NOT NULL AND sent_at IS NULL"
LOCKS = """
SELECT count(*), COALESCE(max(EXTRACT(EPOCH FROM clock_timestamp() - query_start)), 0)
FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def add() -> None:
    """Have it asked for from now on."""
    add_gauge(Gauge("outbox_lag_seconds", "Age of the oldest effect still owed.", _outbox))
    add_gauge(Gauge("outbox_parked", "Effects given up, for staff to look at.", _parked))
    add_gauge(Gauge("lock_waiters", "Statements that wait for a lock.", _waiters, (), 1.0))
    add_gauge(
        Gauge("lock_wait_seconds", "How long the longest has waited.", _longest_wait, (), 1.0)
    )
    add_gauge(Gauge("redis_resting", "1 while this process does without Redis.", _resting, (), 0.0))


def _row(query: str) -> tuple[float, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    assert row is not None
    return tuple(float(value) for value in row)


def _outbox() -> Samples:
    return {(): max(_row(OUTBOX)[0], 0.0)}


def _parked() -> Samples:
    return {(): _row(PARKED)[0]}


def _waiters() -> Samples:
    return {(): _row(LOCKS)[0]}


def _longest_wait() -> Samples:
    return {(): max(_row(LOCKS)[1], 0.0)}


def _resting() -> Samples:
    return {(): float(not shared_redis.is_answering())}
