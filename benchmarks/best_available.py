"""Finding and holding the best four seats together of twenty thousand, half of them gone."""

import random
import statistics
import time

from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.people import make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event
from bookings.best_available import hold_best_available
from bookings.wishes import Wish
from events.models import Ticket

TICKETS = 20_000
PARTY = 4
CALLS = 60


def run(bench: Bench) -> list[Figure]:
    """The median of many calls of `hold_best_available`, each by another buyer."""
    event = seated_event(TICKETS)
    ids = list(Ticket.objects.filter(event=event).values_list("pk", flat=True))
    random.shuffle(ids)
    Ticket.objects.filter(pk__in=ids[: TICKETS // 2]).update(status=Ticket.Status.BLOCKED)
    buyers = make_buyers(CALLS)
    analyze()
    wish = Wish(event_id=event.pk, quantity=PARTY)
    times = []
    for buyer in buyers:
        began = time.perf_counter()
        hold_best_available(user=buyer.user, wish=wish)
        times.append((time.perf_counter() - began) * 1000)
    p95 = sorted(times)[int(CALLS * 0.95)]
    return [
        at_most(
            "best four of 20,000, found and held",
            statistics.median(times),
            50,
            Kind.ABSOLUTE,
            unit="ms",
            note=f"median of {CALLS}; p95 {p95:.0f} ms",
        )
    ]
