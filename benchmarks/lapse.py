"""How soon a seat can be taken after its hold has ended, while nothing sweeps."""

import asyncio
from datetime import datetime

from benchmarks.crowd import Client, run_crowd
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.hot_seat import send_hold
from benchmarks.people import make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event
from tests.factories import tickets_of

HOLD_SECONDS = 2
SEATS = 8
EVERY_S = 0.05
CREATED = 201
LONG_OVER_S = 10.0


def run(bench: Bench) -> list[Figure]:
    """The longest time between the end of a hold and the next one of the same seat."""
    event = seated_event(SEATS)
    seats = [ticket.pk for ticket in tickets_of(event)]
    buyers = make_buyers(SEATS * 2)
    late: list[float] = []

    async def script(client: Client) -> None:
        seat, holder = seats[client.number], buyers[client.number]
        first = await send_hold(client, seat, holder.token)
        next_one = buyers[SEATS + client.number].token
        answer = await send_hold(client, seat, next_one)
        while answer.status != CREATED and client.goes_on:
            await asyncio.sleep(EVERY_S)
            answer = await send_hold(client, seat, next_one)
        if first.status == answer.status == CREATED:
            ended = datetime.fromisoformat(first.json()["expires_at"])
            taken = datetime.fromisoformat(answer.json()["created_at"])
            late.append((taken - ended).total_seconds())

    with bench.site(HOLD_SECONDS=str(HOLD_SECONDS)) as port:
        tally = run_crowd(port, script, clients=SEATS, seconds=HOLD_SECONDS + LONG_OVER_S)
    # One that was never taken counts as late as we waited.
    worst = max(late) if len(late) == SEATS else LONG_OVER_S
    too_early = sum(1 for seconds in late if seconds < 0)
    return [
        at_most(
            "a lapsed seat is taken after",
            worst,
            1,
            Kind.COUNT,
            unit="s",
            note=f"worst of {SEATS}, no beat, no worker; {tally.summary()}",
        ),
        at_most("seats taken before their hold ended", too_early, 0, Kind.COUNT),
    ]
