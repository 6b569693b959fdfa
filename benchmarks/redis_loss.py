"""Redis hangs in the middle of an on-sale, comes back, and then forgets everything."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from benchmarks.crowd import Client, Tally, run_crowd
from benchmarks.crowd_report import Report, share_in_order, watched
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.lines import behind_room, in_line, line_up, open_later
from benchmarks.people import Buyer, make_buyers
from benchmarks.sale_crowd import PROCESSES, WAITING, counted
from benchmarks.site import Bench
from benchmarks.stock import SEATS_PER_ROW, seated_event
from benchmarks.visitors import VISA, OnSale, Visitors
from bookings.waiting_room import line
from tests.factories import tickets_of

ADMIT_PER_SECOND, MOST_INSIDE = 3, 60
BUYERS_BESIDE, EACH_EVERY_S = 4, 1.0
# Who was let in shortly before the loss and neither written down nor told is let in again after it,
# behind the few who were told: some of a few dozen, none of the thousands in line.
IN_ORDER = 0.8
CONNECTIONS = 400
WRITTEN_DOWN_S = 60.0
OK = 200


@dataclass
class _Story:
    """When what happened, by the monotonic clock, and who stood in line before Redis forgot."""

    calm_s: float
    stopped_s: float
    after_s: float
    stopped: tuple[float, float] = (0.0, 0.0)
    line_before: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.calm_s + self.stopped_s + 2 * self.after_s

    def happen(self, event_id: int) -> None:
        """Calm, Redis stopped, Redis back, Redis empty."""
        time.sleep(self.calm_s)
        began = time.perf_counter()
        with _stopped_redis():
            time.sleep(self.stopped_s)
        self.stopped = (began, time.perf_counter())
        time.sleep(self.after_s)
        self.line_before = in_line(event_id)
        line.connection().flushall()


@contextmanager
def _stopped_redis() -> Iterator[None]:
    """Hangs rather than refuses, which is worse: whoever asks waits for the time-out."""
    found = [
        process
        for process in psutil.Process().children(recursive=True)
        if "valkey-server" in process.name()
    ]
    assert found, "no Redis of ours is running"
    for process in found:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in found:
            process.send_signal(signal.SIGCONT)


@dataclass
class _Beside:
    """Buyers at an event without a waiting room, one purchase a second each: when they succeed."""

    buyers: Iterator[Buyer]
    tickets: Iterator[int]
    sold_at: list[float] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    async def follow(self, client: Client) -> None:
        """Buy, again and again, by somebody else each time."""
        while client.goes_on:
            next_at = time.perf_counter() + EACH_EVERY_S
            body = {"ticket_ids": [next(self.tickets)], "payment_method": VISA}
            token = next(self.buyers).token
            answer = await client.send(
                "buy", request_bytes("POST", "/api/v1/bookings", token=token, body=body)
            )
            if answer.status == OK:
                self.sold_at.append(time.perf_counter())
            await asyncio.sleep(max(0.0, next_at - time.perf_counter()))

    def run(self, port: int, seconds: float) -> None:
        """Until the time is over."""
        self.tally = run_crowd(port, self.follow, clients=BUYERS_BESIDE, seconds=seconds)

    def rate(self, began: float, ended: float) -> float:
        """Sales a second between two moments."""
        return sum(1 for at in self.sold_at if began <= at < ended) / (ended - began)


def _beside(seconds: float) -> _Beside:
    count = int(BUYERS_BESIDE * (seconds / EACH_EVERY_S + 2))
    event = seated_event(count + SEATS_PER_ROW)  # whole rows
    buyers = make_buyers(count, name="beside")
    return _Beside(iter(buyers), iter([ticket.pk for ticket in tickets_of(event)]))


def run(bench: Bench) -> list[Figure]:
    """Errors, sales meanwhile, and whether the line is the same one afterwards."""
    story = _Story(
        calm_s=bench.pick(20, 8), stopped_s=bench.pick(60, 8), after_s=bench.pick(25, 16)
    )
    event = seated_event(2_000)
    rates = {"admit_per_second": ADMIT_PER_SECOND, "most_inside": MOST_INSIDE}
    room = behind_room(event, is_paused=True, **rates)
    sale = _sale(event.pk, line_up(event, int(bench.pick(WAITING, 1_000))), story)
    beside = _beside(story.seconds)
    with bench.site(*PROCESSES) as port:
        _wait_until_written_down(event.pk)
        visitors = Visitors(port, sale)
        began = time.perf_counter()
        others = [
            open_later(room, sale.arrive_s),
            _started(story.happen, event.pk),
            _started(beside.run, port, story.seconds),
        ]
        with watched(event.pk) as inside:
            tally = visitors.run()
        for other in others:
            other.join()
        kept = _order_kept(event.pk, story.line_before)
    return [
        *counted(Report(visitors.all, tally), inside, most=MOST_INSIDE, in_order=IN_ORDER),
        at_least("places in line kept in order", kept, 0.99, Kind.COUNT),
        *_sales(story, beside, began),
    ]


def _sale(event_id: int, tokens: list[str], story: _Story) -> OnSale:
    """Who is let in takes long enough to be inside while Redis is away."""
    buyers = make_buyers(int(ADMIT_PER_SECOND * (story.seconds + 10)))
    return OnSale(
        event_id=event_id,
        visitors=len(tokens),
        seconds=story.seconds,
        buyers=iter([buyer.token for buyer in buyers]),
        arrive_s=story.calm_s / 3,
        think_s=max(1.0, story.stopped_s / 6),
        connections=CONNECTIONS,
        tokens=tokens,
    )


def _started(work: Callable[..., None], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments)
    thread.start()
    return thread


def _wait_until_written_down(event_id: int) -> None:
    """The checkpoint has everybody, as two seconds after anybody joined."""
    until = time.monotonic() + WRITTEN_DOWN_S
    journal = line.key_of(event_id, "journal")
    while line.connection().llen(journal):
        assert time.monotonic() < until, "beat does not write the line down"
        time.sleep(0.2)


def _order_kept(event_id: int, before: list[str]) -> float:
    """Of those in line before the loss who were not let in since: who still stands in order."""
    through = {
        *line.connection().hkeys(line.key_of(event_id, "stays")),
        *line.connection().hkeys(line.key_of(event_id, "gone")),
    }
    expected = [visitor for visitor in before if visitor not in through]
    place = {visitor: number for number, visitor in enumerate(expected)}
    after = [place[visitor] for visitor in in_line(event_id) if visitor in place]
    return share_in_order(after) * len(after) / max(len(expected), 1)


def _sales(story: _Story, beside: _Beside, began: float) -> list[Figure]:
    calm = beside.rate(began, story.stopped[0])
    stopped = beside.rate(*story.stopped)
    after = beside.rate(story.stopped[1], began + story.seconds)
    note = f"{calm:.1f}/s before, {stopped:.1f}/s meanwhile, {after:.1f}/s afterwards"
    errors = beside.tally.server_errors - beside.tally.count("buy", {503})
    return [
        at_least(
            "sales while Redis is stopped ÷ before",
            stopped / calm if calm else 0.0,
            0.95,
            Kind.RATIO,
            note=note,
        ),
        at_least("sold while Redis was stopped, a second", stopped, 0.1, Kind.COUNT, note=note),
        at_most(
            "answers of 500 to those who buy beside",
            errors,
            0,
            Kind.COUNT,
            note=beside.tally.summary(),
        ),
    ]
