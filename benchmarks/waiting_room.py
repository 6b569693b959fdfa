"""Polls of a waiting room with twenty thousand in line, as fast as they are answered."""

import random
from itertools import cycle

from benchmarks.crowd import repeat, run_crowd
from benchmarks.database import COUNTS_ARRIVE_S, Counters, without_autovacuum
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.lines import behind_room, line_up
from benchmarks.site import Bench, settle
from benchmarks.stock import seated_event
from events.models import Event

WAITING = 20_000
POLLERS = 32
OK = 200


def run(bench: Bench) -> list[Figure]:
    """Their rate, the time that they take, and what they ask of Postgres: nothing."""
    event = seated_event(200)
    behind_room(event, is_paused=True)
    tokens = line_up(event, int(bench.pick(WAITING, 2_000)))
    random.shuffle(tokens)
    requests = cycle([_poll(event, token) for token in tokens])
    with bench.site() as port, without_autovacuum(bench.superuser_url):
        run_crowd(port, repeat("poll", requests), clients=POLLERS, seconds=2)
        settle(COUNTS_ARRIVE_S)
        counters = Counters()
        seconds = bench.pick(15, 4)
        tally = run_crowd(port, repeat("poll", requests), clients=POLLERS, seconds=seconds)
        transactions, _ = counters.since()
    rate = tally.rate("poll", OK)
    return [
        at_least(
            f"polls a second with {len(tokens):,} waiting",
            rate,
            1_500,
            Kind.ABSOLUTE,
            note=f"{tally.cost}; {POLLERS} connections",
        ),
        at_most("p95 of a poll", tally.percentile("poll", OK, 0.95), 50, Kind.ABSOLUTE, unit="ms"),
        at_least("polls answered", tally.count("poll", {OK}), 1, Kind.COUNT),
        at_most("polls answered otherwise", _otherwise(tally.answers), 0, Kind.COUNT),
        at_most("Postgres transactions of all polls together", transactions, 0, Kind.COUNT),
    ]


def _otherwise(answers: list[tuple[str, int, float]]) -> int:
    return sum(1 for _, status, _ in answers if status != OK)


def _poll(event: Event, token: str) -> bytes:
    path = f"/api/v1/event/{event.pk}/waiting-room"
    return request_bytes("GET", path, headers={"X-Waiting-Room-Visitor": token})
