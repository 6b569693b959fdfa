"""Searching in a real Elasticsearch: how fast, how fresh, and while it is frozen and killed.

Wants ELASTICSEARCH_TEST_URL (deploy/elasticsearch/server.sh starts one), and for the outages the
server's folder in ELASTICSEARCH_TEST_FOLDER.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from elasticsearch import Elasticsearch

from benchmarks.crowd import repeat, run_crowd
from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.http import request_bytes
from benchmarks.search_depth import depth
from benchmarks.search_outage import outages
from benchmarks.search_sync import sync
from benchmarks.site import Bench
from events.generating.catalogue import generate_catalogue
from search.models import SearchRow
from search.vocabulary import learn_due_names
from ticketmaster.embedded.area import ROOT

ALIAS = "frontrow-bench"
CLIENTS = 2
SAMPLE = 200
BROAD = ("the", "live", "tour", "concert")
OK = 200
P95, P99 = 0.95, 0.99


def run(bench: Bench) -> list[Figure]:
    """p95 of 1,000 queries at 100,000 events, deep pages, changes, and two outages under load."""
    url = os.environ.get("ELASTICSEARCH_TEST_URL", "")
    if not url:
        print("search_elastic: ELASTICSEARCH_TEST_URL is not set, nothing was measured.")
        return []
    events = int(os.environ.get("BENCH_EVENTS", bench.pick(100_000, 5_000)))
    generate_catalogue(events=events, tickets=0, seed=1, advance=lambda count: None)
    learn_due_names()
    analyze()
    overrides = {"ELASTICSEARCH_URL": url, "ELASTICSEARCH_ALIAS": ALIAS, "RATE_LIMITS": "off"}
    begun = time.perf_counter()
    _manage(bench, overrides, "reindex", "--index")
    took = time.perf_counter() - begun
    try:
        with bench.site("worker", "beat", **overrides) as port:
            return [
                *_speed(bench, port, events, note=f"index built in {took:.0f} s"),
                *depth(port, "Elasticsearch"),
                *sync(port, url, changes=int(bench.pick(40, 10))),
                *outages(port, url, list(_mix())),
            ]
    finally:
        _delete(url)


def _manage(bench: Bench, overrides: dict[str, str], *words: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    subprocess.run(command, env={**bench.found, **overrides}, check=True, cwd=ROOT)


def _delete(url: str) -> None:
    client = Elasticsearch(url)
    for index in client.indices.get(index=f"{ALIAS}-v*", allow_no_indices=True):
        client.indices.delete(index=index)


def _speed(bench: Bench, port: int, events: int, *, note: str) -> list[Figure]:
    mix = list(_mix())
    run_crowd(port, repeat("warm", iter(mix[:SAMPLE])), clients=CLIENTS, seconds=60)
    tally = run_crowd(port, repeat("search", iter(mix)), clients=CLIENTS, seconds=120)
    target = 80 if events <= 100_000 else 120
    name = f"Elasticsearch, {events:,} events"
    return [
        at_most(
            f"{name}: p95",
            tally.percentile("search", OK, P95),
            target,
            Kind.ABSOLUTE,
            unit="ms",
            note=f"{note}; {tally.summary()}; {tally.cost}",
        ),
        at_most(f"{name}: p99", tally.percentile("search", OK, P99), target * 2, Kind.ABSOLUTE,
                unit="ms"),
        at_most(f"{name}: slowest", tally.percentile("search", OK, 1.0), 500, Kind.ABSOLUTE,
                unit="ms"),
        at_most(f"{name}: errors", tally.server_errors, 0, Kind.COUNT),
    ]  # fmt: skip


def _mix() -> Iterator[bytes]:
    """A thousand: names, names with cities, days, kinds, places, beginnings and broad words."""
    draw = random.Random(1)
    ids = list(SearchRow.objects.order_by("?").values_list("pk", flat=True)[:SAMPLE])
    rows = list(SearchRow.objects.filter(pk__in=ids))
    kinds: list[Callable[[SearchRow], dict[str, str]]] = [
        lambda row: {"term": row.performers[0]},
        lambda row: {"term": row.title},
        lambda row: {"term": f"{row.performers[0].split()[-1]} {row.city}"},
        lambda row: {"location": row.city, "date": "next-30-days"},
        lambda row: {"location": f"{row.latitude},{row.longitude}", "sort": "distance"},
        lambda row: {"type": row.category, "sort": "price"},
        lambda row: {"type": row.segment, "date": "this-weekend"},
        lambda row: {"term": row.performers[0][:4]},
        lambda row: {"venue": str(row.venue_id)},
        lambda row: {"term": draw.choice(BROAD)},
    ]
    for number in range(1_000):
        query = {**kinds[number % len(kinds)](draw.choice(rows)), "nonce": str(number)}
        yield request_bytes("GET", f"/api/v1/search?{urlencode(query)}")
