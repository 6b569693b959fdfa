"""A thousand clients copy the seat map and the prices while people buy."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator

from benchmarks.crowd import Client, Script, Tally, run_crowd
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.people import Buyer, make_buyers
from benchmarks.site import Bench, settle
from benchmarks.stock import RESERVE, seated_event
from events.models import Event
from tests.factories import tickets_of

SCRAPERS = 1_000
SCRAPERS_PER_NETWORK = 250
EACH_EVERY_S = 1.0
BUYERS_AT_ONCE = 8
CREATED = 201


def run(bench: Bench) -> list[Figure]:
    """Eight buyers, a hold a second each, alone and beside scrapers who ask as often."""
    seconds = bench.pick(20, 8)
    event = seated_event(4_000)
    count = int(2 * (seconds + 4) * BUYERS_AT_ONCE / EACH_EVERY_S)
    buying = _Buying(iter(make_buyers(count)), iter([one.pk for one in tickets_of(event)]))
    # Everybody has an address of their own, as behind nginx; the limits are on.
    with bench.site(RATE_LIMITS="on", TRUSTED_PROXY_COUNT="1") as port:
        alone = buying.run(port, seconds, warm_up=2)
        scraped = Tally()

        def scrape() -> None:
            nonlocal scraped
            scraped = run_crowd(port, _scraper(event), clients=SCRAPERS, seconds=seconds + 2)

        thread = threading.Thread(target=scrape)
        thread.start()
        settle(2)
        beside = buying.run(port, seconds)
        thread.join()
    return _figures(alone, beside, scraped)


class _Buying:
    """Holds of a seat each, by somebody else each time."""

    def __init__(self, buyers: Iterator[Buyer], tickets: Iterator[int]) -> None:
        self._buyers = buyers
        self._tickets = tickets

    def run(self, port: int, seconds: float, *, warm_up: float = 0.0) -> Tally:
        """For that long."""
        return run_crowd(
            port, self._follow, clients=BUYERS_AT_ONCE, seconds=seconds, warm_up=warm_up
        )

    async def _follow(self, client: Client) -> None:
        await asyncio.sleep(client.number / BUYERS_AT_ONCE * EACH_EVERY_S)
        while client.goes_on:
            next_at = time.perf_counter() + EACH_EVERY_S
            buyer = next(self._buyers)
            headers = {"X-Forwarded-For": f"198.51.{buyer.user.pk % 200}.{client.number}"}
            body = {"ticket_ids": [next(self._tickets)]}
            request = request_bytes("POST", RESERVE, token=buyer.token, body=body, headers=headers)
            await client.send("hold", request)
            await asyncio.sleep(max(0.0, next_at - time.perf_counter()))


def _scraper(event: Event) -> Script:
    paths = [
        f"/event/{event.pk}",
        f"/event/{event.pk}/seats",
        f"/api/v1/event/{event.pk}",
        f"/api/v1/event/{event.pk}/tickets?page_size=1000",
        f"/api/v1/event/{event.pk}/seat-map",
        f"/event/{event.pk}/availability.json",
    ]

    async def script(client: Client) -> None:
        dice = random.Random(client.number)
        network, host = divmod(client.number, SCRAPERS_PER_NETWORK)
        headers = {"X-Forwarded-For": f"203.0.{network}.{host}", "Accept-Encoding": "gzip"}
        await asyncio.sleep(dice.random() * EACH_EVERY_S)
        while client.goes_on:
            next_at = time.perf_counter() + EACH_EVERY_S
            await client.send("scrape", request_bytes("GET", dice.choice(paths), headers=headers))
            await asyncio.sleep(max(0.0, next_at - time.perf_counter()))

    return script


def _figures(alone: Tally, beside: Tally, scraped: Tally) -> list[Figure]:
    rates = [tally.rate("hold", CREATED) for tally in (beside, alone)]
    put_off = [_put_off(tally) for tally in (beside, scraped)]
    errors = [
        tally.server_errors - count for tally, count in zip((beside, scraped), put_off, strict=True)
    ]
    return [
        at_least(
            "holds beside 1,000 who scrape ÷ without",
            rates[0] / rates[1] if rates[1] else 0.0,
            0.8,
            Kind.RATIO,
            note=f"{rates[0]:.1f}/s and {rates[1]:.1f}/s",
        ),
        at_most(
            "p99 of a hold meanwhile",
            beside.percentile("hold", CREATED, 0.99),
            500,
            Kind.ABSOLUTE,
            unit="ms",
            note=f"{alone.percentile('hold', CREATED, 0.99):,.0f} ms without",
        ),
        at_most("answers of 500 to buyers", errors[0], 0, Kind.COUNT, note=beside.summary()),
        at_most("answers of 500 to scrapers", errors[1], 0, Kind.COUNT, note=scraped.summary()),
        at_most("buyers put off by 503", put_off[0], 0, Kind.ABSOLUTE),
        at_most("looks put off by 503", put_off[1], 0, Kind.ABSOLUTE),
        at_least("holds meanwhile", beside.count("hold", {CREATED}), 1, Kind.COUNT),
    ]


def _put_off(tally: Tally) -> int:
    return sum(1 for _, status, _ in tally.answers if status == 503)
