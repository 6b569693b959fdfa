"""Nobody reserves without having been let in: every selling door, every wrong pass."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.best_available import hold_best_available
from bookings.confirmation import claim_for_payment, sell_tickets
from bookings.holds import hold_tickets
from bookings.models import Booking, WaitingRoomEntry
from bookings.waiting_room import line, tokens
from bookings.waiting_room.errors import WaitingRoomRequired
from bookings.wishes import Wish
from events.models import Event, Ticket
from tests.bookings.helpers import RESERVE, ids, states
from tests.factories import on_sale_event
from tests.house.test_two_users import token_of
from tests.waiting_room.helpers import AT_ONCE, behind_room, join_by_api, move_clock, poll_by_api
from ticketmaster.accounts.models import User
from ticketmaster.core.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(fan: User) -> Client:
    return Client(headers={"X-Session-Token": token_of(fan)})


def reserve(client: Client, event: Event, entry_pass: str = "", *, start: int = 0) -> Any:
    return client.post(
        RESERVE,
        {"ticket_ids": ids(event, 1, start=start)},
        content_type="application/json",
        headers={"X-Waiting-Room-Pass": entry_pass} if entry_pass else {},
    )


def refused(answer: Any) -> bool:
    code = answer.json()["errors"][0]["code"]
    return (answer.status_code, code) == (403, "waiting_room_required")


def let_in(event: Event) -> dict[str, Any]:
    joined = join_by_api(event)
    assert joined["state"] == "admitted"
    return joined


def test_who_was_let_in_reserves(room_event: Event, app: Client) -> None:
    answer = reserve(app, room_event, let_in(room_event)["pass"])

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (RESERVE, {"ticket_ids": "tickets"}),
        (RESERVE, {"ticketId": "ticket"}),
        (RESERVE, {"event_id": "event", "quantity": 2}),
        (RESERVE, {"ticket_ids": "tickets", "alternative": True}),
        ("/api/v1/bookings", {"ticket_ids": "tickets", "payment_method": "pm_card_visa"}),
        ("/api/v1/bookings", {"event_id": "event", "quantity": 1, "payment_method": "x"}),
    ],
)  # fmt: skip
def test_every_selling_operation_is_refused_without_a_pass(
    room_event: Event, app: Client, path: str, body: dict[str, Any]
) -> None:
    known = {
        "tickets": ids(room_event, 2), "ticket": ids(room_event, 1)[0], "event": room_event.pk
    }  # fmt: skip
    filled = {
        name: known.get(value, value) if isinstance(value, str) else value
        for name, value in body.items()
    }

    answer = app.post(path, filled, content_type="application/json")

    assert refused(answer)
    assert answer.json()["data"] == {"event_id": room_event.pk}
    assert states(room_event) == {"available": 20}
    assert not Booking.objects.exists()


def test_the_page_leads_to_the_line_and_back_to_the_choice(
    room_event: Event, fan_client: Client
) -> None:
    [ticket] = ids(room_event, 1)
    hold = reverse("bookings:hold", args=[room_event.pk])

    refused_page = fan_client.post(hold, {"ticket": ticket})

    room = reverse("bookings:waiting-room", args=[room_event.pk])
    assert refused_page.status_code == 302
    assert refused_page["Location"].startswith(f"{room}?next=")
    assert states(room_event) == {"available": 20}
    fan_client.post(refused_page["Location"])
    back = fan_client.get(refused_page["Location"])
    assert back["Location"] == f"{hold}?ticket={ticket}"
    held = fan_client.post(hold, {"ticket": ticket})
    assert held["Location"].startswith("/booking/")


def test_the_domain_itself_refuses_so_that_no_new_door_goes_around(
    room_event: Event, fan: User
) -> None:
    with pytest.raises(WaitingRoomRequired):
        hold_tickets(user=fan, ticket_ids=ids(room_event, 2))
    with pytest.raises(WaitingRoomRequired):
        hold_best_available(user=fan, wish=Wish(event_id=room_event.pk, quantity=2))

    assert states(room_event) == {"available": 20}


def test_an_event_without_a_room_is_sold_as_ever(room_event: Event, app: Client, fan: User) -> None:
    other = on_sale_event()

    assert reserve(app, other).status_code == 201
    assert hold_best_available(user=fan, wish=Wish(event_id=other.pk, quantity=2)).pk


def test_a_pass_belongs_to_the_first_who_reserves_with_it(
    room_event: Event, app: Client, other_fan: User
) -> None:
    entry_pass = let_in(room_event)["pass"]
    assert reserve(app, room_event, entry_pass).status_code == 201
    buyer_of_the_pass = Client(headers={"X-Session-Token": token_of(other_fan)})

    answer = reserve(buyer_of_the_pass, room_event, entry_pass, start=5)

    assert refused(answer)
    assert reserve(app, room_event, entry_pass, start=6).status_code == 201


@pytest.mark.parametrize("harm", ["flip", "cut", "other event", "nonsense", "visitor", "long"])
def test_a_pass_that_is_not_ours_is_refused_without_asking_redis_about_it(
    room_event: Event, app: Client, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = let_in(room_event)
    other = on_sale_event()
    behind_room(other, admit_per_second=100)
    entry_pass = joined["pass"]
    harmed = {
        "flip": entry_pass[:-1] + ("A" if entry_pass[-1] != "A" else "B"),
        "cut": entry_pass[:-4],
        "other event": let_in(other)["pass"],
        "nonsense": "a.b.c.d:e",
        "visitor": joined["visitor"],
        "long": entry_pass * 20,
    }[harm]
    monkeypatch.setattr(line, "run", lambda *_: pytest.fail("Redis was asked"))

    assert refused(reserve(app, room_event, harmed))


def test_every_flipped_bit_of_a_pass_is_noticed(room_event: Event) -> None:
    entry_pass = let_in(room_event)["pass"]

    for index in range(len(entry_pass)):
        for bit in range(7):
            changed = chr(ord(entry_pass[index]) ^ (1 << bit))
            harmed = entry_pass[:index] + changed + entry_pass[index + 1 :]
            assert tokens.read_pass(harmed, event_id=room_event.pk) is None, (index, bit)


def test_an_expired_pass_is_refused(
    room_event: Event, app: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry_pass = let_in(room_event)["pass"]
    now = time.time()

    monkeypatch.setattr(tokens.time, "time", lambda: now + 601)

    assert refused(reserve(app, room_event, entry_pass))


def test_after_a_rotation_the_old_key_is_refused_unless_it_is_still_listed(
    room_event: Event, app: Client, settings: Any
) -> None:
    settings.WAITING_ROOM_KEYS = ["old" * 12]
    entry_pass = let_in(room_event)["pass"]

    settings.WAITING_ROOM_KEYS = ["new" * 12, "old" * 12]
    assert reserve(app, room_event, entry_pass).status_code == 201
    settings.WAITING_ROOM_KEYS = ["new" * 12]
    assert refused(reserve(app, room_event, entry_pass, start=3))


def test_a_pass_is_used_up_by_the_purchase_and_the_next_one_is_let_in(
    event: Event, app: Client, django_capture_on_commit_callbacks: Any
) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=1)
    first, second = join_by_api(event), join_by_api(event)
    assert (first["state"], second["state"]) == ("admitted", "waiting")
    assert reserve(app, event, first["pass"]).status_code == 201
    booking = Booking.objects.get()
    claim_for_payment(booking_id=booking.pk)

    with django_capture_on_commit_callbacks(execute=True):
        sell_tickets(booking_id=booking.pk)

    assert poll_by_api(event, second["visitor"]).json()["state"] == "admitted"
    assert refused(reserve(app, event, first["pass"], start=4))
    assert poll_by_api(event, first["visitor"]).status_code == 404
    assert WaitingRoomEntry.objects.get(left_by="bought").user_id == booking.user_id


def test_a_place_given_back_takes_the_pass_with_it(room_event: Event, app: Client) -> None:
    left, idle = let_in(room_event), let_in(room_event)
    visitors = {
        one: tokens.read_visitor(one, event_id=room_event.pk).visitor
        for one in (left["visitor"], idle["visitor"])
    }

    line.leave(room_event.pk, visitors[left["visitor"]], why="left")
    move_clock(room_event, 301, visitors[idle["visitor"]])

    assert refused(reserve(app, room_event, left["pass"]))
    assert refused(reserve(app, room_event, idle["pass"]))
    assert not Booking.objects.exists()


def test_a_pass_without_a_place_inside_is_worth_nothing(room_event: Event, app: Client) -> None:
    entry_pass = let_in(room_event)["pass"]
    visitor = entry_pass.split(".")[1]
    line.connection().zrem(line.key_of(room_event.pk, "inside"), visitor)

    assert refused(reserve(app, room_event, entry_pass))
    assert line.numbers(room_event.pk)["inside"] == 0
    assert not WaitingRoomEntry.objects.filter(visitor=visitor, user__isnull=False).exists()


def test_one_account_is_inside_once(room_event: Event, app: Client) -> None:
    first, second = let_in(room_event), let_in(room_event)
    assert reserve(app, room_event, first["pass"]).status_code == 201

    assert reserve(app, room_event, second["pass"], start=3).status_code == 201

    assert line.numbers(room_event.pk)["inside"] == 1
    assert refused(reserve(app, room_event, first["pass"], start=5))


def test_reserving_keeps_the_place_for_as_long_as_a_hold_lasts(
    room_event: Event, app: Client
) -> None:
    joined = let_in(room_event)
    visitor = tokens.read_visitor(joined["visitor"], event_id=room_event.pk).visitor
    assert reserve(app, room_event, joined["pass"]).status_code == 201

    move_clock(room_event, 450, visitor)  # longer than who is idle keeps a place

    assert poll_by_api(room_event, joined["visitor"]).json()["state"] == "admitted"


def test_a_ticket_asked_for_before_it_exists_is_behind_the_room_once_it_does(
    room_event: Event, fan: User, other_fan: User
) -> None:
    """Numbers can be foreseen: what is remembered of an unknown one must open no door."""
    tickets = list(Ticket.objects.filter(event=room_event).order_by("pk"))
    last = tickets[-1]
    foreseen = last.pk + 1000
    with pytest.raises(NotFound):
        hold_tickets(user=fan, ticket_ids=[foreseen])

    Ticket.objects.filter(pk=last.pk).update(id=foreseen)

    with pytest.raises(WaitingRoomRequired):
        hold_tickets(user=other_fan, ticket_ids=[foreseen])
