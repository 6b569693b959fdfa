"""Bought and paid in one request, with the Stripe sandbox answering at once."""

import time
from collections.abc import Iterator

from benchmarks.crowd import Tally, repeat, run_crowd
from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.people import Buyer, make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event, shuffled_pairs
from bookings.models import Booking
from ticketmaster.core.models import OutboxMessage

CLIENTS = 12
BUYERS = 2_500
PATIENCE_S = 60
BUY = "/api/v1/bookings"
OK = 200


def run(bench: Bench) -> list[Figure]:
    """Paid bookings a second, each by another buyer; with worker and beat, as `./run` has them."""
    pairs = shuffled_pairs(seated_event(2 * BUYERS))
    buyers = make_buyers(BUYERS)
    analyze()
    with bench.site("worker", "critical", "beat") as port:
        tally = run_crowd(
            port,
            repeat("buy", _purchases(pairs, buyers)),
            clients=CLIENTS,
            seconds=bench.pick(20, 10),
            warm_up=4,
        )
        unsent, late = _mails_that_come_late()
    return _figures(tally, unsent=unsent, late=late)


def _figures(tally: Tally, *, unsent: int, late: float) -> list[Figure]:
    paid = tally.count("buy", {OK})
    confirmed = Booking.objects.filter(status=Booking.Status.CONFIRMED).count()
    median, p95 = (tally.percentile("buy", OK, share) for share in (0.5, 0.95))
    return [
        at_least(
            "paid bookings",
            tally.rate("buy", OK),
            40,
            Kind.ABSOLUTE,
            unit="/s",
            note=f"median {median:.0f} ms, p95 {p95:.0f} ms; {tally.cost}",
        ),
        at_most(
            "purchases answered otherwise",
            len(tally.answers) - paid,
            0,
            Kind.COUNT,
            note=tally.summary(),
        ),
        at_least(
            "bookings confirmed in the database",
            confirmed,
            max(paid, 1),
            Kind.COUNT,
            note="with those of the warm-up",
        ),
        at_most(
            "mails not sent a minute after the last purchase",
            unsent,
            0,
            Kind.COUNT,
            note=f"the last of them went out {late:.1f} s after it",
        ),
    ]


def _mails_that_come_late() -> tuple[int, float]:
    """How many are still owed a minute from now, and after how many seconds the last was sent:
    the worker that sends them gives way to buyers."""
    began = time.monotonic()
    while (owed := OutboxMessage.objects.filter(sent_at=None).count()) and (
        time.monotonic() - began < PATIENCE_S
    ):
        time.sleep(0.2)
    return owed, time.monotonic() - began


def _purchases(pairs: list[list[int]], buyers: list[Buyer]) -> Iterator[bytes]:
    for pair, buyer in zip(pairs, buyers, strict=False):
        body = {"ticket_ids": pair, "payment_method": "pm_card_visa"}
        yield request_bytes("POST", BUY, token=buyer.token, body=body)
