"""What a ticket, a purchase, a visitor in line and a hold weigh: figures of docs/capacity.md."""

from collections.abc import Iterable

from django.db import connection

from benchmarks.crowd import repeat, run_crowd
from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.http import request_bytes
from benchmarks.lines import behind_room, line_up
from benchmarks.paid import BUY
from benchmarks.people import make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event, shuffled_pairs
from bookings.best_available import hold_best_available
from bookings.waiting_room import books, line
from bookings.wishes import Wish
from events.generating.catalogue import generate_catalogue
from events.models import Ticket

EVENTS, TICKETS_PER_EVENT = 500, 2_000
PURCHASES = 400
VISITORS = 20_000
HOLDS = 200
OK = 200
NAMED_FROM_BYTES = 8

SIZES = """
SELECT c.relname, pg_total_relation_size(c.oid), pg_indexes_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public'
"""


def run(bench: Bench) -> list[Figure]:
    """Bytes of each, by `pg_total_relation_size` and Redis' own MEMORY USAGE."""
    return [*_tickets(bench), *_purchases(bench), *_visitors(bench), *_holds(bench)]


def _sizes() -> dict[str, int]:
    """Every table's bytes with its indexes and TOAST, once vacuum has been by."""
    analyze()
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        return {name: size for name, size, _ in cursor.fetchall()}


def _grown(before: dict[str, int], count: int) -> tuple[float, str]:
    """Bytes that each of so many has added to all tables, and where most of them are."""
    after = _sizes()
    added = {name: (after[name] - before.get(name, 0)) / count for name in after}
    largest = sorted(added.items(), key=lambda one: -one[1])
    words = [f"{name} {size:,.0f}" for name, size in largest if size >= NAMED_FROM_BYTES]
    return sum(added.values()), ", ".join(words)


def _tickets(bench: Bench) -> list[Figure]:
    events = int(bench.pick(EVENTS, 50))
    before = _sizes()
    generate_catalogue(events=events, tickets=TICKETS_PER_EVENT, seed=1, advance=lambda *_: None)
    count = Ticket.objects.count()
    each, where = _grown(before, count)
    after = _sizes()
    return [
        at_least("tickets measured", count, events * TICKETS_PER_EVENT, Kind.COUNT),
        _bytes("a ticket row with its indexes", after["events_ticket"] / count, 400),
        _bytes("an event's share and the seat map's, a ticket", each, 800, where),
        at_most(
            "all of it", sum(after.values()) / 1e6, 800, Kind.COUNT, unit="MB", note=_largest(after)
        ),
    ]


def _largest(sizes: dict[str, int]) -> str:
    top = sorted(sizes.items(), key=lambda one: -one[1])[:6]
    return ", ".join(f"{name} {size / 1e6:,.1f} MB" for name, size in top)


def _purchases(bench: Bench) -> list[Figure]:
    wanted = int(bench.pick(PURCHASES, 100))
    pairs = shuffled_pairs(seated_event(2 * wanted))
    buyers = make_buyers(wanted)
    before = _sizes()
    requests = (
        request_bytes(
            "POST",
            BUY,
            token=buyer.token,
            body={"ticket_ids": pair, "payment_method": "pm_card_visa"},
        )
        for pair, buyer in zip(pairs, buyers, strict=True)
    )
    with bench.site("worker", "critical", "beat") as port:
        tally = run_crowd(port, repeat("buy", requests), clients=8, seconds=300)
    sold = tally.count("buy", {OK})
    each, where = _grown(before, max(sold, 1))
    return [
        at_least("purchases of two tickets measured", sold, 0.95 * wanted, Kind.COUNT),
        _bytes("all that a purchase of two tickets writes", each, 20_000, where),
    ]


def _visitors(bench: Bench) -> list[Figure]:
    count = int(bench.pick(VISITORS, 2_000))
    event = seated_event(200)
    behind_room(event, is_paused=True)
    line_up(event, count)
    fresh = _memory(line.keys_of(event.pk)) / count
    before = _sizes()
    while books.write_down(event.pk):
        pass
    written, _ = _grown(before, count)
    kept = _memory(line.keys_of(event.pk)) / count
    return [
        _bytes("a visitor in line, in Redis", kept, 400, f"{fresh:,.0f} until written down"),
        _bytes("a visitor's row in the checkpoint", written, 600),
    ]


def _holds(bench: Bench) -> list[Figure]:
    count = int(bench.pick(HOLDS, 50))
    event = seated_event(4 * count)
    buyers = make_buyers(count, name="holding")
    known = _keys()
    for buyer in buyers:
        hold_best_available(user=buyer.user, wish=Wish(event_id=event.pk, quantity=2))
    new = _keys() - known
    return [
        _bytes(
            "the locks of a hold of two, in Redis",
            _memory(new) / count,
            800,
            f"{len(new) / count:.1f} keys",
        )
    ]


def _keys() -> set[str]:
    return set(line.connection().scan_iter(count=5_000))


def _memory(keys: Iterable[str]) -> float:
    """Bytes of these keys, every member counted."""
    pipeline = line.connection().pipeline(transaction=False)
    for key in keys:
        pipeline.memory_usage(key, samples=0)
    return float(sum(size or 0 for size in pipeline.execute()))


def _bytes(name: str, value: float, target: float, note: str = "") -> Figure:
    return at_most(name, value, target, Kind.COUNT, unit="B", note=note)
