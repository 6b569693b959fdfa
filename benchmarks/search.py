"""Finding: a mix of searches, suggestions, broad words and hostile terms over HTTP, among 100,000
events and (without --short) a million."""

import random
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.core.management import call_command

from benchmarks.crowd import Tally, percentile, repeat, run_crowd
from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.http import request_bytes
from benchmarks.site import Bench
from events.models import Event
from search.models import SearchRow
from search.vocabulary import learn_due_names

SIZES = (100_000, 1_000_000)
CLIENTS = 2
REQUESTS = 1_000
OK = 200
BROAD_WORDS = ("live", "the", "rock", "tour", "night", "arena")
SAMPLE = 400
# In ms: what search, suggestions and broad words may take at the 95th percentile.
TARGETS = {100_000: (60, 30, 120), 1_000_000: (100, 40, 120)}
SLOWEST_MS, SLOWEST_HOSTILE_MS = 500, 300
# Operators of languages that a search may be in, and words that are read as filters.
SHRAPNEL = (
    "' OR 1=1 -- ; ( ) [ { } * ? ~ ^ & | ! : <-> \\ % _ .. title:* _exists_:a pg_sleep(9) script "
    "under $50 over tonight boston chicago rock 2031-02-30 in in \u202e 🎸"
).split(" ")

Query = dict[str, str]


def run(bench: Bench) -> list[Figure]:
    """p95 of each at each size, the slowest of all, and that nothing failed."""
    figures: list[Figure] = []
    for size in SIZES[:1] if bench.short else SIZES:
        _grow_to(size)
        figures += _measure(bench, size)
    return figures


def _grow_to(size: int) -> None:
    missing = size - Event.objects.count()
    call_command("generate_catalogue", events=missing, tickets=0, seed=size)
    learn_due_names()
    analyze()


def _measure(bench: Bench, size: int) -> list[Figure]:
    search, suggest, broad = TARGETS[size]
    chance = random.Random(size)
    rows = list(
        SearchRow.objects.order_by("version").values("performers", "city_name", "genre", "title")[
            : SAMPLE * 50 : 50
        ]
    )
    count = int(bench.pick(REQUESTS, REQUESTS / 4))
    with bench.site() as port:
        _ask(port, "search", [_mixed(chance, rows) for _ in range(50)])
        mix = _ask(port, "search", [_mixed(chance, rows) for _ in range(count)])
        typed = _ask(port, "search/suggest", [_typed(chance, rows) for _ in range(count)])
        words = [{"term": chance.choice(BROAD_WORDS)} for _ in range(count // 10)]
        wide = _ask(port, "search", words)
        hostile = _ask(port, "search", [{"term": term} for term in _hostile(chance, count // 10)])
    return [
        _p95(f"search, {size:,} events, p95", mix, "search", search),
        _p95(f"suggest, {size:,} events, p95", typed, "search/suggest", suggest),
        _p95(f"broad words, {size:,} events, p95", wide, "search", broad),
        _slowest(f"slowest search, {size:,} events", [mix, wide], SLOWEST_MS),
        _slowest(f"slowest hostile term, {size:,} events", [hostile], SLOWEST_HOSTILE_MS),
        at_most(
            f"errors, {size:,} events",
            sum(tally.server_errors for tally in (mix, typed, wide, hostile)),
            0,
            Kind.COUNT,
        ),
    ]


def _slowest(name: str, tallies: list[Tally], target: float) -> Figure:
    times = [seconds for tally in tallies for _, _, seconds in tally.answers]
    note = "; ".join(tally.summary() for tally in tallies)
    return at_most(name, max(times) * 1000, target, Kind.ABSOLUTE, unit="ms", note=note)


def _ask(port: int, what: str, queries: list[Query]) -> Tally:
    requests: Iterator[bytes] = iter(
        [request_bytes("GET", f"/api/v1/{what}?{urlencode(query)}") for query in queries]
    )
    return run_crowd(port, repeat(what, requests), clients=CLIENTS, seconds=600)


def _p95(name: str, tally: Tally, what: str, target: float) -> Figure:
    times = sorted(s for asked, status, s in tally.answers if (asked, status) == (what, OK))
    value = percentile(times, 0.95) * 1000
    return at_most(name, value, target, Kind.ABSOLUTE, unit="ms", note=tally.cost)


def _mixed(chance: random.Random, rows: list[dict[str, object]]) -> Query:
    """A name, a title, a place, a kind in a place, a point, a date; one in ten a broad word."""
    row = chance.choice(rows)
    name = str((row["performers"] or [row["title"]])[0])  # type: ignore[index]
    city, genre = str(row["city_name"]), str(row["genre"])
    kinds: list[Callable[[], Query]] = [
        lambda: {"term": name},
        lambda: {"term": str(row["title"])},
        lambda: {"term": name, "location": city},
        lambda: {"location": city, "date": "next-30-days"},
        lambda: {"term": f"{genre} {city}"},
        lambda: {"type": genre or "concert", "sort": "popularity"},
        lambda: {"location": f"{chance.uniform(30, 48):.3f},{chance.uniform(-120, -75):.3f}"},
        lambda: {"date": "this-weekend", "location": city},
        lambda: {"term": _mistyped(chance, name)},
        lambda: {"term": chance.choice(BROAD_WORDS)},
    ]
    return chance.choice(kinds)()


def _mistyped(chance: random.Random, name: str) -> str:
    at = chance.randrange(1, max(2, len(name) - 1))
    return name[:at] + name[at + 1 :]


def _typed(chance: random.Random, rows: list[dict[str, object]]) -> Query:
    row = chance.choice(rows)
    text = str(chance.choice([row["title"], row["city_name"]]))
    return {"term": text[: chance.randint(1, 8)]}


def _hostile(chance: random.Random, count: int) -> Iterator[str]:
    """Ten kilobytes, nothing but symbols, misspellings without end; then mixtures."""
    yield from ("x" * 10_000, "word " * 200, "(" * 5_000, '"' * 999, "é" * 5_000, "a " * 5_000)
    yield " ".join(["beyonse metalica hamliton taylr swfit"] * 4)
    for _ in range(count):
        size = chance.randint(1, 25)
        yield chance.choice(["", " "]).join(chance.choice(SHRAPNEL) for _ in range(size))
