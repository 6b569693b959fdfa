"""How much longer the hundredth page of a search takes than its first."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import parse_qsl, urlencode, urlsplit

from benchmarks.crowd import Client, run_crowd
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.http import request_bytes

PAGES = 100
EACH = 50
SECONDS = 120.0
OK = 200
P95 = 0.95
AT_MOST = 1.5
# By date, and by relevance among very many.
SEARCHES: tuple[dict[str, str], ...] = ({}, {"term": "the"})


def depth(port: int, name: str) -> list[Figure]:
    """The times of both pages, asked for in turns, for a list by date and one by relevance."""
    return [_of_one(port, name, search) for search in SEARCHES]


def _of_one(port: int, name: str, search: dict[str, str]) -> Figure:
    nonces = count()
    reached = 1

    async def walk_and_compare(client: Client) -> None:
        nonlocal reached
        query = dict(search)
        for page in range(1, PAGES):
            following = (await client.send("walk", _request(query, nonces))).json()["next"]
            if following is None:
                break
            query = {**dict(parse_qsl(urlsplit(following).query)), **search}
            reached = page + 1
        for _ in range(EACH):
            await client.send("first", _request(search, nonces))
            await client.send("last", _request(query, nonces))

    tally = run_crowd(port, walk_and_compare, clients=1, seconds=SECONDS)
    first, last = (tally.percentile(page, OK, P95) for page in ("first", "last"))
    return at_most(
        f"{name}: page {PAGES} to page 1, {search.get('term', 'by date')}",
        last / first,
        AT_MOST,
        Kind.RATIO,
        note=f"p95 {first:.0f} ms, {last:.0f} ms on page {reached}; {tally.summary()}",
    )


def _request(query: dict[str, str], nonces: Iterator[int]) -> bytes:
    """Never the same address, so that no kept copy answers."""
    return request_bytes("GET", f"/api/v1/search?{urlencode({**query, 'nonce': next(nonces)})}")
