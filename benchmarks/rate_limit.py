"""Ten times as many requests at once as an address may make: how many are let in?"""

from benchmarks.crowd import repeat, run_crowd
from benchmarks.deadlocks import NO_REDIS
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.site import Bench
from ticketmaster.embedded.website import WEB_WORKERS

SEARCHES_PER_MINUTE = 30
TRIES = 10 * SEARCHES_PER_MINUTE
CLIENTS = 100
OK, TOO_MANY = 200, 429


def run(bench: Bench) -> list[Figure]:
    """Searches of one address within a minute: with Redis, and with each process for itself."""
    gone = {"REDIS_URL": NO_REDIS, "REDIS_CACHE_URL": NO_REDIS}
    return [
        *_measured(bench, "with Redis", SEARCHES_PER_MINUTE),
        *_measured(bench, "without Redis", SEARCHES_PER_MINUTE * WEB_WORKERS, **gone),
    ]


def _measured(bench: Bench, where: str, most: int, **overrides: str) -> list[Figure]:
    searches = (
        request_bytes("GET", f"/api/v1/search?term=band{number}") for number in range(TRIES)
    )
    limits = {"RATE_LIMITS": "on", "SEARCHES_PER_MINUTE": str(SEARCHES_PER_MINUTE)}
    with bench.site(**limits, **overrides) as port:
        tally = run_crowd(port, repeat("search", searches), clients=CLIENTS)
    admitted = tally.count("search", {OK})
    note = f"{TRIES} by {CLIENTS} clients in {tally.seconds:.0f} s: {tally.summary()}"
    errors = tally.server_errors - tally.count("search", {503})
    return [
        at_most(f"searches let in {where}", admitted, most, Kind.COUNT, note=note),
        at_least(f"some are let in {where}", admitted, 1, Kind.COUNT),
        at_least(f"refused {where}", tally.count("search", {TOO_MANY}), 1, Kind.COUNT),
        at_most(f"answers of 500 {where}", errors, 0, Kind.COUNT),
    ]
