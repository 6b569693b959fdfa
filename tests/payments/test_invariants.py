"""Each invariant is 0 after honest work, and it alone finds the one row that raw SQL has broken."""

from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import Settings

from bookings.models import Booking
from events.models import Event
from payments import outside_witness
from payments.invariants import QUERIES, check_invariants
from payments.stripe_calls import breaker
from tests.factories import UserFactory
from tests.payments.helpers import Killed, attempt_of, pay
from tests.sandbox.process import Sandbox

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


def test_honest_work_breaks_nothing(world: Booking) -> None:
    assert counts() == dict.fromkeys(QUERIES, 0)


def assert_breaks_alone(name: str, break_it: Callable[[], None]) -> None:
    """This one finds one row, and no other finds any."""
    assert_breaks({name}, break_it)


def assert_breaks(names: set[str], break_it: Callable[[], None]) -> None:
    """These find one row each, and no other finds any.

    Where the sandbox's clock is an hour ahead, I6 finds what other tests have paid there, too.
    """
    before = counts()
    assert before == {**dict.fromkeys(QUERIES, 0), "I6": before["I6"]}
    break_it()
    assert counts() == {name: (count or 0) + (name in names) for name, count in before.items()}


def test_i1_a_ticket_with_two_admissions(world: Booking, without: Callable[..., None]) -> None:
    without("index", "one_live_admission_per_ticket")
    without("index", "one_live_admission_per_line")
    copy = (
        "INSERT INTO bookings_admission (line_id, ticket_id, code, status)"
        " SELECT line_id, ticket_id, 'copy', 'valid' FROM bookings_admission"
        " WHERE status = 'valid' ORDER BY id LIMIT 1"
    )
    # its tickets are worth more than was paid, too
    assert_breaks({"I1", "I4"}, lambda: run(copy))


def test_i1_a_ticket_that_was_sold_and_is_held(world: Booking) -> None:
    hold = (
        "INSERT INTO bookings_bookingline"
        " (booking_id, ticket_id, price_level_name, face_minor, fee_minor, tax_minor)"
        " SELECT (SELECT max(id) FROM bookings_booking WHERE status = 'reserved'),"
        " ticket_id, price_level_name, 0, 0, 0 FROM bookings_bookingline"
        " WHERE booking_id = %s ORDER BY id LIMIT 1"
    )
    assert_breaks_alone("I1", lambda: run(hold, world.pk))


def test_i2_an_admission_of_a_booking_that_is_no_longer_confirmed(world: Booking) -> None:
    """That of a refunded ticket which nobody else has; worth nothing, so that no sum differs."""
    free = "(SELECT max(id) FROM events_ticket WHERE status = 'available')"
    void = "(SELECT id FROM bookings_admission WHERE status = 'void')"
    line = f"(SELECT line_id FROM bookings_admission WHERE id = {void})"
    run(
        f"UPDATE bookings_bookingline SET ticket_id = {free}, face_minor = 0, fee_minor = 0,"
        f" tax_minor = 0 WHERE id = {line}"
    )
    run(f"UPDATE bookings_admission SET ticket_id = {free} WHERE id = {void}")

    revive = f"UPDATE bookings_admission SET status = 'valid' WHERE id = {void}"
    assert_breaks_alone("I2", lambda: run(revive))


def test_i3_a_confirmed_booking_whose_payment_is_gone(world: Booking) -> None:
    undo = "UPDATE payments_paymentattempt SET status = 'voided' WHERE id = %s"
    assert_breaks_alone("I3", lambda: run(undo, attempt_of(world).pk))


def test_i3_a_payment_in_another_currency(world: Booking) -> None:
    change = "UPDATE payments_paymentattempt SET currency = 'EUR' WHERE id = %s"
    assert_breaks_alone("I3", lambda: run(change, attempt_of(world).pk))


def test_i3_a_payment_of_another_amount(world: Booking) -> None:
    change = "UPDATE payments_paymentattempt SET amount_minor = amount_minor + 1 WHERE id = %s"
    # the ledger has another amount, too
    assert_breaks({"I3", "I4"}, lambda: run(change, attempt_of(world).pk))


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
    assert_breaks_alone("I4", lambda: run(statement, world.pk))


def test_i5_a_refund_above_what_was_captured(world: Booking) -> None:
    refund = (
        "INSERT INTO payments_refund (attempt_id, status, amount_minor, face_minor, fee_minor,"
        " tax_minor, currency, reason) VALUES (%s, 'created', 9001, 9001, 0, 0, 'USD', '')"
    )

    def force() -> None:
        run("ALTER TABLE payments_refund DISABLE TRIGGER refunds_within_capture")
        run(refund, attempt_of(world).pk)
        run("ALTER TABLE payments_refund ENABLE TRIGGER refunds_within_capture")

    assert_breaks_alone("I5", force)


@pytest.fixture
def authorised(
    world: Booking, hold: Callable[..., Booking], die_at: Callable[[str], None], sandbox: Sandbox
) -> Booking:
    """Its money is blocked at Stripe for an hour, and the process died before it wrote that."""
    booking = hold(1, user=UserFactory.create())
    die_at("before_C")
    with pytest.raises(Killed):
        pay(booking)
    sandbox.chaos(clock_offset_seconds=3600)
    return booking


def test_i6_a_payment_whose_attempt_is_lost(
    authorised: Booking, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside_witness, "NAMED", 10_000)  # other tests' payments are there, too
    lost = attempt_of(authorised).pk
    lose = "DELETE FROM payments_paymentattempt WHERE id = %s"

    assert_breaks_alone("I6", lambda: run(lose, lost))

    named = f"Stripe has 4500 minor units for booking {authorised.reference} (attempt {lost})"
    assert named in caplog.text


def test_i6_a_payment_whose_booking_is_over(authorised: Booking) -> None:
    """The attempt is under way and explains it, until somebody calls that released."""
    free = (
        "UPDATE events_ticket SET status = 'available', booking_id = NULL, reserved_until = NULL"
        " WHERE booking_id = %s"
    )
    run(free, authorised.pk)
    run("UPDATE bookings_booking SET status = 'expired' WHERE id = %s", authorised.pk)

    release = "UPDATE payments_paymentattempt SET status = 'voided' WHERE id = %s"
    assert_breaks_alone("I6", lambda: run(release, attempt_of(authorised).pk))


def test_i6_a_payment_that_names_another_booking(world: Booking, sandbox: Sandbox) -> None:
    sandbox.chaos(clock_offset_seconds=3600)
    rename = "UPDATE bookings_booking SET reference = 'another' WHERE id = %s"
    assert_breaks_alone("I6", lambda: run(rename, world.pk))


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
        assert_breaks_alone("I7", lambda: run(statement))
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
    assert_breaks_alone("I8", lambda: run(statement))


def test_i9_a_person_above_the_limit_of_the_booking(world: Booking) -> None:
    lower = "UPDATE bookings_booking SET ticket_limit = 1 WHERE id = %s"
    assert_breaks_alone("I9", lambda: run(lower, world.pk))


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

    assert_breaks_alone("I10", lambda: run(leave))

    run("UPDATE core_relayheartbeat SET seen_at = clock_timestamp() - interval '40 s'")
    assert counts()["I10"] == 0  # the relay was away for most of that minute
