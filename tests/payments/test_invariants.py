"""Each invariant is 0 after honest work, and rises by one when one row is broken by raw SQL."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from bookings.models import Booking
from events.models import Event
from payments.invariant_watch import last_counts, watch_invariants
from payments.invariants import QUERIES, check_invariants, ledger_difference
from payments.models import InvariantResult
from payments.refunds import refund_booking
from payments.stripe_calls import breaker
from tests.factories import UserFactory, tickets_of
from tests.payments.conftest import Hold
from tests.payments.helpers import DECLINED, THREE_D_SECURE, attempt_of, pay
from tests.sandbox.process import Sandbox
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def counts() -> dict[str, int | None]:
    return {finding.name: finding.count for finding in check_invariants()}


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


@pytest.fixture
def without() -> Callable[[str, str, str], None]:
    """Drops a constraint or index; the test database is rebuilt from its definition after."""
    made: list[tuple[str, str]] = []

    def drop(kind: str, name: str, table: str = "") -> None:
        with connection.cursor() as cursor:
            if kind == "index":
                cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
                restore = cursor.fetchone()[0]
                cursor.execute(f'DROP INDEX "{name}"')
            else:
                cursor.execute(
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
                )
                definition = cursor.fetchone()[0]
                restore = f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        made.append((table, restore))

    yield drop
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_event, accounts_user CASCADE")
        for _, restore in made:
            cursor.execute(restore)


@pytest.fixture
def world(hold: Hold, sandbox: Sandbox) -> Booking:
    """One of each: paid, held, declined, waiting in 3-D Secure, refunded."""
    paid, refunded = hold(2), hold(1, user=UserFactory.create())
    pay(paid)
    pay(refunded)
    refund_booking(booking_id=refunded.pk, reason="test")
    hold(1, user=UserFactory.create())
    declined = hold(1, user=UserFactory.create())
    with pytest.raises(Exception, match="declined"):
        pay(declined, DECLINED)
    pay(hold(1, user=UserFactory.create()), THREE_D_SECURE)
    return paid


def test_honest_work_breaks_nothing(world: Booking) -> None:
    found = counts()

    assert found == {**dict.fromkeys(QUERIES, 0), "I6": found["I6"]}


def test_the_command_prints_every_count_and_ends_well(
    world: Booking, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    call_command("check_invariants")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(QUERIES)
    assert "not checked" in lines[5]


def test_the_command_exits_with_one_when_something_is_broken(world: Booking) -> None:
    run("UPDATE events_event SET ticket_total = ticket_total + 1")

    with pytest.raises(SystemExit) as ended:
        call_command("check_invariants")

    assert ended.value.code == 1


def rises_by_one(name: str, break_it: Callable[[], None]) -> None:
    before = counts()[name]
    break_it()
    assert counts()[name] == (before or 0) + 1


def test_i1_a_ticket_with_two_admissions(world: Booking, without: Callable[..., None]) -> None:
    without("index", "one_live_admission_per_ticket")
    without("index", "one_live_admission_per_line")
    copy = (
        "INSERT INTO bookings_admission (line_id, ticket_id, code, status)"
        " SELECT line_id, ticket_id, 'copy', 'valid' FROM bookings_admission"
        " WHERE status = 'valid' ORDER BY id LIMIT 1"
    )
    rises_by_one("I1", lambda: run(copy))


def test_i2_an_admission_of_a_booking_that_is_no_longer_confirmed(world: Booking) -> None:
    revive = (
        "UPDATE bookings_admission SET status = 'valid' WHERE id ="
        " (SELECT id FROM bookings_admission WHERE status = 'void' LIMIT 1)"
    )
    rises_by_one("I2", lambda: run(revive))


def test_i3_a_confirmed_booking_whose_payment_is_gone(world: Booking) -> None:
    undo = "UPDATE payments_paymentattempt SET status = 'voided' WHERE id = %s"
    rises_by_one("I3", lambda: run(undo, attempt_of(world).pk))


def test_i3_a_payment_of_another_amount(world: Booking) -> None:
    change = "UPDATE payments_paymentattempt SET amount_minor = 1 WHERE id = %s"
    rises_by_one("I3", lambda: run(change, attempt_of(world).pk))


def test_i3_allows_a_capture_five_minutes(world: Booking) -> None:
    authorised = (
        "UPDATE payments_paymentattempt SET status = 'authorised', captured_at = NULL,"
        " changed_at = clock_timestamp() - make_interval(secs => %s) WHERE id = %s"
    )
    run("DELETE FROM payments_ledgerentry WHERE attempt_id = %s", attempt_of(world).pk)
    run(authorised, 60, attempt_of(world).pk)
    assert (counts()["I3"], counts()["I4"]) == (0, 0)

    run(authorised, 301, attempt_of(world).pk)
    assert (counts()["I3"], counts()["I4"]) == (1, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_ledgerentry SET amount_minor = amount_minor + 1"
        " WHERE account = 'stripe' AND booking_id = %s",
        "UPDATE payments_ledgerentry SET amount_minor = amount_minor - 1"
        " WHERE account = 'fee' AND booking_id = %s",
        "DELETE FROM payments_ledgerentry WHERE booking_id = %s",
        "UPDATE bookings_admission SET status = 'void' WHERE line_id ="
        " (SELECT min(id) FROM bookings_bookingline WHERE booking_id = %s)",
    ],
)
def test_i4_money_that_does_not_match_the_tickets(world: Booking, statement: str) -> None:
    rises_by_one("I4", lambda: run(statement, world.pk))


def test_i5_a_refund_above_what_was_captured(world: Booking) -> None:
    refund = (
        "INSERT INTO payments_refund (attempt_id, status, amount_minor, face_minor, fee_minor,"
        " tax_minor, currency, reason) VALUES (%s, 'succeeded', 9001, 9001, 0, 0, 'USD', '')"
    )

    def force() -> None:
        run("ALTER TABLE payments_refund DISABLE TRIGGER refunds_within_capture")
        run(refund, attempt_of(world).pk)
        run("ALTER TABLE payments_refund ENABLE TRIGGER refunds_within_capture")

    rises_by_one("I5", force)


def test_i6_a_payment_whose_attempt_is_lost(world: Booking, sandbox: Sandbox) -> None:
    sandbox.chaos(clock_offset_seconds=3600)
    attempt = attempt_of(world)
    run("DELETE FROM payments_ledgerentry WHERE attempt_id = %s", attempt.pk)
    lose = "DELETE FROM payments_paymentattempt WHERE id = %s"
    rises_by_one("I6", lambda: run(lose, attempt.pk))


def test_i6_a_payment_whose_booking_is_over(world: Booking, sandbox: Sandbox) -> None:
    sandbox.chaos(clock_offset_seconds=3600)
    end = "UPDATE bookings_booking SET status = 'expired' WHERE id = %s"
    rises_by_one("I6", lambda: run(end, world.pk))


def test_i6_cannot_be_checked_without_the_witness(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    breaker.reset()

    assert counts()["I6"] is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_event SET ticket_total = ticket_total + 1",
        "DELETE FROM events_ticket WHERE id ="
        " (SELECT max(id) FROM events_ticket WHERE status = 'available')",
        "UPDATE events_ticket SET status = 'reserved', reserved_until = clock_timestamp(),"
        " booking_id = (SELECT id FROM bookings_booking WHERE status = 'refunded')"
        " WHERE id = (SELECT max(id) FROM events_ticket WHERE status = 'available')",
        "UPDATE events_ticket SET status = 'available', booking_id = NULL, reserved_until = NULL"
        " WHERE id = (SELECT min(id) FROM events_ticket WHERE status = 'sold')",
        "UPDATE events_ticket SET status = 'available', booking_id = NULL, reserved_until = NULL"
        " WHERE booking_id = (SELECT id FROM bookings_booking WHERE status = 'paying')",
    ],
)
def test_i7_a_ticket_lost_or_out_of_step(world: Booking, statement: str) -> None:
    run("ALTER TABLE events_ticket DISABLE TRIGGER sold_stays_sold")
    try:
        rises_by_one("I7", lambda: run(statement))
    finally:
        run("ALTER TABLE events_ticket ENABLE TRIGGER sold_stays_sold")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bookings_booking SET expires_at = created_at + interval '902 seconds'"
        " WHERE status = 'reserved' AND id = (SELECT max(id) FROM bookings_booking"
        " WHERE status = 'reserved')",
        "UPDATE events_ticket SET reserved_until = reserved_until + interval '1 hour' WHERE id ="
        " (SELECT max(t.id) FROM events_ticket t JOIN bookings_booking b ON b.id = t.booking_id"
        " WHERE b.status = 'reserved')",
    ],
)
def test_i8_a_hold_beyond_its_longest_life(world: Booking, statement: str) -> None:
    rises_by_one("I8", lambda: run(statement))


def test_i9_a_person_above_the_limit_of_the_booking(world: Booking) -> None:
    lower = "UPDATE bookings_booking SET ticket_limit = 1 WHERE id = %s"
    rises_by_one("I9", lambda: run(lower, world.pk))


@pytest.mark.parametrize(
    ("relay", "leave"),
    [
        (
            "outbox",
            "INSERT INTO core_outboxmessage (topic, unique_key, payload, due_at, tries,"
            " last_error) VALUES ('t', 'k', '{}', clock_timestamp() - interval '90 s', 0, '')",
        ),
        (
            "stripe_events",
            "INSERT INTO payments_stripeevent (event_id, kind, object_id, payload, due_at, tries,"
            " outcome) VALUES ('e', 'k', '', '{}', clock_timestamp() - interval '90 s', 0, '')",
        ),
    ],
)
def test_i10_what_a_living_relay_left_lying(event: Event, relay: str, leave: str) -> None:
    beat = (
        "INSERT INTO core_relayheartbeat (name, started_at, seen_at) VALUES"
        " (%s, clock_timestamp() - interval '1 hour', clock_timestamp())"
    )
    run(beat, relay)
    assert tickets_of(event)

    rises_by_one("I10", lambda: run(leave))

    run("UPDATE core_relayheartbeat SET seen_at = clock_timestamp() - interval '40 s'")
    assert counts()["I10"] == 0  # the relay was away for most of that minute


def test_what_was_found_is_kept_for_staff(world: Booking) -> None:
    watch_invariants()

    kept = InvariantResult.objects.values_list("name", "count", "broken_since")
    assert [name for name, _, _ in kept] == list(QUERIES)
    assert {count for name, count, _ in kept if name != "I6"} == {0}
    assert last_counts().keys() >= QUERIES.keys() - {"I6"}


def test_a_broken_invariant_is_an_error_in_the_log_and_on_the_staffs_page(
    world: Booking, staff: User
) -> None:
    run("UPDATE bookings_admission SET status = 'void' WHERE line_id = %s", a_line(world))

    with capture_logs() as said:
        watch_invariants()
        watch_invariants()

    errors = [entry for entry in said if entry["log_level"] == "error"]
    assert {entry["invariant"] for entry in errors} >= {"I4"}
    result = InvariantResult.objects.get(name="I4")
    assert (result.count, result.broken_since is not None) == (1, True)
    assert errors[-1]["since"] <= result.checked_at
    browser = Client()
    browser.force_login(staff)
    page = browser.get("/admin/payments/invariantresult/").content.decode()
    assert "1 broken" in page
    assert page.count("holds") >= 8


def a_line(booking: Booking) -> int:
    return int(booking.lines.order_by("pk").values_list("pk", flat=True)[0])


def test_a_mended_invariant_is_broken_no_more(world: Booking) -> None:
    run("UPDATE bookings_admission SET status = 'void' WHERE line_id = %s", a_line(world))
    watch_invariants()
    run("UPDATE bookings_admission SET status = 'valid' WHERE line_id = %s", a_line(world))

    watch_invariants()

    assert InvariantResult.objects.get(name="I4").broken_since is None


def test_the_whole_ledger_differs_by_nothing(world: Booking) -> None:
    assert ledger_difference() == 0
    said = StringIO()
    run("ALTER TABLE payments_ledgerentry DISABLE TRIGGER transfer_sums_to_zero")
    try:
        run(
            "UPDATE payments_ledgerentry SET amount_minor = amount_minor + 7 WHERE id = ("
            " SELECT min(id) FROM payments_ledgerentry)"
        )
    finally:
        run("ALTER TABLE payments_ledgerentry ENABLE TRIGGER transfer_sums_to_zero")

    assert ledger_difference() == 7
    with pytest.raises(SystemExit):
        call_command("check_invariants", stdout=said)
    assert said.getvalue().splitlines()[-1].split()[:2] == ["sum", "7"]
