"""Fifty thousand mails in front of the workers: how soon are lapsed holds back on sale (R16)?"""

import asyncio
import time

from django.db import connection

from benchmarks.crowd import Client, repeat, run_crowd
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.hot_seat import send_hold
from benchmarks.http import request_bytes
from benchmarks.people import Buyer, make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event
from benchmarks.visitors import VISA
from bookings.mails import CONFIRMED
from bookings.models import Booking
from tests.factories import tickets_of
from ticketmaster.core.models import OutboxMessage

MAILS = 50_000
HOLD_SECONDS = 3
EACH_EVERY_S = 1.0
GIVEN_UP_S = 30.0
CREATED = 201

OWE = """
INSERT INTO core_outboxmessage
    (topic, unique_key, payload, ordering_key, created_at, due_at, tries, last_error)
SELECT %s, 'backlog:' || number, jsonb_build_object('booking', %s), '', now(), now(), 0, ''
FROM generate_series(1, %s) number
"""
SWEPT = """
SELECT extract(epoch FROM record.at - booking.expires_at)::float8
FROM core_auditrecord record JOIN bookings_booking booking ON booking.id = record.subject_id
WHERE record.subject = 'booking' AND record.action = 'lapse'
"""


def run(bench: Bench) -> list[Figure]:
    """A hold a second lapses while the worker writes tickets and mails of one booking, again and
    again; the sweep that puts them back comes by another queue."""
    holds, mails = int(bench.pick(30, 8)), int(bench.pick(MAILS, 2_000))
    event = seated_event(holds + 1)
    first, *buyers = make_buyers(holds + 1)
    paid, *seats = [ticket.pk for ticket in tickets_of(event)]
    with bench.site("worker", "critical", "beat", HOLD_SECONDS=str(HOLD_SECONDS)) as port:
        _buy(port, paid, first)
        _owe(mails)
        _hold(port, seats[:holds], buyers)
        late = _seconds_until_swept()
        left = OutboxMessage.objects.filter(topic=CONFIRMED, sent_at=None).count()
    return [
        at_most("a lapsed hold is swept after", max(late, default=float("nan")), 5,
                Kind.ABSOLUTE, unit="s", note=f"worst of {len(late)}"),
        at_least("holds swept", len(late), holds, Kind.COUNT),
        at_least("mails that still waited", left, 1, Kind.COUNT),
        at_least("mails sent meanwhile", mails + 1 - left, 1, Kind.COUNT),
    ]  # fmt: skip


def _buy(port: int, ticket_id: int, buyer: Buyer) -> None:
    body = {"ticket_ids": [ticket_id], "payment_method": VISA}
    request = request_bytes("POST", "/api/v1/bookings", token=buyer.token, body=body)
    tally = run_crowd(port, repeat("buy", iter([request])), clients=1, seconds=20)
    assert tally.count("buy", {200}) == 1, tally.summary()


def _owe(mails: int) -> None:
    booking = Booking.objects.get(status=Booking.Status.CONFIRMED)
    with connection.cursor() as cursor:
        cursor.execute(OWE, [CONFIRMED, booking.pk, mails])


def _hold(port: int, seats: list[int], buyers: list[Buyer]) -> None:
    async def script(client: Client) -> None:
        for seat, buyer in zip(seats, buyers, strict=True):
            await send_hold(client, seat, buyer.token)
            await asyncio.sleep(EACH_EVERY_S)

    tally = run_crowd(port, script, clients=1, seconds=len(seats) * EACH_EVERY_S * 3)
    assert tally.count("hold", {CREATED}) == len(seats), tally.summary()


def _seconds_until_swept() -> list[float]:
    """Of each hold, from its end to the sweep's record of it, by Postgres' clock."""
    until = time.monotonic() + GIVEN_UP_S
    open_ = Booking.objects.filter(status=Booking.Status.RESERVED)
    while open_.exists() and time.monotonic() < until:
        time.sleep(0.2)
    with connection.cursor() as cursor:
        cursor.execute(SWEPT)
        return [seconds for (seconds,) in cursor.fetchall()]
