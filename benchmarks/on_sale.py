"""Putting a big house on sale."""

import time

from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.hot_seat import exactly
from benchmarks.site import Bench
from benchmarks.stock import count_tickets, event_before_sale
from events.publishing import put_on_sale

TICKETS = 20_000


def run(bench: Bench) -> list[Figure]:
    """Seconds until the tickets are there."""
    event = event_before_sale(TICKETS)
    analyze()
    began = time.monotonic()
    put_on_sale(event_id=event.pk)
    seconds = time.monotonic() - began
    return [
        at_most(f"putting {TICKETS:,} tickets on sale", seconds, 3, Kind.ABSOLUTE, unit="s"),
        exactly("tickets made", count_tickets(event, "available"), TICKETS),
    ]
