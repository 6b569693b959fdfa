"""Looking: the event page and the availability feed, beside a view that does nothing."""

import asyncio
import gzip
import logging
import random
from itertools import repeat as again

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from benchmarks.crowd import Tally, repeat, run_crowd
from benchmarks.database import analyze, forget_copies
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import Answer, Connection, request_bytes
from benchmarks.site import Bench
from benchmarks.stock import seated_event
from events.availability import feed_bytes
from events.models import Event, Ticket

SIZES = (1_000, 20_000)
CLIENTS = 16
OK, NOT_MODIFIED = 200, 304
ROUNDS = 3


def run(bench: Bench) -> list[Figure]:
    """Queries of an uncached page, and rates of the page and of the feed."""
    events = [seated_event(size) for size in SIZES]
    _block_half(events[-1])
    analyze()
    logging.getLogger("ticketmaster.access").setLevel(logging.WARNING)
    counts = [_queries(event) for event in events]
    queries = max(counts)
    figures = [
        at_most(
            "queries of an uncached event page",
            queries,
            12,
            Kind.COUNT,
            note=", ".join(
                f"{count} with {size:,} seats" for count, size in zip(counts, SIZES, strict=True)
            ),
        )
    ]
    with bench.site() as port:
        return figures + _rates(bench, port, events[-1])


def _block_half(event: Event) -> None:
    """Half of the seats at random: what compresses worst."""
    ids = list(Ticket.objects.filter(event=event).values_list("pk", flat=True))
    random.shuffle(ids)
    Ticket.objects.filter(pk__in=ids[: len(ids) // 2]).update(status=Ticket.Status.BLOCKED)


def _queries(event: Event) -> int:
    forget_copies()
    with CaptureQueriesContext(connection) as queries:
        response = Browser(HTTP_HOST="127.0.0.1").get(f"/event/{event.pk}")
    assert response.status_code == OK
    return len(queries)


def _rates(bench: Bench, port: int, event: Event) -> list[Figure]:
    page = request_bytes("GET", f"/event/{event.pk}", headers={"Accept-Encoding": "gzip"})
    feed_path = f"/event/{event.pk}/availability.json"
    first = _fetch(port, request_bytes("GET", feed_path, headers={"Accept-Encoding": "gzip"}))
    known = request_bytes("GET", feed_path, headers={"If-None-Match": first.header("ETag")})
    asked = {"empty": request_bytes("GET", "/livez"), "page": page, "feed": known}
    wanted = {"empty": OK, "page": OK, "feed": NOT_MODIFIED}
    rates = dict.fromkeys(asked, 0.0)
    seconds = bench.pick(4, 2)
    notes = {}
    for _ in range(ROUNDS):  # in turns, so that a passing disturbance meets all three
        for what, request in asked.items():
            tally = _load(port, what, request, seconds)
            rates[what] += tally.rate(what, wanted[what]) / ROUNDS
            notes[what] = tally.cost
    return [*_ratios(rates, notes), _size(event, first)]


def _load(port: int, what: str, request: bytes, seconds: float) -> Tally:
    return run_crowd(port, repeat(what, again(request)), clients=CLIENTS, seconds=seconds)


def _fetch(port: int, request: bytes) -> Answer:
    async def once() -> Answer:
        connection = Connection(port)
        answer = await connection.send(request)
        connection.close()
        return answer

    return asyncio.run(once())


def _ratios(rates: dict[str, float], notes: dict[str, str]) -> list[Figure]:
    empty = rates["empty"]
    beside = f"/s beside {empty:,.0f}/s of /livez; {notes['empty']}"
    return [
        at_least(
            "cached event page ÷ empty view",
            rates["page"] / empty,
            0.5,
            Kind.RATIO,
            note=f"{rates['page']:,.0f}{beside}",
        ),
        at_least(
            "feed not modified ÷ empty view",
            rates["feed"] / empty,
            0.5,
            Kind.RATIO,
            note=f"{rates['feed']:,.0f}{beside}",
        ),
    ]


def _size(event: Event, first: Answer) -> Figure:
    """As it came if it came compressed, else as a proxy would compress it."""
    compressed = first.body
    how = "as sent"
    if first.header("Content-Encoding") != "gzip":
        compressed, how = gzip.compress(feed_bytes(event_id=event.pk), 6), "by gzip -6"
    return at_most(
        "feed of 20,000 seats, half of them gone",
        len(compressed) / 1000,
        5,
        Kind.COUNT,
        unit="kB",
        note=how,
    )
