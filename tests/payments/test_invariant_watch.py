"""Who hears of a broken invariant: the command, the log, staff."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from bookings.models import Booking
from payments.invariant_watch import last_counts, watch_invariants
from payments.invariants import QUERIES, ledger_difference
from payments.models import InvariantResult
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


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
