"""Two dozen clients who want, keep and give back overlapping sets of few seats."""

import random

from benchmarks.crowd import Client, Script, run_crowd
from benchmarks.database import Counters, lines_since, log_size
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.people import Buyer, make_buyers
from benchmarks.site import Bench
from benchmarks.stock import RESERVE, seated_event
from tests.factories import tickets_of

CLIENTS = 24
SEATS = 40
FEWEST, MOST = 2, 6
CREATED = 201
# Nobody listens there: the ticket lock lets everybody through, and Postgres alone decides.
NO_REDIS = "redis://127.0.0.1:1/0"


def run(bench: Bench) -> list[Figure]:
    """Deadlocks and server errors, with the ticket lock and without any Redis."""
    event = seated_event(SEATS)
    seats = [ticket.pk for ticket in tickets_of(event)]
    figures = _measured(bench, seats, "with Redis")
    return figures + _measured(
        bench, seats, "without Redis", REDIS_URL=NO_REDIS, REDIS_CACHE_URL=NO_REDIS
    )


def _measured(bench: Bench, seats: list[int], where: str, **overrides: str) -> list[Figure]:
    buyers = make_buyers(CLIENTS, name=where.replace(" ", "-"))
    log, size = bench.postgres_log, log_size(bench.postgres_log)
    with bench.site(**overrides) as port:
        counters = Counters()
        seconds = bench.pick(30, 10)
        tally = run_crowd(port, _script(seats, buyers), clients=CLIENTS, seconds=seconds)
        _, counted = counters.since()
    logged = lines_since(log, size, ["deadlock detected"])
    held = tally.count("hold", {CREATED})
    return [
        at_most(f"deadlocks {where}", max(logged, counted), 0, Kind.COUNT, note=tally.summary()),
        at_most(f"server errors {where}", tally.server_errors, 0, Kind.COUNT),
        at_least(f"holds that were had all the same {where}", held, 1, Kind.COUNT),
    ]


def _script(seats: list[int], buyers: list[Buyer]) -> Script:
    async def script(client: Client) -> None:
        token = buyers[client.number].token
        while client.goes_on:
            party = random.sample(seats, random.randint(FEWEST, MOST))
            body = {"ticket_ids": party}
            answer = await client.send(
                "hold", request_bytes("POST", RESERVE, token=token, body=body)
            )
            if answer.status != CREATED:
                continue
            path = f"/api/v1/bookings/{answer.json()['reference']}"
            if random.random() < 0.5:
                extend = request_bytes("POST", f"{path}/extend", token=token)
                await client.send("extend", extend)
            await client.send("give back", request_bytes("DELETE", path, token=token))

    return script
