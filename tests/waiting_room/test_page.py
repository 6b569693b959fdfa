"""The waiting room's page, without a script: it joins, waits, leads on, and says what is true."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.waiting_room import keeper, line, words
from events.models import Event
from tests.waiting_room.helpers import (
    AT_ONCE,
    behind_room,
    change,
    join_by_api,
    join_line,
    opens_in,
)
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db


def address(event: Event) -> str:
    return reverse("bookings:waiting-room", args=[event.pk])


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def shown(client: Client, event: Event) -> str:
    answer = client.get(address(event))
    assert answer.status_code == 200
    return text(answer.content.decode())


def test_a_page_without_a_place_offers_one_and_joining_is_a_plain_form(event: Event) -> None:
    behind_room(event, is_paused=True)
    change_room = Client()
    join_line(event, 4)
    line.connection().hset(line.key_of(event.pk, "room"), "paused", 0)
    line.connection().hset(line.key_of(event.pk, "room"), "rate", 0.001)

    before = change_room.get(address(event)).content.decode()
    joined = change_room.post(address(event))

    assert "Join the line" in before
    assert '<form method="post"' in before
    assert joined.status_code == 302
    assert joined["Location"] == address(event)
    assert "You are in line" in shown(change_room, event)
    assert "People ahead of you" in shown(change_room, event)


def test_a_closed_line_promises_no_turn_any_more(event: Event) -> None:
    room = behind_room(event, is_paused=True)
    client = Client()
    client.post(address(event))
    change(room, is_closed=True)

    page = shown(client, event)

    assert "This line is closed" in page
    assert "Back to the event" in page
    assert "What happens next" not in page
    assert "People ahead of you" not in page
    assert "Leave the line" not in page


def test_the_page_asks_again_by_itself_without_a_script(event: Event) -> None:
    behind_room(event, is_paused=True)
    client = Client()
    client.post(address(event))

    page = client.get(address(event)).content.decode()

    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page
    assert "This page looks again every 10 seconds." in page


def test_one_browser_has_one_place_however_often_it_joins(event: Event) -> None:
    behind_room(event, is_paused=True)
    client = Client()

    for _ in range(4):
        client.post(address(event))

    assert line.numbers(event.pk)["waiting"] == 1


def test_admission_leads_to_the_seats_with_a_pass_in_the_browser(event: Event) -> None:
    behind_room(event, admit_per_second=AT_ONCE)
    client = Client()
    client.post(address(event))

    answer = client.get(address(event))

    assert answer["Location"] == reverse("events:seats", args=[event.pk])
    cookie = answer.cookies[f"waiting-room-pass-{event.pk}"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/bookings"])
def test_nobody_is_led_elsewhere(event: Event, wanted: str) -> None:
    behind_room(event, admit_per_second=AT_ONCE)
    client = Client()
    client.post(address(event))

    answer = client.get(address(event), {"next": wanted})

    assert answer["Location"] == reverse("events:seats", args=[event.pk])


def test_before_the_opening_the_page_tells_of_the_draw(event: Event) -> None:
    behind_room(event, opens_at=opens_in(600))
    client = Client()
    client.post(address(event))

    page = shown(client, event)

    assert "You are in the draw" in page
    assert "Opens in 10 minutes" in page
    assert "How you can check the draw" in page
    assert "You can close this page and come back" in page


def test_signing_in_while_waiting_gives_the_account_the_place(
    event: Event, fan_client: Client, fan: User
) -> None:
    behind_room(event, is_paused=True)
    fan_client.post(address(event))
    join_line(event, 3)
    shown(fan_client, event)

    elsewhere = Client()
    elsewhere.force_login(fan)
    elsewhere.post(address(event))
    page = shown(elsewhere, event)

    assert "Signed in: your place belongs to your account" in page
    assert line.numbers(event.pk)["waiting"] == 4
    assert 'data-figure="place">1<' in elsewhere.get(address(event)).content.decode()


def test_a_signed_in_page_that_is_linked_asks_postgres_nothing(
    event: Event, fan_client: Client, django_assert_num_queries: object
) -> None:
    behind_room(event, is_paused=True)
    fan_client.post(address(event))
    shown(fan_client, event)

    with django_assert_num_queries(0):  # type: ignore[operator]
        shown(fan_client, event)


def test_somebody_elses_place_is_not_taken_over_in_a_shared_browser(
    event: Event, fan_client: Client, fan: User, other_fan: User
) -> None:
    behind_room(event, is_paused=True)
    fan_client.post(address(event))
    shown(fan_client, event)

    fan_client.logout()
    fan_client.force_login(other_fan)
    cookie = f"waiting-room-{event.pk}"
    fan_client.cookies[cookie] = join_by_api(event)["visitor"]
    shown(fan_client, event)

    owners = line.connection().hvals(line.key_of(event.pk, "owners"))
    assert sorted(owners) == sorted([str(fan.pk), str(other_fan.pk)])


def test_leaving_gives_the_place_back_and_forgets_the_cookies(event: Event) -> None:
    behind_room(event, is_paused=True)
    client = Client()
    client.post(address(event))

    answer = client.post(reverse("bookings:waiting-room-leave", args=[event.pk]))

    assert answer["Location"] == event.get_absolute_url()
    assert answer.cookies[f"waiting-room-{event.pk}"].value == ""
    assert line.numbers(event.pk)["waiting"] == 0


def test_an_event_without_a_room_leads_to_its_seats(event: Event) -> None:
    answer = Client().get(address(event))

    assert answer["Location"] == reverse("events:seats", args=[event.pk])


def test_a_forged_cookie_is_as_if_there_were_none(event: Event) -> None:
    behind_room(event, admit_per_second=0.01)
    join_line(event, 1)
    client = Client()
    client.cookies[f"waiting-room-{event.pk}"] = "forged"

    assert "Join the line" in shown(client, event)


def test_the_draws_page_is_public_and_tells_what_it_rests_on(event: Event) -> None:
    room = behind_room(event, opens_at=opens_in(3600))
    join_by_api(event)
    page = Client().get(reverse("bookings:waiting-room-draw", args=[event.pk]))
    told = text(page.content.decode())
    change(room, opens_at=timezone.now())
    keeper.keep(event.pk)

    assert page["Cache-Control"].startswith("public")
    assert room.commitment in told
    assert "rests on our word" in told
    listed = Client().get(reverse("bookings:sealed-list", args=[event.pk])).content.decode()
    assert re.fullmatch(r"1 [0-9a-f]{32} [A-Za-z0-9_-]+\n", listed)


def test_event_and_seats_pages_lead_to_the_line(event: Event) -> None:
    behind_room(event)

    pages = [
        Client().get(reverse(name, args=[event.pk])).content.decode()
        for name in ("events:event", "events:seats")
    ]

    assert all(f'href="{address(event)}"' in page for page in pages)


@pytest.mark.parametrize(
    ("band", "said"),
    [
        ((0, 60), "Less than two minutes"),
        ((120, 400), "Between 2 and 7 minutes"),
        ((3600, 7300), "Between 1 and 3 hours"),
        ((1200, 7300), "Less than 3 hours"),
        ((30, None), "At least 30 seconds"),
        ((None, None), ""),
    ],
)
def test_the_band_is_told_as_people_say_it(band: tuple[int | None, int | None], said: str) -> None:
    assert words.wait_text(*band) == said


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/event/7/waiting-room?next=/a", "/event/7/waiting-room?next=/a"),
        ("http://testserver//evil.example/a", "/evil.example/a"),
        ("http://evil.example/event/7", "/"),
        ("", "/"),
    ],
)
def test_a_form_grown_old_by_a_sign_in_elsewhere_leads_back_to_its_page(
    event: Event, referer: str, back: str
) -> None:
    behind_room(event)
    client = Client(enforce_csrf_checks=True)

    answer = client.post(address(event), headers={"Referer": referer})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "That page was out of date" in page
    assert "allow cookies" in page
    assert f'href="{back}">Go back and try again' in page


@pytest.mark.parametrize("drawn", [False, True])
def test_the_draws_page_has_its_moments_as_people_read_them(event: Event, drawn: bool) -> None:
    opens = timezone.now().replace(year=2040, month=11, day=22, hour=15, minute=36, second=51)
    sealed = {"sealed_at": opens, "drawn_at": opens} if drawn else {}
    behind_room(event, opens_at=opens, **sealed)

    page = Client().get(reverse("bookings:waiting-room-draw", args=[event.pk])).content.decode()

    assert page.count(">22 November 2040, 15:36:51 UTC</time>") == (2 if drawn else 1)
    assert ("The opening is on" in page) is not drawn
