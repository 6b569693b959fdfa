"""docs/locking.md, held: where locking queries live, and in which order whole flows lock."""

import ast
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.best_available import hold_best_available
from bookings.cancellation import cancel_confirmed
from bookings.confirmation import claim_for_payment, return_to_reserved, sell_tickets
from bookings.expiry import release_lapsed_holds
from bookings.holds import extend_hold, hold_tickets, release_hold
from bookings.models import Booking
from bookings.wishes import Wish
from events.models import Event
from tests.bookings.helpers import forget_ticket_locks, ids, lapse
from ticketmaster.accounts.models import User

ROOT = Path(__file__).resolve().parents[2]
APPS = ["ticketmaster", "events", "search", "bookings", "payments"]
LOCKING = re.compile(r"select_for_update|FOR (NO KEY )?UPDATE|pg_advisory|LOCK TABLE")

# Earlier kinds are locked before later ones, in every transaction.
ORDER = [
    ("event", re.compile(r"pg_advisory_xact_lock(_shared)?\(1, ")),
    ("person", re.compile(r"pg_advisory_xact_lock\(2, ")),
    ("booking", re.compile(r'FROM "?bookings_booking"? .*FOR NO KEY UPDATE', re.DOTALL)),
    ("tickets", re.compile(r'FROM "?events_ticket"? .*FOR NO KEY UPDATE', re.DOTALL)),
    ("attempt", re.compile(r'FROM "?payments_paymentattempt"? .*FOR NO KEY UPDATE', re.DOTALL)),
]
KINDS = [kind for kind, _ in ORDER]


def product_files() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_locking_queries_live_in_the_modules_called_locks_and_nowhere_else() -> None:
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in product_files()
        if path.name != "locks.py" and LOCKING.search(path.read_text())
    ]

    assert elsewhere == []


def test_every_row_lock_leaves_references_alone() -> None:
    """FOR UPDATE on a parent row stops every insert that refers to it (reliability.md MF-6)."""
    calls = [
        (path, {word.arg: ast.unparse(word.value) for word in node.keywords})
        for path in product_files()
        if path.name == "locks.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
    ]

    assert len(calls) >= 5
    for path, words in calls:
        assert (words.get("no_key"), words.get("of")) == ("True", "('self',)"), path
    for path in product_files():
        assert not re.search(r"FOR UPDATE", path.read_text()), path


def locked(queries: CaptureQueriesContext) -> list[list[str]]:
    """The kinds locked by each transaction, in order."""
    transactions: list[list[str]] = [[]]
    for query in queries.captured_queries:
        sql = query["sql"]
        if sql.startswith(("BEGIN", "SAVEPOINT")) and "SAVEPOINT" not in sql:
            transactions.append([])
        transactions[-1] += [kind for kind, pattern in ORDER if pattern.search(sql)]
    return [kinds for kinds in transactions if kinds]


@pytest.mark.django_db(transaction=True)
def test_whole_flows_lock_in_the_order_of_the_house(event: Event, fan: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        first = hold_tickets(user=fan, ticket_ids=ids(event, 2))
        extend_hold(user_id=fan.pk, reference=first.reference)
        claim_for_payment(booking_id=first.pk)
        return_to_reserved(booking_id=first.pk)
        claim_for_payment(booking_id=first.pk)
        sell_tickets(booking_id=first.pk)
        cancel_confirmed(booking_id=first.pk)
        second = hold_best_available(user=fan, wish=Wish(event_id=event.pk, quantity=2))
        release_hold(user_id=fan.pk, reference=second.reference)
        third = hold_tickets(user=fan, ticket_ids=ids(event, 1))
        lapse(third)
        forget_ticket_locks(ids(event, 1), third)
        release_lapsed_holds()

    flows = locked(queries)

    assert len(flows) >= 11
    for kinds in flows:
        positions = [KINDS.index(kind) for kind in kinds]
        assert positions == sorted(positions), kinds
        assert kinds[0] == "event"
    assert any(kinds == ["event", "booking", "tickets"] for kinds in flows)
    assert any(kinds == ["event", "person", "tickets"] for kinds in flows)
    assert Booking.objects.get(pk=third.pk).status == "expired"


@pytest.mark.django_db
def test_tickets_are_locked_by_ascending_id(event: Event, fan: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        booking = hold_tickets(user=fan, ticket_ids=list(reversed(ids(event, 3))))
        claim_for_payment(booking_id=booking.pk)

    row_locks = [
        query["sql"] for query in queries.captured_queries if "FOR NO KEY UPDATE" in query["sql"]
    ]
    assert row_locks
    for sql in row_locks:
        assert re.search(r'ORDER BY (t\.id|"\w+"\."id") |"id" = \d+ LIMIT', sql), sql
