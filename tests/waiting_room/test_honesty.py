"""Nobody who waits is lied to: how long it may take, and whether a ticket will be left."""

import time

import pytest
from django.test import Client

from bookings.waiting_room import figures, keeper, line
from events.models import Event, Ticket
from tests.waiting_room.helpers import (
    AT_ONCE,
    behind_room,
    change,
    join_line,
    opens_in,
    poll_by_api,
    standing_of,
)
from tests.waiting_room.test_page import address, shown

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ahead", "inside", "band"),
    [
        (9, 0, (4, 13)),  # all fit: the rate alone
        (29, 30, (120, 365)),  # thirty have to go, who stay four minutes
        (29, 15, (60, 185)),
        (299, 30, (1200, 3605)),
        (29, 40, (120, 365)),  # staff have lowered the cap
    ],
)
def test_the_band_counts_those_who_have_to_go_first(
    ahead: int, inside: int, band: tuple[int, int]
) -> None:
    standing = standing_of(ahead=ahead, inside=inside, rate=2.0, most=30, stay=240_000)

    assert figures.wait_band(standing) == band


@pytest.mark.parametrize("fields", [{"left": 0}, {"most": 0}, {"rate": 0.0}, {"is_paused": True}])
def test_nobody_is_promised_a_turn_while_nobody_can_be_let_in(fields: dict[str, float]) -> None:
    assert figures.wait_band(standing_of(ahead=3, **fields)) == (None, None)


def test_how_long_people_stay_is_learned_from_those_who_go(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=1)
    [quick, _] = join_line(event, 2)
    before = line.look(event.pk).stay

    line.leave(event.pk, quick, why="bought")

    assert before == 240_000
    assert 228_000 <= line.look(event.pk).stay < 229_000  # a twentieth of the way to nothing


def test_how_long_people_stay_is_seen_while_nobody_goes(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE, most_inside=2)
    visitors = join_line(event, 2)
    ten_minutes_ago = int(time.time() * 1000) - 600_000
    for visitor in visitors:
        line.connection().hset(line.key_of(event.pk, "stays"), visitor, f"1 {ten_minutes_ago} 1")

    keeper.keep(event.pk)

    assert 600_000 <= line.look(event.pk).stay < 660_000


def test_who_waits_is_told_how_many_tickets_are_left(event: Event) -> None:
    behind_room(event, is_paused=True)
    client = Client()
    client.post(address(event))
    change(event.room, is_paused=False, admit_per_second=0.01)
    Ticket.objects.filter(event=event).update(status=Ticket.Status.BLOCKED)
    some = Ticket.objects.filter(event=event).order_by("pk")[:7].values("pk")
    Ticket.objects.filter(pk__in=some).update(status=Ticket.Status.AVAILABLE)
    line.connection().hset(line.key_of(event.pk, "room"), mapping={"credit": 0, "last": 10**14})

    keeper.keep(event.pk)

    told = poll_by_api(event, "").json()
    assert (told["tickets_left"], told["tickets_held"]) == (7, 0)
    assert "7 tickets left" in shown(client, event)


def test_who_stands_behind_more_people_than_tickets_is_told_so(event: Event) -> None:
    behind_room(event, is_paused=True)
    join_line(event, 8)
    client = Client()
    client.post(address(event))
    line.connection().hset(
        line.key_of(event.pk, "room"), mapping={"paused": 0, "rate": 0.01, "credit": 0, "left": 8}
    )

    page = shown(client, event)

    assert "8 tickets left: there may be none when it is your turn." in page


@pytest.mark.parametrize(
    ("held", "headline", "sentence"),
    [
        (0, "Sold out", "If one is given back, whoever is first in line goes in."),
        (1, "No tickets free right now", "1 ticket is held by people who are choosing or paying."),
        (37, "No tickets free right now", "37 tickets are held by people who are choosing"),
    ],
)
def test_a_sale_that_sells_out_says_so_and_foretells_no_wait(
    event: Event, held: int, headline: str, sentence: str
) -> None:
    behind_room(event, is_paused=True)
    client = Client()
    client.post(address(event))
    room = line.key_of(event.pk, "room")
    none_left = {"paused": 0, "most": 0, "left": 0, "held": held}
    line.connection().hset(room, mapping=none_left)

    page = shown(client, event)
    told = Client().get(address(event)).content.decode()

    assert headline in page
    assert sentence in page
    assert "Your wait" not in page
    assert headline in told
    assert "Join the line" in told


def test_an_event_whose_sale_has_not_begun_is_not_called_sold_out(event: Event) -> None:
    behind_room(event, is_paused=True)
    Ticket.objects.filter(event=event).delete()
    Event.objects.filter(pk=event.pk).update(status=Event.Status.SCHEDULED)

    keeper.keep(event.pk)

    assert poll_by_api(event, "").json()["tickets_left"] is None


def test_the_exact_moment_of_the_opening_stands_on_the_page(event: Event) -> None:
    behind_room(event, opens_at=opens_in(3 * 24 * 3600).replace(hour=10, minute=0))
    event.venue.time_zone = "America/New_York"
    event.venue.save()

    page = shown(Client(), event)

    assert ", 05:00 EST" in page or ", 06:00 EDT" in page


def test_who_has_no_place_yet_is_told_when_it_begins(event: Event) -> None:
    room = behind_room(event, joins_from=opens_in(600), opens_at=opens_in(1200))

    early = poll_by_api(event, "").json()
    change(room, joins_from=opens_in(-1))
    soon = poll_by_api(event, "").json()

    assert (early["state"], soon["state"]) == ("closed", "pre_queue")
    assert 590 < early["wait"]["min_s"] <= 600
    assert 1190 < soon["wait"]["min_s"] <= 1200
    assert early["retry_after"] == 45
