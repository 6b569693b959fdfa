"""What staff set and do while people wait, and the report afterwards."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from bookings.confirmation import claim_for_payment, sell_tickets
from bookings.holds import hold_tickets
from bookings.waiting_room import books, keeper, line, tuning
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.report import overtakings, report_on
from events.models import Event
from tests.bookings.helpers import ids
from tests.waiting_room.helpers import (
    AT_ONCE,
    behind_room,
    change,
    join_by_api,
    join_line,
    opens_in,
    poll_by_api,
)
from ticketmaster.accounts.models import User
from ticketmaster.core import metrics
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db

FORM = {
    "admit_per_second": "5", "most_inside": "100", "public_source": "none",
    "public_source_name": "", "joins_from_0": "", "joins_from_1": "", "opens_at_0": "",
    "opens_at_1": "",
}  # fmt: skip


@pytest.fixture
def browser(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def step(browser: Client, event: Event, which: str, **data: Any) -> Any:
    address = f"/admin/bookings/waitingroom/{event.pk}/step/{which}/"
    return browser.post(address, data, follow=True)


def test_giving_an_event_a_room_switches_it_on(browser: Client, event: Event) -> None:
    answer = browser.post("/admin/bookings/waitingroom/add/", {**FORM, "event": event.pk})

    assert answer.status_code == 302
    event.refresh_from_db()
    assert event.waiting_room is True
    assert join_by_api(event)["state"] == "admitted"


def test_rate_and_cap_change_while_people_wait(browser: Client, event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=1)
    visitors = join_line(event, 3)
    assert [line.poll(event.pk, one).state for one in visitors][1:] == ["waiting", "waiting"]

    answer = browser.post(
        f"/admin/bookings/waitingroom/{event.pk}/change/",
        {**FORM, "admit_per_second": "900", "most_inside": "2"},
    )

    assert answer.status_code == 302
    states = [line.poll(event.pk, one).state for one in visitors]
    assert states == ["admitted", "admitted", "waiting"]


def test_pause_and_go_on(browser: Client, event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=50)
    step(browser, event, "pause")
    [visitor] = join_line(event)
    assert line.poll(event.pk, visitor).state == "waiting"

    step(browser, event, "go-on")

    assert line.poll(event.pk, visitor).state == "admitted"
    actions = AuditRecord.objects.filter(subject="waiting room").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["pause", "go on"]


def test_a_message_reaches_everybody_who_waits(browser: Client, event: Event) -> None:
    behind_room(event, is_paused=True)
    client = Client()
    client.post(f"/event/{event.pk}/waiting-room")

    shown = step(browser, event, "tell", message="The band asks you to bring warm clothes.")

    assert "reads: “The band asks you to bring warm clothes.”" in shown.content.decode()
    page = client.get(f"/event/{event.pk}/waiting-room").content.decode()
    assert "<span>The band asks you to bring warm clothes.</span>" in page
    told = join_by_api(event)
    assert told["message"] == "The band asks you to bring warm clothes."
    assert poll_by_api(event, told["visitor"]).json()["message"] == told["message"]
    step(browser, event, "tell", message="")
    assert poll_by_api(event, told["visitor"]).json()["message"] is None


def test_opening_ahead_of_time_draws_who_is_there(browser: Client, event: Event) -> None:
    behind_room(event, opens_at=opens_in(3600), admit_per_second=AT_ONCE)
    token = join_by_api(event)["visitor"]

    step(browser, event, "open")

    assert poll_by_api(event, token).json()["state"] == "admitted"
    assert WaitingRoom.objects.get().list_length == 1


def test_a_closed_line_lets_nobody_in(browser: Client, event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, is_paused=True)
    token = join_by_api(event)["visitor"]

    step(browser, event, "close")

    assert poll_by_api(event, token).json()["state"] == "closed"
    assert join_by_api(event)["state"] == "closed"


def test_what_the_draw_rests_on_cannot_change_once_it_is_sealed(
    browser: Client, event: Event
) -> None:
    room = behind_room(event, opens_at=opens_in(3600))
    change(room, opens_at=timezone.now())
    keeper.keep(event.pk)
    before = WaitingRoom.objects.values("seed", "opens_at", "list_hash").get()

    browser.post(
        f"/admin/bookings/waitingroom/{event.pk}/change/",
        {**FORM, "opens_at_0": "2030-01-01", "opens_at_1": "10:00", "seed": "0" * 64},
    )

    assert WaitingRoom.objects.values("seed", "opens_at", "list_hash").get() == before


def test_the_page_shows_live_numbers_and_no_seed(browser: Client, event: Event) -> None:
    room = behind_room(event, is_paused=True)
    join_line(event, 7)

    page = browser.get(f"/admin/bookings/waitingroom/{event.pk}/change/").content.decode()
    numbers = browser.get(f"/admin/bookings/waitingroom/{event.pk}/numbers/").json()["numbers"]

    assert {"name": "Waiting", "value": "7"} in numbers
    assert "Fairness report" in page
    assert room.seed not in page


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({}, "Open"),
        ({"is_paused": True}, "Paused"),
        ({"is_closed": True, "is_paused": True}, "Closed"),
        ({"opens_at": 3600}, "Not open yet"),
    ],
)
def test_the_list_says_what_each_line_does_now(
    browser: Client, event: Event, settings: dict[str, Any], word: str
) -> None:
    if "opens_at" in settings:
        settings = {"opens_at": opens_in(settings["opens_at"])}
    behind_room(event, **settings)

    page = browser.get("/admin/bookings/waitingroom/").content.decode()

    said = re.findall(r"(?<=>)\s*(Not open yet|Open|Paused|Closed)\s*(?=<)", page)
    assert said == [word]


def test_fans_do_not_see_the_numbers(fan_client: Client, event: Event) -> None:
    behind_room(event)

    assert fan_client.get(f"/admin/bookings/waitingroom/{event.pk}/numbers/").status_code == 302


def test_the_figures_tell_how_long_each_line_is(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=2)
    join_line(event, 5)

    found = metrics._gauges["waiting_room_people"].ask()

    assert {where: count for (_, where), count in found.items()} == {
        "pool": 0, "waiting": 3, "away": 0, "back": 0, "inside": 2,
    }  # fmt: skip
    assert {event_id for event_id, _ in found} == {str(event.pk)}


def test_the_rate_halves_while_holds_are_slow_and_comes_back_slowly() -> None:
    slow = tuning.next_factor(1.0, hold_ms=900, slow_ms=500)
    slower = tuning.next_factor(0.15, hold_ms=900, slow_ms=500)
    again = tuning.next_factor(0.5, hold_ms=100, slow_ms=500)

    assert (slow, slower) == (0.5, 0.1)
    assert again == pytest.approx(0.55)
    assert tuning.next_factor(1.0, hold_ms=0, slow_ms=500) == 1.0


def test_nobody_is_let_in_for_whom_there_is_no_seat(event: Event, fan: User) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=500, tunes_itself=True)
    keeper.keep(event.pk)

    visitors = join_line(event, 30)

    states = [line.poll(event.pk, one).state for one in visitors]
    assert states == ["admitted"] * 20 + ["waiting"] * 10


def test_slow_holds_lower_the_rate_of_the_line(event: Event) -> None:
    behind_room(event, admit_per_second=100, tunes_itself=True)
    for _ in range(20):
        tuning.note_hold(event.pk, seconds=2.0)

    keeper.keep(event.pk)

    assert line.numbers(event.pk)["rate"] == 50


def test_the_report_tells_who_was_let_in_and_who_bought(event: Event, fan: User) -> None:
    room = behind_room(event, admit_per_second=AT_ONCE, most_inside=3)
    answers = [join_by_api(event) for _ in range(5)]
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 1), waiting_room_pass=answers[0]["pass"])
    claim_for_payment(booking_id=booking.pk)
    sell_tickets(booking_id=booking.pk)
    books.write_down(event.pk)

    report = report_on(room)

    assert (report.joined, report.admitted, report.bought) == (5, 3, 1)
    assert (report.late, report.in_draw, report.overtakings) == (5, 0, 0)
    printed = StringIO()
    call_command("waiting_room_report", event.pk, stdout=printed)
    assert "  Bought: 1\n" in printed.getvalue()
    assert "  Tickets sold: 1\n" in printed.getvalue()
    assert "  of them given back: 0\n" in printed.getvalue()
    assert "  Never let in: 2\n" in printed.getvalue()
    with pytest.raises(CommandError):
        call_command("waiting_room_report", event.pk + 1)


def test_overtakings_count_whom_somebody_in_front_followed() -> None:
    assert overtakings([1, 2, 3, 4]) == 0
    assert overtakings([2, 1, 3]) == 1
    assert overtakings([3, 2, 1]) == 2
