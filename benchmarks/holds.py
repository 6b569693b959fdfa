"""Holding two seats over HTTP: how many a second, how quickly, and beside Postgres alone."""

import random
from collections.abc import Iterator

from benchmarks.crowd import Client, Script, Tally, repeat, run_crowd
from benchmarks.database import analyze, copied_database
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.people import Buyer, make_buyers, tokens
from benchmarks.pgbench import Raw, two_seat_rate
from benchmarks.site import Bench
from benchmarks.stock import RESERVE, reservations, seated_event, shuffled_pairs
from tests.factories import on_sale_event, tickets_of

CLIENTS = 16
TICKETS = 20_000
HOLDS_EACH = 3  # as many as one person may have
CREATED, OK = 201, 200
WARM_UP_S = 3.0
FEW = 1_000
ROUNDS = 3


def run(bench: Bench) -> list[Figure]:
    """Rate and p95 of holds, and their ratio to pgbench's, measured before and after."""
    event, raw_event = seated_event(TICKETS), seated_event(TICKETS)
    # pgbench holds thousands for one person, who may hold nothing more over HTTP.
    pgbench, *buyers = make_buyers(TICKETS // 2 // HOLDS_EACH + 2)
    analyze()
    share = int(bench.pick(5, 3))
    raw = [two_seat_rate(bench, raw_event, pgbench, clients=CLIENTS, seconds=share)]
    requests = reservations(shuffled_pairs(event), tokens(buyers, uses=HOLDS_EACH))
    with bench.site() as port:
        tally = run_crowd(
            port,
            repeat("hold", requests),
            clients=CLIENTS,
            seconds=bench.pick(15, 8),
            warm_up=WARM_UP_S,
        )
    raw.append(two_seat_rate(bench, raw_event, pgbench, clients=CLIENTS, seconds=share))
    return _figures(tally, raw)


def _figures(tally: Tally, raws: list[Raw]) -> list[Figure]:
    raw = sum(one.rate for one in raws) / len(raws)
    raw_cpu = sum(one.cpu_ms for one in raws) / len(raws)
    rate = tally.rate("hold", CREATED)
    cost = tally.cost
    p95 = tally.percentile("hold", CREATED, 0.95)
    median = tally.percentile("hold", CREATED, 0.5)
    beside = f"beside {raw:,.0f}/s of pgbench, {raw_cpu:.2f} ms of CPU each; the aim is 0.15"
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

    In turns, in two databases of one server, so that a passing disturbance meets both. Seats are
    given back after each hold, so that a thousand last; only holds are counted.
    """
    ids = [ticket.pk for ticket in tickets_of(seated_event(FEW))]
    buyers = make_buyers(CLIENTS * 20)
    events = int(bench.pick(50, 10))
    with copied_database(bench.web_database_url) as few_url:
        many_ids = [*ids, *_many_more(events)]
        analyze()
        sides = {"few": (ids, {"DATABASE_URL": few_url}), "many": (many_ids, {})}
        rates = dict.fromkeys(sides, 0.0)
        for _ in range(ROUNDS):
            for name, (own, overrides) in sides.items():
                rates[name] += _rate(bench, own, buyers, overrides) / ROUNDS
    note = f"{rates['few']:,.0f}/s and {rates['many']:,.0f}/s, each seat given back"
    return [
        at_most(
            f"slower with {len(many_ids):,} tickets than with {FEW:,}",
            rates["few"] / rates["many"],
            1.3,
            Kind.RATIO,
            unit="×",
            note=note,
        )
    ]


def _many_more(events: int) -> list[int]:
    """The tickets of that many big events, which share a hall."""
    hall = seated_event(TICKETS)
    found = [ticket.pk for ticket in tickets_of(hall)]
    for _ in range(events - 1):
        event = on_sale_event(seat_map=hall.seat_map, max_tickets_per_person=50)
        found += [ticket.pk for ticket in tickets_of(event)]
    return found


def _rate(bench: Bench, ids: list[int], buyers: list[Buyer], overrides: dict[str, str]) -> float:
    with bench.site(**overrides) as port:
        tally = run_crowd(
            port,
            _holding_and_giving_back(ids, buyers),
            clients=CLIENTS,
            seconds=bench.pick(8, 5),
            warm_up=WARM_UP_S,
        )
    return tally.rate("hold", CREATED)


def _holding_and_giving_back(ids: list[int], buyers: list[Buyer]) -> Script:
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
