"""Four ways to hold two of few seats, and what each costs: the comparison of docs/locking.md.

Two dozen connections hold overlapping pairs of forty seats and give them back at once. Every way
writes the same rows and tests whether a hold has lapsed.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from psycopg import errors

from benchmarks.crowd import percentile
from benchmarks.database import Counters
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.site import Bench

CONNECTIONS = 24
SEATS = 40
HELD_S = 0.002  # how long a fan looks at the pair before giving it back
RETRIES = 20

TABLES = """
DROP TABLE IF EXISTS bench_seat, bench_hold;
CREATE TABLE bench_seat (id int PRIMARY KEY, holder bigint, until timestamptz);
CREATE TABLE bench_hold (id bigserial PRIMARY KEY, seats int[], made timestamptz DEFAULT now());
INSERT INTO bench_seat SELECT generate_series(1, %d);
"""
READ = "SELECT id, holder, until FROM bench_seat WHERE id = ANY(%s) ORDER BY id"
LOCKED = READ + " FOR NO KEY UPDATE"
INSERT = "INSERT INTO bench_hold (seats) VALUES (%s) RETURNING id"
TAKE = """UPDATE bench_seat SET holder = %s, until = clock_timestamp() + interval '10 minutes'
WHERE id = ANY(%s)"""
TAKE_ONE = TAKE + " AND (holder IS NULL OR until <= clock_timestamp())"
GIVE_BACK = "UPDATE bench_seat SET holder = NULL, until = NULL WHERE id = ANY(%s) AND holder = %s"

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass
class Result:
    """What became of every attempt. `aborted` is work done for nothing."""

    held: int = 0
    refused: int = 0
    aborted: int = 0
    times: list[float] = field(default_factory=list)


def run(bench: Bench) -> list[Figure]:
    """A line for each way; only ours is judged: it may not deadlock and must do the work."""
    seconds = bench.pick(6, 3)
    figures: list[Figure] = []
    for name, way in WAYS.items():
        result, deadlocks, waits = _measured(bench, way, seconds)
        rate = result.held / seconds
        done = result.held + result.refused
        note = (
            f"{result.refused:,} refused, {result.aborted:,} aborted ({result.aborted / done:.1%} "
            f"of {done:,}), p99 {percentile(sorted(result.times), 0.99) * 1000:.0f} ms, "
            f"{deadlocks} deadlocks{waits}"
        )
        figures.append(at_least(f"pairs held: {name}", rate, 1, Kind.COUNT, unit="/s", note=note))
        if way is _nowait:
            figures.append(at_most("deadlocks of ours", deadlocks, 0, Kind.COUNT))
    return figures


Way = Callable[[Connection, list[int], Result], int | None]


def _measured(bench: Bench, way: Way, seconds: float) -> tuple[Result, int, str]:
    with psycopg.connect(bench.web_database_url, autocommit=True) as connection:
        connection.execute(TABLES % SEATS)
    results = [Result() for _ in range(CONNECTIONS)]
    counters = Counters()
    ends = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_work, args=(bench.web_database_url, way, result, ends))
        for result in results
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Result(
        held=sum(result.held for result in results),
        refused=sum(result.refused for result in results),
        aborted=sum(result.aborted for result in results),
        times=[seconds for result in results for seconds in result.times],
    )
    return total, counters.since()[1], _still_held(bench)


def _still_held(bench: Bench) -> str:
    """Everybody gave everything back, so a seat that is held now is a mistake of that way."""
    with psycopg.connect(bench.web_database_url) as connection:
        row = connection.execute("SELECT count(holder) FROM bench_seat").fetchone()
    assert row is not None
    return f", {row[0]} seats lost" if row[0] else ""


def _work(address: str, way: Way, result: Result, ends: float) -> None:
    dice = random.Random()
    with psycopg.connect(address, autocommit=True) as connection:
        while time.monotonic() < ends:
            pair = sorted(dice.sample(range(1, SEATS + 1), 2))
            began = time.perf_counter()
            hold = way(connection, pair, result)
            result.times.append(time.perf_counter() - began)
            if hold is None:
                result.refused += 1
                continue
            result.held += 1
            time.sleep(HELD_S)
            _give_back(connection, pair, hold)


def _give_back(connection: Connection, pair: list[int], hold: int) -> None:
    for seat in pair:  # a statement each: whoever gives back must not deadlock either
        connection.execute(GIVE_BACK, [[seat], hold])


def _claim(connection: Connection, pair: list[int], reading: str) -> int | None:
    """Read in the way given, then the clock, then write; None when a seat is held."""
    rows = connection.execute(reading, [pair]).fetchall()
    now = connection.execute("SELECT clock_timestamp()").fetchone()
    assert now is not None
    if any(holder is not None and until > now[0] for _, holder, until in rows):  # type: ignore[operator]
        return None
    row = connection.execute(INSERT, [pair]).fetchone()
    assert row is not None
    connection.execute(TAKE, [row[0], pair])
    return int(str(row[0]))


def _nowait(connection: Connection, pair: list[int], result: Result) -> int | None:
    """READ COMMITTED, rows locked in order or refused at once."""
    try:
        with connection.transaction():
            return _claim(connection, pair, LOCKED + " NOWAIT")
    except errors.LockNotAvailable:
        return None


def _waiting(connection: Connection, pair: list[int], result: Result) -> int | None:
    """READ COMMITTED, rows locked in order, however long that takes."""
    try:
        with connection.transaction():
            return _claim(connection, pair, LOCKED)
    except errors.LockNotAvailable:  # the role's two seconds
        result.aborted += 1
        return None


def _serializable(connection: Connection, pair: list[int], result: Result) -> int | None:
    """SERIALIZABLE without locks, begun again as often as Postgres says so."""
    for _ in range(RETRIES):
        try:
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                return _claim(connection, pair, READ)
        except (errors.SerializationFailure, errors.DeadlockDetected):
            result.aborted += 1
    return None


def _optimistic(connection: Connection, pair: list[int], result: Result) -> int | None:
    """A compare-and-set a seat, and the first one undone when the second is gone."""
    row = connection.execute(INSERT, [pair]).fetchone()
    assert row is not None
    hold = int(str(row[0]))
    taken: list[int] = []
    for seat in pair:
        if connection.execute(TAKE_ONE, [hold, [seat]]).rowcount != 1:
            break
        taken.append(seat)
    else:
        return hold
    if taken:
        result.aborted += 1
        connection.execute(GIVE_BACK, [taken, hold])
    connection.execute("DELETE FROM bench_hold WHERE id = %s", [hold])
    return None


WAYS: dict[str, Way] = {
    "locks in order, NOWAIT (ours)": _nowait,
    "locks in order, waiting": _waiting,
    "SERIALIZABLE with retries": _serializable,
    "compare-and-set with undo": _optimistic,
}
