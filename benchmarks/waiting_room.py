"""A waiting room with twenty thousand in line: what polls cost, and whether sales go on beside."""

import asyncio
import heapq
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from benchmarks.crowd import Client, Tally, repeat, run_crowd
from benchmarks.database import COUNTS_ARRIVE_S, Counters
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.people import Buyer, make_buyers
from benchmarks.site import Bench, settle
from benchmarks.stock import RESERVE, seated_event
from bookings.waiting_room import keeper, line, rooms
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.tokens import Visitor, new_visitor, sign_visitor
from events.models import Event
from tests.factories import tickets_of

WAITING = 20_000
POLLERS = 32
CROWD_CONNECTIONS = 400
ADMIT_PER_SECOND = 20
MOST_INSIDE = 100
OK, CREATED = 200, 201


def run(bench: Bench) -> list[Figure]:
    """Polls as fast as they are answered, then a crowd that polls as told while buyers buy."""
    with bench.site() as port:
        return [*_polls(bench, port), *_sales(bench, port)]


def _behind_room(event: Event, **fields: object) -> WaitingRoom:
    Event.objects.filter(pk=event.pk).update(waiting_room=True)
    room, _ = WaitingRoom.objects.update_or_create(
        event=event, defaults={"tunes_itself": False, **fields}
    )
    rooms.forget()
    keeper.attend(event.pk)
    rooms.tell_line(room)
    return room


def _line_up(event: Event, count: int) -> list[str]:
    """So many join, as the API lets them; their tokens."""
    tokens = []
    for number in range(1, count + 1):
        visitor = new_visitor()
        standing, _ = line.join(event.pk, visitor, "n")
        tokens.append(
            sign_visitor(
                Visitor(
                    event_id=event.pk,
                    visitor=visitor,
                    number=number,
                    place=standing.place,
                    signed_at=standing.now,
                    nonce="n",
                )
            )
        )
    return tokens


def _poll(event: Event, token: str) -> bytes:
    path = f"/api/v1/event/{event.pk}/waiting-room"
    return request_bytes("GET", path, headers={"X-Waiting-Room-Visitor": token})


def _polls(bench: Bench, port: int) -> list[Figure]:
    event = seated_event(200)
    _behind_room(event, is_paused=True)
    tokens = _line_up(event, int(bench.pick(WAITING, 2_000)))
    random.shuffle(tokens)
    requests = cycle([_poll(event, token) for token in tokens])
    seconds = bench.pick(15, 4)
    run_crowd(port, repeat("poll", requests), clients=POLLERS, seconds=2)
    settle(COUNTS_ARRIVE_S)
    counters = Counters()
    tally = run_crowd(port, repeat("poll", requests), clients=POLLERS, seconds=seconds)
    transactions, _ = counters.since()
    return [
        at_least(
            f"polls a second with {len(tokens):,} waiting",
            tally.rate("poll", OK),
            1_500,
            Kind.ABSOLUTE,
            note=f"{tally.cost}; {POLLERS} connections",
        ),
        at_most("p95 of a poll", tally.percentile("poll", OK, 0.95), 50, Kind.ABSOLUTE, unit="ms"),
        at_most("server errors", tally.server_errors, 0, Kind.COUNT, note=tally.summary()),
        at_most("Postgres transactions of all polls together", transactions, 0, Kind.COUNT),
    ]


@dataclass
class _Sale:
    """A sale behind a room: who waits when to ask again, and what there is to buy."""

    event: Event
    due: list[tuple[float, str]]
    buyers: Iterator[Buyer]
    tickets: Iterator[int]
    most_inside: int = 0

    async def follow(self, client: Client) -> None:
        """Poll for whoever's turn it is, as told; reserve for whoever is let in, and leave."""
        while client.goes_on:
            if not self.due or self.due[0][0] > time.perf_counter():
                await asyncio.sleep(0.01)
                continue
            _, token = heapq.heappop(self.due)
            answer = await client.send("poll", _poll(self.event, token))
            if answer.status != OK:
                continue
            told = answer.json()
            if told["state"] == "admitted":
                await self._buy(client, token, told["pass"])
            else:
                heapq.heappush(self.due, (time.perf_counter() + told["retry_after"], token))

    async def _buy(self, client: Client, token: str, entry_pass: str) -> None:
        buyer, ticket = next(self.buyers), next(self.tickets)
        headers = {"X-Waiting-Room-Pass": entry_pass}
        body = {"ticket_ids": [ticket]}
        request = request_bytes("POST", RESERVE, token=buyer.token, body=body, headers=headers)
        await client.send("hold", request)
        path = f"/api/v1/event/{self.event.pk}/waiting-room"
        leave = request_bytes("DELETE", path, headers={"X-Waiting-Room-Visitor": token})
        await client.send("leave", leave)

    async def watch(self, client: Client) -> None:
        """Look at how many are inside, twenty times a second."""
        key = line.key_of(self.event.pk, "inside")
        while client.goes_on:
            inside = int(line.connection().zcard(key))
            self.most_inside = max(self.most_inside, inside)
            await asyncio.sleep(0.05)


def _sell(port: int, *, waiting: int, seconds: float) -> tuple[Tally, _Sale]:
    event = seated_event(2_000)
    settings = {"admit_per_second": ADMIT_PER_SECOND, "most_inside": MOST_INSIDE}
    room = _behind_room(event, is_paused=True, **settings)
    tokens = _line_up(event, waiting)
    WaitingRoom.objects.filter(pk=room.pk).update(is_paused=False)
    room.refresh_from_db()
    now = time.perf_counter()
    due = [(now + random.random() * 10, token) for token in tokens]
    heapq.heapify(due)
    buyers = make_buyers(int(ADMIT_PER_SECOND * (seconds + 5)), name=f"e{event.pk}")
    tickets = iter([ticket.pk for ticket in tickets_of(event)])
    sale = _Sale(event, due, iter(buyers), tickets)

    async def script(client: Client) -> None:
        await (sale.watch(client) if client.number == 0 else sale.follow(client))

    rooms.tell_line(room)
    clients = min(CROWD_CONNECTIONS, waiting)
    return run_crowd(port, script, clients=clients, seconds=seconds), sale


def _sales(bench: Bench, port: int) -> list[Figure]:
    seconds = bench.pick(40, 12)
    crowd = int(bench.pick(WAITING, 2_000))
    alone, _ = _sell(port, waiting=int(ADMIT_PER_SECOND * (seconds + 5)), seconds=seconds)
    beside, sale = _sell(port, waiting=crowd, seconds=seconds)
    rate, calm = beside.rate("hold", CREATED), alone.rate("hold", CREATED)
    return [
        at_least(
            f"sales beside {crowd:,} who poll as told, of those without them",
            rate / calm if calm else 0.0,
            0.8,
            Kind.RATIO,
            note=f"{rate:.1f}/s and {calm:.1f}/s; {beside.rate('poll', OK):,.0f} polls/s,"
            f" p95 {beside.percentile('poll', OK, 0.95):.0f} ms",
        ),
        at_most("server errors of both", alone.server_errors + beside.server_errors, 0, Kind.COUNT),
        at_most("most inside at any sample", sale.most_inside, MOST_INSIDE, Kind.COUNT),
    ]
