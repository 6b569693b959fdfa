"""Holding two seats over HTTP: how many a second, how quickly, and beside Postgres alone."""

import random
from collections.abc import Iterator

from benchmarks.crowd import Client, Tally, repeat, run_crowd
from benchmarks.database import analyze, forget_everything
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.people import Buyer, make_buyers, tokens
from benchmarks.pgbench import two_seat_rate
from benchmarks.site import Bench
from benchmarks.stock import RESERVE, reservations, seated_event, shuffled_pairs
from tests.factories import tickets_of

CLIENTS = 16
TICKETS = 20_000
HOLDS_EACH = 3  # as many as one person may have
CREATED, OK = 201, 200
WARM_UP_S = 3.0


def run(bench: Bench) -> list[Figure]:
    """Rate and p95 of holds, and their ratio to pgbench's, measured before and after."""
    event, raw_event = seated_event(TICKETS), seated_event(TICKETS)
    buyers = make_buyers(TICKETS // 2 // HOLDS_EACH + 1)
    analyze()
    share = int(bench.pick(5, 3))
    raw = [two_seat_rate(bench, raw_event, buyers[0], clients=CLIENTS, seconds=share)]
    requests = reservations(shuffled_pairs(event), tokens(buyers, uses=HOLDS_EACH))
    with bench.site() as port:
        tally = run_crowd(
            port,
            repeat("hold", requests),
            clients=CLIENTS,
            seconds=bench.pick(15, 8),
            warm_up=WARM_UP_S,
        )
    raw.append(two_seat_rate(bench, raw_event, buyers[0], clients=CLIENTS, seconds=share))
    return _figures(tally, sum(raw) / len(raw))


def _figures(tally: Tally, raw: float) -> list[Figure]:
    rate = tally.rate("hold", CREATED)
    cost = tally.cost
    p95 = tally.percentile("hold", CREATED, 0.95)
    median = tally.percentile("hold", CREATED, 0.5)
    beside = f"beside {raw:,.0f}/s of pgbench; the aim is 0.15"
    return [
        at_least("two-seat holds, 16 clients", rate, 300, Kind.ABSOLUTE, unit="/s", note=cost),
        at_most("p95 of a hold", p95, 100, Kind.ABSOLUTE, unit="ms", note=f"median {median:.1f}"),
        at_least("holds ÷ the raw transaction", rate / raw, 0.1, Kind.RATIO, note=beside),
        at_most(
            "holds answered otherwise",
            len(tally.answers) - tally.count("hold", {CREATED}),
            0,
            Kind.COUNT,
            note=tally.summary(),
        ),
    ]


def run_growth(bench: Bench) -> list[Figure]:
    """The rate of holds with 1,000 tickets in the database beside that with very many.

    Seats are given back after each hold, so that a thousand last; only holds are counted.
    """
    small = _rate_with(bench, events=1, tickets=1_000)
    forget_everything()
    events = int(bench.pick(50, 10))
    large = _rate_with(bench, events=events, tickets=TICKETS)
    return [
        at_most(
            f"slower with {events * TICKETS:,} tickets than with 1,000",
            small / large,
            1.3,
            Kind.RATIO,
            unit="×",
            note=f"{small:,.0f}/s and {large:,.0f}/s, each seat given back",
        )
    ]


def _rate_with(bench: Bench, *, events: int, tickets: int) -> float:
    first = seated_event(tickets)
    ids = [ticket.pk for ticket in tickets_of(first)]
    for _ in range(events - 1):
        ids += [ticket.pk for ticket in tickets_of(seated_event(tickets))]
    buyers = make_buyers(CLIENTS * 20)
    analyze()
    with bench.site() as port:
        tally = run_crowd(
            port,
            _holding_and_giving_back(ids, buyers),
            clients=CLIENTS,
            seconds=bench.pick(12, 6),
            warm_up=WARM_UP_S,
        )
    return tally.rate("hold", CREATED)


def _holding_and_giving_back(ids: list[int], buyers: list[Buyer]):
    """Each client has seats and buyers of its own, so that nobody is ever refused."""

    async def script(client: Client) -> None:
        own = ids[client.number * 2 :: CLIENTS * 2]
        people = buyers[client.number :: CLIENTS]
        for first, buyer in _forever(own, people):
            if not client.goes_on:
                return
            pair = [first, first + 1]
            request = request_bytes("POST", RESERVE, token=buyer.token, body={"ticket_ids": pair})
            answer = await client.send("hold", request)
            if answer.status == CREATED:
                path = f"/api/v1/bookings/{answer.json()['reference']}"
                await client.send("give back", request_bytes("DELETE", path, token=buyer.token))

    return script


def _forever(own: list[int], people: list[Buyer]) -> Iterator[tuple[int, Buyer]]:
    while True:
        yield random.choice(own), random.choice(people)
