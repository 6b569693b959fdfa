"""The outbox: owed in the change's transaction, delivered once, never lost, never in the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from pytest_django import Settings

from tests.races.interleaving import at_once, in_thread
from ticketmaster.accounts.models import User
from ticketmaster.core import mail, outbox
from ticketmaster.core.models import AuditRecord, OutboxMessage

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


def test_messages_of_one_key_are_delivered_one_by_one_in_order(delivered: list[str]) -> None:
    for number in range(3):
        outbox.add(topic=TOPIC, unique_key=f"k{number}", payload={}, ordering_key="event:1")
    owe("beside")
    first = outbox._lease()  # another relay is at it

    assert first is not None
    assert first.unique_key == "k0"
    assert outbox.relay_due_messages() == 1
    assert delivered == ["beside"]

    outbox._deliver(first)
    outbox.relay_due_messages()
    assert delivered == ["beside", "k0", "k1", "k2"]


def test_one_that_fails_holds_back_its_own_key_only(delivered: list[str]) -> None:
    outbox.add(topic=TOPIC, unique_key="broken", payload={"fails": True}, ordering_key="event:1")
    outbox.add(topic=TOPIC, unique_key="behind", payload={}, ordering_key="event:1")
    outbox.add(topic=TOPIC, unique_key="other", payload={}, ordering_key="event:2")

    outbox.relay_due_messages()
    assert delivered == ["other"]

    for _ in range(10):
        make_all_due()
        outbox.relay_due_messages()
    assert delivered == ["other", "behind"]


def test_four_relays_keep_the_order_of_every_key(delivered: list[str]) -> None:
    for number in range(24):
        key = f"event:{number % 3}"
        outbox.add(topic=TOPIC, unique_key=f"{number:02}", payload={}, ordering_key=key)

    for _ in range(24):
        if len(delivered) < 24:
            at_once([outbox.relay_due_messages] * 4)

    for rest in range(3):
        own = [key for key in delivered if int(key) % 3 == rest]
        assert own == sorted(own)
    assert len(delivered) == 24


def test_one_that_kills_its_relay_each_time_is_parked(delivered: list[str]) -> None:
    owe("deadly")
    owe("harmless")
    for _ in range(8):
        make_all_due()
        assert outbox._lease() is not None  # and the process is killed here
        OutboxMessage.objects.filter(unique_key="harmless").update(tries=0)

    make_all_due()
    outbox.relay_due_messages()

    deadly = OutboxMessage.objects.get(unique_key="deadly")
    assert (deadly.tries, deadly.sent_at) == (8, None)
    assert deadly.parked_at is not None
    assert delivered == ["harmless"]


def test_staff_take_up_what_was_parked(delivered: list[str], staff: User) -> None:
    owe("parked")
    message = OutboxMessage.objects.get()
    OutboxMessage.objects.update(parked_at=Now(), tries=8)

    outbox.try_again(message.pk, actor_id=staff.pk)

    assert outbox.relay_due_messages() == 1
    assert AuditRecord.objects.get(subject="outbox").actor_id == staff.pk


def test_f52_a_mail_delivered_twice_is_one_mail(mailed: Path, delivered: list[str]) -> None:
    """The task ran twice: the same outbox row is the same Message-ID, and one file."""

    def send(message: OutboxMessage) -> None:
        mail.send(
            mail.Mail(to="fan@example.org", subject="Your tickets", text="t", html="h"),
            outbox_id=message.pk,
        )

    del outbox._handlers[TOPIC]
    outbox.handles(TOPIC)(send)
    owe("mail")
    leased = outbox._lease()
    assert leased is not None
    outbox._deliver(leased)
    OutboxMessage.objects.update(sent_at=None)  # killed before it could say so
    make_all_due()

    outbox.relay_due_messages()

    assert len(list(mailed.glob("*.eml"))) == 1


@pytest.fixture
def mailed(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_BACKEND = "ticketmaster.core.mail_folder.FolderBackend"
    settings.MAIL_DIR = tmp_path
    return tmp_path


def test_f57_what_a_commit_owes_is_found_though_nobody_was_told(delivered: list[str]) -> None:
    """Killed between commit and relay: no task was ever queued, the row is there all the same."""
    with transaction.atomic():
        owe("owed")

    assert outbox.relay_due_messages() == 1
    assert delivered == ["owed"]


def test_f57_nothing_is_delivered_before_the_commit(delivered: list[str]) -> None:
    with transaction.atomic():
        owe("early")
        assert in_thread(outbox.relay_due_messages) == 0

    assert outbox.relay_due_messages() == 1
