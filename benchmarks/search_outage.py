"""A real Elasticsearch frozen and killed while fans search, and what was changed meanwhile.

ELASTICSEARCH_TEST_FOLDER is the folder that deploy/elasticsearch/server.sh was started with.
"""

import asyncio
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.crowd import repeat, run_crowd
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import Connection, request_bytes
from ticketmaster.embedded.area import ROOT

SERVER = ROOT / "deploy" / "elasticsearch" / "server.sh"
WELL_S, AWAY_S = 2.0, 10.0
CLIENTS = 4
OK = 200
LOOKS_S = 60.0


@dataclass(frozen=True)
class Server:
    """The server's process, by the folder it lives in."""

    folder: Path
    url: str

    def freeze(self) -> None:
        """It takes connections and says nothing."""
        os.kill(self._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        os.kill(self._pid, signal.SIGCONT)

    def kill(self) -> None:
        """It is gone at once."""
        os.kill(self._pid, signal.SIGKILL)

    def start(self) -> None:
        """It is back, and answers."""
        port = str(urlsplit(self.url).port)
        subprocess.run([str(SERVER), "start", str(self.folder), port], check=True)

    @property
    def _pid(self) -> int:
        return int((self.folder / "pid").read_text())


def outages(port: int, url: str, requests: Sequence[bytes]) -> list[Figure]:
    """Both, one after the other; nothing where no folder is named."""
    folder = os.environ.get("ELASTICSEARCH_TEST_FOLDER", "")
    if not folder:
        print("search_elastic: ELASTICSEARCH_TEST_FOLDER is not set, nothing was stopped.")
        return []
    server = Server(Path(folder), url)
    return [
        *_outage(port, requests, "frozen", server.freeze, server.thaw),
        *_outage(port, requests, "killed", server.kill, server.start),
    ]


def _outage(
    port: int,
    requests: Sequence[bytes],
    what: str,
    begin: Callable[[], None],
    end: Callable[[], None],
) -> list[Figure]:
    """Four clients ask without a pause; after two seconds it is away until they have done."""
    stopper = threading.Timer(WELL_S, begin)
    stopper.start()
    try:
        tally = run_crowd(
            port, repeat("outage", cycle(requests)), clients=CLIENTS, seconds=WELL_S + AWAY_S
        )
        meanwhile = engines(port)
    finally:
        stopper.join()
        end()
    back = seconds_until(lambda: engines(port) == {"elasticsearch"})
    name = f"Elasticsearch {what}"
    slowest = tally.percentile("outage", OK, 1.0)
    return [
        at_most(f"{name}: errors", tally.server_errors, 0, Kind.COUNT, note=tally.summary()),
        at_least(f"{name}: Postgres answers", int(meanwhile == {"postgres"}), 1, Kind.COUNT),
        at_most(f"{name}: slowest answer", slowest, 900, Kind.ABSOLUTE, unit="ms"),
        at_most(f"{name}: until it answers again", back, 10, Kind.ABSOLUTE, unit="s"),
    ]


def seconds_until(is_so: Callable[[], bool]) -> float:
    """How long that takes; NaN after a minute."""
    begun = time.perf_counter()
    while not is_so():
        if time.perf_counter() - begun > LOOKS_S:
            return float("nan")
        time.sleep(0.05)
    return time.perf_counter() - begun


def engines(port: int) -> set[str]:
    """Of a few answers in a row, as each process has a breaker of its own."""
    return {str(searched(port)["engine"]) for _ in range(8)}


def searched(port: int, term: str = "") -> dict[str, object]:
    """What a search that nobody asked before answers."""
    return dict(asyncio.run(_searched(port, term)))


async def _searched(port: int, term: str) -> dict[str, object]:
    connection = Connection(port)
    query = urlencode({"term": term, "nonce": time.perf_counter()})
    answer = await connection.send(request_bytes("GET", f"/api/v1/search?{query}"))
    connection.close()
    return dict(json.loads(answer.body))
