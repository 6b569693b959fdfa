"""One seat and 500 fans at the same moment, for seven seats in turn."""

from benchmarks.crowd import Client, Tally, run_crowd
from benchmarks.database import COUNTS_ARRIVE_S, Counters, lines_since, log_size, without_autovacuum
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.http import Answer, request_bytes
from benchmarks.people import Buyer, make_buyers
from benchmarks.site import Bench, settle
from benchmarks.stock import RESERVE, seated_event
from tests.factories import tickets_of

FANS = 500
SEATS = 7
CREATED, CONFLICT = 201, 409


def exactly(name: str, value: float, wanted: float, note: str = "") -> Figure:
    """A count that must be that and nothing else: how far it is off must be none."""
    told = f"{value:,.0f} of {wanted:,.0f}"
    return at_most(name, abs(value - wanted), 0, Kind.COUNT, unit="off", note=f"{told} {note}")


def run(bench: Bench) -> list[Figure]:
    """Winners, losers, how long losers waited, and what they cost Postgres; seat after seat."""
    event = seated_event(200)
    seats = [ticket.pk for ticket in tickets_of(event)]
    fans = make_buyers(FANS)
    others = make_buyers(len(seats), name="other")
    web_log = bench.services.area.log_file("web")
    with without_autovacuum(bench.superuser_url), bench.site() as port:
        _warm_up(port, seats[SEATS:], others[SEATS:])
        settle(COUNTS_ARRIVE_S)  # what the warm-up cost must not arrive later
        counters, log_was = Counters(), log_size(web_log)
        # Each time somebody else comes first: who has won three seats may hold no more.
        crowds = [fans[number:] + fans[:number] for number in range(SEATS)]
        rushes = [_rush(port, [seat], crowd) for seat, crowd in zip(seats, crowds, strict=False)]
        transactions, _ = counters.since()
    slow = f"Redis was slow {lines_since(web_log, log_was, ['Redis is away'])} times"
    return _figures(rushes, transactions / SEATS, slow)


def _p99(rush: Tally) -> float:
    return rush.percentile("hold", CONFLICT, 0.99)


def _figures(rushes: list[Tally], transactions: float, slow: str) -> list[Figure]:
    """The p99 is that of the rush in the middle: the machine's own hiccups take as long as one."""
    middle = sorted(rushes, key=_p99)[len(rushes) // 2]
    each = ", ".join(f"{_p99(rush):,.0f}" for rush in rushes)
    rate = (FANS - 1) / middle.seconds
    winners = sum(rush.count("hold", {CREATED}) for rush in rushes)
    losers = sum(rush.count("hold", {CONFLICT}) for rush in rushes)
    return [
        exactly(f"winners of {SEATS} seats, one after the other", winners, SEATS),
        exactly("losers told 409", losers, SEATS * (FANS - 1), middle.summary()),
        at_most("server errors", sum(rush.server_errors for rush in rushes), 0, Kind.COUNT),
        at_most(
            "p99 of a loser, the median rush",
            _p99(middle),
            300,
            Kind.ABSOLUTE,
            unit="ms",
            note=f"each: {each}; {rate:,.0f} refusals/s; {middle.cost}",
        ),
        at_most(
            "transactions of 500 for one seat, the winner's too",
            transactions,
            50,
            Kind.COUNT,
            note=slow,
        ),
    ]


def _warm_up(port: int, seats: list[int], buyers: list[Buyer]) -> None:
    """Modules loaded and connections open in both processes, refusals included."""
    _rush(port, seats, buyers)
    _rush(port, seats, buyers[::-1])


def _rush(port: int, seats: list[int], buyers: list[Buyer]) -> Tally:
    """Everybody at once, each for one of the seats."""

    async def script(client: Client) -> None:
        seat = seats[client.number % len(seats)]
        token = buyers[client.number].token
        await send_hold(client, seat, token)

    return run_crowd(port, script, clients=len(buyers))


async def send_hold(client: Client, seat: int, token: str) -> Answer:
    """Ask for that one seat."""
    request = request_bytes("POST", RESERVE, token=token, body={"ticket_ids": [seat]})
    return await client.send("hold", request)
