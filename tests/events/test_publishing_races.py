"""Two people put one event on sale in the same moment."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from events import publishing, ticket_making
from events.errors import WrongEventStatus
from events.locks import own_event, share_event
from events.models import Event, Ticket
from tests.factories import priced_event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ONE_PER_PLACE = ("one_ticket_per_seat", "one_ticket_per_place")


def at_once(act: Callable[[], object], times: int) -> list[object]:
    """What each of so many threads got, its refusal included."""
    start = threading.Barrier(times)

    def run() -> object:
        start.wait()
        try:
            return act()
        except WrongEventStatus as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(times)]]


def test_one_of_two_makes_the_tickets_and_the_other_is_refused():
    event = priced_event()

    results = at_once(lambda: publishing.put_on_sale(event_id=event.pk), 2)

    assert sorted(results, key=str) == [20, "wrong_event_status"]
    assert Ticket.objects.filter(event=event).count() == 20


@pytest.fixture
def no_constraint() -> Iterator[None]:
    """Nothing in the database refuses a second ticket for a place."""
    constraints = [c for c in Ticket._meta.constraints if c.name in ONE_PER_PLACE]
    with connection.schema_editor() as editor:
        for constraint in constraints:
            editor.remove_constraint(Ticket, constraint)
    yield
    Ticket.objects.all().delete()
    with connection.schema_editor() as editor:
        for constraint in constraints:
            editor.add_constraint(Ticket, constraint)


def test_control_without_lock_comparison_and_constraint_each_place_has_two_tickets(
    no_constraint, monkeypatch
):
    event = priced_event()
    both_have_looked = threading.Barrier(2)

    def look_then_set(event_id: int, *, to: str, **_: object) -> None:
        assert Event.objects.get(pk=event_id).status == "scheduled"
        both_have_looked.wait(60)
        Event.objects.filter(pk=event_id).update(status=to)

    monkeypatch.setattr(publishing, "own_event", lambda _: None)
    monkeypatch.setattr(publishing, "_move", look_then_set)
    monkeypatch.setattr(ticket_making, "own_ticket_making", lambda: None)

    results = at_once(lambda: publishing.put_on_sale(event_id=event.pk), 2)

    assert results == [20, 20]
    assert Ticket.objects.filter(event=event).count() == 40


def test_ids_follow_each_other_while_another_event_makes_its_tickets():
    events = [priced_event(rows="A-Z", seats_per_row=20) for _ in range(2)]
    turns = iter(events)

    at_once(lambda: publishing.put_on_sale(event_id=next(turns).pk), 2)

    for event in events:
        ids = list(Ticket.objects.filter(event=event).order_by("pk").values_list("pk", flat=True))
        assert ids == list(range(ids[0], ids[0] + 520))


def test_a_cancellation_waits_for_those_who_hold_the_event():
    event = priced_event()
    publishing.put_on_sale(event_id=event.pk)
    order: list[str] = []
    holding = threading.Event()

    def hold() -> None:
        with publishing.transaction.atomic():
            share_event(event.pk)
            holding.set()
            wait_until_somebody_waits()
            order.append("held")
        connection.close()

    def cancel() -> None:
        holding.wait(60)
        publishing.cancel_event(event_id=event.pk)
        order.append("cancelled")
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(hold), pool.submit(cancel)]:
            future.result()

    assert order == ["held", "cancelled"]


def wait_until_somebody_waits() -> None:
    """Return once another connection of this database waits for an advisory lock."""
    waiting = """
        SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
    """
    for _ in range(20_000):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone() == (1,):
                return
        threading.Event().wait(0.005)
    raise AssertionError("nobody waited for the event")


def test_two_who_share_an_event_do_not_wait_for_each_other():
    both_inside = threading.Barrier(2)

    def share() -> str:
        with publishing.transaction.atomic():
            share_event(77)
            both_inside.wait(60)
        return "shared"

    assert at_once(share, 2) == ["shared", "shared"]


def test_who_owns_an_event_is_alone():
    def own() -> int:
        with publishing.transaction.atomic():
            own_event(78)
            inside.append(1)
            count = len(inside)
            threading.Event().wait(0.05)
            inside.pop()
        return count

    inside: list[int] = []

    assert at_once(own, 3) == [1, 1, 1]
