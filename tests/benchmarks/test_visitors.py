"""The virtual visitors: they do as they are told, and the report tells on a site that cheats."""

import asyncio
import json
import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from benchmarks.crowd import Tally
from benchmarks.crowd_report import Report, share_in_order, watched
from benchmarks.http import Answer
from benchmarks.visitors import CONFIRM, RESERVE, End, OnSale, Visitors, Way
from bookings.waiting_room import line

ROOM = "/api/v1/event/7/waiting-room"


@dataclass
class PretendSite:
    """Lets everybody in at the second poll; sells `tickets` in turn; `seen` is what was asked."""

    tickets: Iterator[int] = field(default_factory=lambda: count(1))
    retry_after: int = 0
    busy_once: set[str] = field(default_factory=set)
    admitted_at: Iterator[int] = field(default_factory=lambda: count(1000))
    seen: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    polls: dict[str, list[float]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it hangs up."""
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = int(head.split("Content-Length: ")[1].split("\r\n")[0])
                await reader.readexactly(length)
                status, shape = self._answer(head)
                body = json.dumps(shape).encode()
                writer.write(
                    f"HTTP/1.1 {status} X\r\nRetry-After: 1\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
        except asyncio.IncompleteReadError:
            writer.close()

    def _answer(self, head: str) -> tuple[int, dict[str, Any]]:
        method, path = head.split(" ")[:2]
        what = f"{method} {path}"
        self.seen[what] += 1
        if what in self.busy_once:
            self.busy_once.discard(what)
            return 503, {}
        if path == ROOM:
            return 200, self._room(method, head)
        if path == RESERVE:
            return 201, {"reference": "b"}
        return 200, {"tickets": [{"id": next(self.tickets)}]} if path == CONFIRM else {}

    def _room(self, method: str, head: str) -> dict[str, Any]:
        if method == "POST":
            number = next(self.numbers)
            return self._told(f"7.v.{number}.{number}.0.n:sig", "waiting")
        token = head.split("X-Waiting-Room-Visitor: ")[1].split("\r\n")[0]
        self.polls.setdefault(token, []).append(time.perf_counter())
        return self._told(token, "waiting" if len(self.polls[token]) < 2 else "admitted")

    def _told(self, token: str, state: str) -> dict[str, Any]:
        entry = f"7.v.{next(self.admitted_at)}.0:sig" if state == "admitted" else None
        ahead = 0 if state == "waiting" else None
        return {
            "state": state,
            "ahead": ahead,
            "retry_after": self.retry_after,
            "visitor": token,
            "pass": entry,
        }


def visit(site: PretendSite, **fields: Any) -> Report:
    """Let a crowd loose on it."""
    wanted = {"visitors": 1, "seconds": 600, "arrive_s": 0, "think_s": 0, "connections": 5}
    sale = OnSale(event_id=7, buyers=iter(["token"] * 1000), **{**wanted, **fields})

    async def main() -> Report:
        server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
        visitors = Visitors(server.sockets[0].getsockname()[1], sale)
        tally = await asyncio.to_thread(visitors.run)
        server.close()
        return Report(visitors.all, tally)

    return asyncio.run(main())


def test_everybody_joins_polls_looks_holds_and_pays_over_few_connections() -> None:
    site = PretendSite()

    report = visit(site, visitors=200)

    assert report.ended(End.BOUGHT) == 200
    assert site.seen == {
        f"POST {ROOM}": 200,
        f"GET {ROOM}": 400,
        "GET /event/7/availability.json": 200,
        f"POST {RESERVE}": 200,
        f"PUT {CONFIRM}": 200,
    }
    assert site.connections == 5
    assert (report.errors, report.put_off, report.sold, report.sold_twice) == (0, 0, 200, 0)
    assert report.tally.seconds < 600


def test_who_gives_back_and_who_only_looks_leave() -> None:
    site = PretendSite()

    report = visit(site, visitors=60, ways={Way.GIVES_BACK: 1, Way.LOOKS: 1})

    gave, looked = report.ended(End.GAVE_BACK), report.ended(End.LOOKED)
    assert gave + looked == 60
    assert gave > 10
    assert looked > 10
    assert site.seen["DELETE /api/v1/bookings/b"] == site.seen[f"POST {RESERVE}"] == gave
    assert site.seen[f"DELETE {ROOM}"] == 60
    assert site.seen[f"PUT {CONFIRM}"] == 0


def test_nobody_asks_earlier_than_told() -> None:
    site = PretendSite(retry_after=1)

    visit(site, visitors=3)

    assert [polls[1] - polls[0] >= 1 for polls in site.polls.values()] == [True] * 3


def test_who_is_put_off_tries_again_and_is_counted() -> None:
    calls = {f"POST {ROOM}", f"GET {ROOM}", f"POST {RESERVE}", f"PUT {CONFIRM}"}
    site = PretendSite(busy_once=set(calls))

    report = visit(site)

    assert report.ended(End.BOUGHT) == 1
    assert (report.put_off, report.errors) == (4, 0)


def test_the_time_ends_it() -> None:
    site = PretendSite(retry_after=3600)

    report = visit(site, visitors=5, seconds=1)

    assert set(site.seen) == {f"POST {ROOM}"}
    assert [visitor.end for visitor in report.visitors] == [None] * 5
    assert "5 still in line" in report.summary()


def test_a_ticket_that_is_sold_to_many_is_told() -> None:
    report = visit(PretendSite(tickets=iter([5, 5, 5, 6])), visitors=4)

    assert (report.sold, report.sold_twice) == (4, 1)


def test_a_line_that_lets_in_at_random_is_told() -> None:
    times = list(range(300))
    random.Random(3).shuffle(times)

    fair = visit(PretendSite(), visitors=300, connections=1)
    unfair = visit(PretendSite(admitted_at=iter(times)), visitors=300, connections=1)

    assert fair.order_kept == 1
    assert unfair.order_kept < 0.2


@pytest.mark.parametrize(
    ("places", "share"),
    [([], 1), ([4], 1), ([1, 2, 2, 9], 1), ([3, 2, 1, 0], 0.25), ([1, 2, 9, 3, 4], 0.8)],
)
def test_the_share_in_order(places: list[int], share: float) -> None:
    assert share_in_order(places) == share


def test_errors_are_told_from_being_put_off() -> None:
    tally = Tally(seconds=1.0)
    for status in (200, 500, 502, 503, 0):
        tally.add("poll", Answer(status, 0.1, b"", b""))

    report = Report([], tally)

    assert (report.errors, report.put_off) == (3, 1)


def test_the_most_inside_at_any_look() -> None:
    key = line.key_of(424242, "inside")
    line.connection().zadd(key, {"a": 1, "b": 2, "c": 3})
    with watched(424242) as inside:
        until = time.monotonic() + 120
        while not inside.samples and time.monotonic() < until:
            time.sleep(0.01)
    line.connection().delete(key)
    with watched(424242) as unseen:
        pass

    assert inside.most == 3
    assert math.isnan(unseen.most) or unseen.most == 0
