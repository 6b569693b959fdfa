"""Many clients at once, and what became of their requests."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field

from benchmarks.cpu import CpuTimes
from benchmarks.http import Answer, Connection

SERVER_ERRORS = range(500, 600)


@dataclass
class Tally:
    """Every answer by what was asked for. Only answers of an expected status count as done."""

    seconds: float = math.nan
    cpu_seconds: float = 0.0
    cpu: str = ""
    answers: list[tuple[str, int, float]] = field(default_factory=list)
    examples: dict[int, bytes] = field(default_factory=dict)

    def add(self, what: str, answer: Answer) -> None:
        """Note one answer."""
        self.answers.append((what, answer.status, answer.seconds))
        self.examples.setdefault(answer.status, answer.body[:300])

    def count(self, what: str, statuses: Collection[int]) -> int:
        """How many were answered so."""
        return sum(1 for asked, status, _ in self.answers if asked == what and status in statuses)

    def rate(self, what: str, status: int) -> float:
        """A second, of those answered with this status; an error is no throughput."""
        return self.count(what, {status}) / self.seconds

    def percentile(self, what: str, status: int, share: float) -> float:
        """The time in ms within which that share of these answers came; NaN without any."""
        times = sorted(s for asked, got, s in self.answers if asked == what and got == status)
        return percentile(times, share) * 1000

    @property
    def server_errors(self) -> int:
        """Answers of 5xx and requests without an answer."""
        return sum(1 for _, status, _ in self.answers if status in SERVER_ERRORS or status == 0)

    @property
    def cost(self) -> str:
        """What servers and clients took of the machine."""
        each = self.cpu_seconds / max(len(self.answers), 1) * 1000
        share = self.cpu_seconds / self.seconds
        return f"{self.cpu}, clients {each:.2f} ({share:.0%} of a core)"

    def summary(self) -> str:
        """The statuses, and an example of each that was no success."""
        statuses = Counter(status for _, status, _ in self.answers)
        return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))


def percentile(times: list[float], share: float) -> float:
    """Of sorted times; NaN without any."""
    return times[min(math.ceil(len(times) * share), len(times)) - 1] if times else math.nan


@dataclass
class Client:
    """One of the crowd. `ends` is the monotonic moment after which it begins nothing new."""

    number: int
    connection: Connection
    tally: Tally
    ends: float

    @property
    def goes_on(self) -> bool:
        """Whether there is time left."""
        return time.perf_counter() < self.ends

    async def send(self, what: str, request: bytes) -> Answer:
        """Send it, and note the answer under `what`."""
        answer = await self.connection.send(request)
        self.tally.add(what, answer)
        return answer


Script = Callable[[Client], Awaitable[None]]


def run_crowd(
    port: int, script: Script, *, clients: int, seconds: float = 30.0, warm_up: float = 0.0
) -> Tally:
    """Let that many clients, connected beforehand, follow the script at once.

    What they do in the first `warm_up` seconds is done and not counted.
    """
    return asyncio.run(_run(port, script, clients, seconds, warm_up))


async def _run(port: int, script: Script, clients: int, seconds: float, warm_up: float) -> Tally:
    connections = [Connection(port) for _ in range(clients)]
    for connection in connections:
        await connection.open()
    if warm_up:
        await _all_at_once(connections, script, warm_up)
    tally = await _all_at_once(connections, script, seconds)
    for connection in connections:
        connection.close()
    return tally


async def _all_at_once(connections: list[Connection], script: Script, seconds: float) -> Tally:
    tally, servers = Tally(), CpuTimes()
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(
        *(
            script(Client(number, connection, tally, began + seconds))
            for number, connection in enumerate(connections)
        )
    )
    tally.seconds = time.perf_counter() - began
    tally.cpu_seconds = time.process_time() - cpu
    tally.cpu = servers.each(len(tally.answers))
    return tally


def repeat(what: str, requests: Iterator[bytes]) -> Script:
    """Each client sends the next request of these, one after the other, until time or they end."""

    async def script(client: Client) -> None:
        while client.goes_on:
            request = next(requests, None)
            if request is None:
                return
            await client.send(what, request)

    return script
