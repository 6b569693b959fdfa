"""Virtual visitors of an on-sale: tens of thousands of people over two thousand connections.

Each joins the waiting room, asks again when told to and, once let in, looks at the feed, holds
seats, and pays for them, gives them back or leaves without. Nobody does anything new once the
time is over. `crowd_report` says what came of them.
"""

import asyncio
import heapq
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from benchmarks.cpu import CpuTimes
from benchmarks.crowd import Client, Tally
from benchmarks.http import Answer, Connection, request_bytes

MOST_CONNECTIONS = 2_000
RESERVE, CONFIRM = "/api/v1/booking/reserve", "/api/v1/booking/confirm"
VISA = "pm_card_visa"
OK, CREATED, FORBIDDEN, NOT_FOUND, CONFLICT, GONE = 200, 201, 403, 404, 409, 410
TRIED_AGAIN_S = 2.0
TICK_S = 0.01


class Way(Enum):
    """What somebody does once let in."""

    BUYS = "buys"
    GIVES_BACK = "gives back"
    LOOKS = "looks"


class End(Enum):
    """How it ended."""

    BOUGHT = "bought"
    GAVE_BACK = "gave back"
    LOOKED = "looked only"
    SOLD_OUT = "found nothing"
    LOST_PLACE = "lost the place"
    NOT_LET_HOLD = "was let in and refused"


@dataclass(kw_only=True)
class OnSale:
    """What the crowd comes for. Times in seconds.

    `buyers` yields session tokens, one for everybody who holds; `tickets` yields what to hold,
    without it best available is asked. With `tokens` that many stand in line already.
    """

    event_id: int
    visitors: int
    seconds: float
    buyers: Iterator[str]
    arrive_s: float = 5.0
    think_s: float = 0.5
    connections: int = 400
    ways: dict[Way, int] = field(default_factory=lambda: {Way.BUYS: 1})
    tickets: Iterator[int] | None = None
    tokens: list[str] | None = None
    seed: int = 1

    @property
    def room(self) -> str:
        """The waiting room's address."""
        return f"/api/v1/event/{self.event_id}/waiting-room"


Step = Callable[["Visitor", Client], Awaitable[float | None]]


@dataclass(slots=True)
class Visitor:
    """One of them, and what is known of it: `admitted_at` in milliseconds of the line's clock."""

    number: int
    way: Way
    step: Step
    token: str = ""
    entry_pass: str = ""
    session: str = ""
    booking: str = ""
    ahead: int = -1
    times_ahead_grew: int = 0
    place: int = 0
    admitted_at: int = 0
    tickets: tuple[int, ...] = ()
    end: End | None = None

    def note(self, told: dict[str, Any]) -> None:
        """Remember what the waiting room says."""
        self.token = told["visitor"] or self.token
        ahead = told["ahead"]
        if ahead is not None:
            self.times_ahead_grew += 0 <= self.ahead < ahead
            self.ahead = ahead
        # The token names event, visitor, number and place in the books; the pass when it was given.
        self.place = int(self.token.split(".")[3]) if self.token else 0
        if told["pass"]:
            self.entry_pass = told["pass"]
            self.admitted_at = self.admitted_at or int(self.entry_pass.split(".")[2])


class Visitors:
    """The crowd itself, driven over few connections."""

    def __init__(self, port: int, sale: OnSale) -> None:
        self.sale = sale
        self.port = port
        self.tally = Tally()
        self._dice = random.Random(sale.seed)
        ways, weights = list(sale.ways), list(sale.ways.values())
        first = self._poll if sale.tokens else self._join
        self.all = [
            Visitor(number, self._dice.choices(ways, weights)[0], first)
            for number in range(sale.visitors)
        ]
        for visitor, token in zip(self.all, sale.tokens or [], strict=False):
            visitor.token = token
        self._due: list[tuple[float, int]] = []
        self._left = sale.visitors

    def run(self) -> Tally:
        """Let them come until time or they end; every answer by kind."""
        return asyncio.run(self._run())

    async def _run(self) -> Tally:
        servers, began, cpu = CpuTimes(), time.perf_counter(), time.process_time()
        ends = began + self.sale.seconds
        self._due = [
            (began + self._dice.random() * self.sale.arrive_s, visitor.number)
            for visitor in self.all
        ]
        heapq.heapify(self._due)
        turns: asyncio.Queue[Visitor | None] = asyncio.Queue()
        count = min(self.sale.connections, MOST_CONNECTIONS, self.sale.visitors)
        desks = [asyncio.create_task(self._desk(number, turns, ends)) for number in range(count)]
        await self._call_up(turns, ends)
        for _ in desks:
            turns.put_nowait(None)
        await asyncio.gather(*desks)
        self.tally.seconds = time.perf_counter() - began
        self.tally.cpu_seconds = time.process_time() - cpu
        self.tally.cpu = servers.each(len(self.tally.answers))
        return self.tally

    async def _call_up(self, turns: asyncio.Queue[Visitor | None], ends: float) -> None:
        """Hand over whoever's time has come."""
        while self._left and (now := time.perf_counter()) < ends:
            while self._due and self._due[0][0] <= now:
                turns.put_nowait(self.all[heapq.heappop(self._due)[1]])
            await asyncio.sleep(TICK_S)

    async def _desk(self, number: int, turns: asyncio.Queue[Visitor | None], ends: float) -> None:
        """One connection: takes one visitor's step after the other."""
        client = Client(number, Connection(self.port), self.tally, ends)
        while (visitor := await turns.get()) is not None:
            if not client.goes_on:
                continue
            after = await visitor.step(visitor, client)
            if visitor.end is None and after is not None:
                heapq.heappush(self._due, (time.perf_counter() + after, visitor.number))
            else:
                self._left -= 1
        client.connection.close()

    async def _join(self, visitor: Visitor, client: Client) -> float | None:
        answer = await client.send("join", request_bytes("POST", self.sale.room, body={}))
        if answer.status != OK or not answer.json()["visitor"]:
            return _patience(answer)
        visitor.step = self._poll
        return self._told(visitor, answer)

    async def _poll(self, visitor: Visitor, client: Client) -> float | None:
        answer = await client.send(
            "poll", request_bytes("GET", self.sale.room, headers=_who(visitor))
        )
        if answer.status == NOT_FOUND:
            visitor.end = End.LOST_PLACE
            return None
        return self._told(visitor, answer) if answer.status == OK else _patience(answer)

    def _told(self, visitor: Visitor, answer: Answer) -> float:
        told = answer.json()
        visitor.note(told)
        if told["state"] != "admitted":
            return float(told["retry_after"])
        visitor.step = self._look
        return self._thinking()

    async def _look(self, visitor: Visitor, client: Client) -> float | None:
        path = f"/event/{self.sale.event_id}/availability.json"
        answer = await client.send("feed", request_bytes("GET", path))
        if answer.status != OK:
            return _patience(answer)
        visitor.session = visitor.session or next(self.sale.buyers, "")
        if visitor.way is Way.LOOKS or not visitor.session:
            return await self._leave(visitor, client, End.LOOKED)
        visitor.step = self._hold
        return self._thinking()

    async def _hold(self, visitor: Visitor, client: Client) -> float | None:
        headers = {"X-Waiting-Room-Pass": visitor.entry_pass}
        request = request_bytes(
            "POST", RESERVE, token=visitor.session, body=self._wish(), headers=headers
        )
        answer = await client.send("hold", request)
        if answer.status == FORBIDDEN:
            visitor.end = End.NOT_LET_HOLD
            return None
        if answer.status == CONFLICT:
            if b"no_block_available" in answer.body:
                return await self._leave(visitor, client, End.SOLD_OUT)
            return self._thinking()
        if answer.status != CREATED:
            return _patience(answer)
        visitor.booking = answer.json()["reference"]
        visitor.step = self._pay if visitor.way is Way.BUYS else self._give_back
        return self._thinking()

    def _wish(self) -> dict[str, Any]:
        if self.sale.tickets is None:
            return {"event_id": self.sale.event_id, "quantity": 1}
        return {"ticket_ids": [next(self.sale.tickets)]}

    async def _pay(self, visitor: Visitor, client: Client) -> float | None:
        body = {"booking": visitor.booking, "payment_method": VISA}
        request = request_bytes("PUT", CONFIRM, token=visitor.session, body=body)
        answer = await client.send("pay", request)
        if answer.status != OK:
            return _patience(answer)
        visitor.tickets = tuple(ticket["id"] for ticket in answer.json()["tickets"])
        visitor.end = End.BOUGHT  # which gives the place inside back
        return None

    async def _give_back(self, visitor: Visitor, client: Client) -> float | None:
        path = f"/api/v1/bookings/{visitor.booking}"
        answer = await client.send(
            "give back", request_bytes("DELETE", path, token=visitor.session)
        )
        if answer.status != OK:
            return _patience(answer)
        return await self._leave(visitor, client, End.GAVE_BACK)

    async def _leave(self, visitor: Visitor, client: Client, end: End) -> None:
        await client.send("leave", request_bytes("DELETE", self.sale.room, headers=_who(visitor)))
        visitor.end = end

    def _thinking(self) -> float:
        return self._dice.random() * 2 * self.sale.think_s


def _who(visitor: Visitor) -> dict[str, str]:
    return {"X-Waiting-Room-Visitor": visitor.token}


def _patience(answer: Answer) -> float:
    """As long as the answer says, else a moment: nobody gives up before the time is over."""
    told = answer.header("Retry-After")
    return float(told) if told.isdigit() else TRIED_AGAIN_S
