"""The outbox: owed in the change's transaction, delivered once, never lost, never in the way."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from tests.races.interleaving import at_once
from ticketmaster.core import outbox
from ticketmaster.core.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = "test.topic"


@pytest.fixture
def delivered() -> Iterator[list[str]]:
    """Keys that the handler of the test's topic was given."""
    keys: list[str] = []

    def handler(message: OutboxMessage) -> None:
        assert not connection.in_atomic_block  # mail may be slow: no transaction stays open
        if message.payload.get("fails"):
            raise ValueError("the mail server is away")
        keys.append(message.unique_key)

    outbox.handles(TOPIC)(handler)
    yield keys
    del outbox._handlers[TOPIC]


def owe(key: str, **payload: object) -> None:
    outbox.add(topic=TOPIC, unique_key=key, payload=payload)


def make_all_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_outboxmessage SET due_at = clock_timestamp()")


def test_what_is_owed_is_delivered_once(delivered: list[str]) -> None:
    owe("one")
    owe("one")
    owe("two")

    assert outbox.relay_due_messages() == 2
    assert outbox.relay_due_messages() == 0

    assert delivered == ["one", "two"]
    assert OutboxMessage.objects.filter(sent_at__isnull=False, tries=1).count() == 2


def test_a_change_that_is_undone_owes_nothing(delivered: list[str]) -> None:
    with transaction.atomic():
        owe("undone")
        transaction.set_rollback(True)

    assert outbox.relay_due_messages() == 0
    assert delivered == []


def test_a_failure_waits_and_lets_the_others_go_on(delivered: list[str]) -> None:
    owe("broken", fails=True)
    owe("whole")

    assert outbox.relay_due_messages() == 1

    broken = OutboxMessage.objects.get(unique_key="broken")
    assert delivered == ["whole"]
    assert (broken.tries, broken.sent_at, broken.parked_at) == (1, None, None)
    assert "the mail server is away" in broken.last_error


def test_the_eighth_failure_parks_it_for_staff(delivered: list[str]) -> None:
    owe("broken", fails=True)

    for _ in range(10):
        make_all_due()
        outbox.relay_due_messages()

    broken = OutboxMessage.objects.get()
    assert broken.tries == 8
    assert broken.parked_at is not None


def test_a_killed_relays_message_comes_back_when_its_lease_ends(delivered: list[str]) -> None:
    owe("leased")
    assert outbox._lease() is not None  # and the process is killed here

    assert outbox.relay_due_messages() == 0
    make_all_due()
    assert outbox.relay_due_messages() == 1

    assert delivered == ["leased"]


def test_four_relays_at_once_deliver_each_message_once(delivered: list[str]) -> None:
    for number in range(20):
        owe(f"m{number}")

    outcomes = at_once([outbox.relay_due_messages] * 4)

    assert sum(outcomes) == 20
    assert sorted(delivered) == sorted({f"m{number}" for number in range(20)})
