"""Every button of a page pressed twice: one effect, and the second answer leads to the same place.

`static/js/once.js` stops the second press in most browsers (tests/browser); here both arrive.
"""

import re
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event
from tests.bookings.helpers import ids, states
from tests.bookings.repeating import Killed, a_lease_later
from tests.factories import UserFactory
from tests.races.interleaving import at_once
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# A second press changes nothing: signing out, leaving or joining a line (one place per account),
# an address of the account; the card form's own script allows one press.
SAME_TWICE = {
    "account/email.html",
    "account/logout.html",
    "bookings/waiting_room.html",
    "payments/checkout.html",
}


def token_in(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def browsers(fan: User, count: int) -> list[Client]:
    """One session of the fan's, used by so many threads."""
    made = []
    for _ in range(count):
        client = Client()
        client.force_login(fan)
        made.append(client)
    return made


def form_of(browser: Client, event: Event, **choice: object) -> dict[str, object]:
    page = browser.get(f"/event/{event.pk}/hold", choice)
    return {**choice, "once": token_in(page.content.decode())}


def test_holding_seats_twice_is_one_booking_and_one_place(fan_client: Client, event: Event) -> None:
    form = form_of(fan_client, event, ticket=ids(event, 2))

    first = fan_client.post(f"/event/{event.pk}/hold", form)
    second = fan_client.post(f"/event/{event.pk}/hold", form)

    assert first.status_code == second.status_code == 302
    assert second["Location"] == first["Location"] == Booking.objects.get().get_absolute_url()
    assert states(event) == {"available": 18, "reserved": 2}


def test_two_presses_at_once_for_the_best_seats_are_one_booking(fan: User, event: Event) -> None:
    """Two claims for the best available would both succeed: the form's token makes them one."""
    pressed = browsers(fan, 4)
    form = form_of(pressed[0], event, quantity=2)

    answers = at_once(
        [lambda one=one: one.post(f"/event/{event.pk}/hold", form) for one in pressed]
    )

    assert [answer.status_code for answer in answers] == [302] * 4
    assert len({answer["Location"] for answer in answers}) == 1
    assert states(event) == {"available": 18, "reserved": 2}


def test_two_renderings_of_the_form_are_two_wishes(fan_client: Client, event: Event) -> None:
    """The control."""
    for _ in range(2):
        fan_client.post(f"/event/{event.pk}/hold", form_of(fan_client, event, quantity=2))

    assert states(event) == {"available": 16, "reserved": 4}


def test_a_press_whose_process_died_leads_to_what_it_held(fan_client: Client, event: Event) -> None:
    form = form_of(fan_client, event, quantity=2)
    dying = mock.patch("bookings.views.redirect", side_effect=Killed)
    with dying, pytest.raises(Killed):
        fan_client.post(f"/event/{event.pk}/hold", form)
    a_lease_later()

    answer = fan_client.post(f"/event/{event.pk}/hold", form)

    assert answer["Location"] == Booking.objects.get().get_absolute_url()
    assert states(event) == {"available": 18, "reserved": 2}


def test_a_refused_press_may_be_repeated(fan_client: Client, other_fan: User, event: Event) -> None:
    theirs = hold_tickets(user=other_fan, ticket_ids=ids(event, 1))
    form = form_of(fan_client, event, ticket=ids(event, 1))
    assert fan_client.post(f"/event/{event.pk}/hold", form).status_code == 409
    owner = Client()
    owner.force_login(other_fan)
    owner.post(f"/booking/{theirs.reference}/release")

    assert fan_client.post(f"/event/{event.pk}/hold", form).status_code == 302


def extended(booking: Booking) -> int:
    trail = AuditRecord.objects.filter(subject="booking", subject_id=booking.pk)
    return trail.filter(action="extend").count()


def released(booking: Booking) -> int:
    trail = AuditRecord.objects.filter(subject="booking", subject_id=booking.pk)
    return trail.filter(action="give back").count()


@pytest.mark.parametrize(("button", "effects"), [("extend", extended), ("release", released)])
def test_the_buttons_of_a_hold_pressed_by_four_at_once_act_once(
    event: Event, button: str, effects: Callable[[Booking], int]
) -> None:
    fan = UserFactory.create()
    booking = hold_tickets(user=fan, ticket_ids=ids(event, 2))

    answers = at_once(
        [
            lambda one=one: one.post(f"/booking/{booking.reference}/{button}")
            for one in browsers(fan, 4)
        ]
    )

    assert {answer.status_code for answer in answers} <= {302, 409}
    assert effects(booking) == 1


def test_every_form_that_changes_something_is_sent_once_by_the_browser() -> None:
    posting = re.compile(r"<form[^>]*method=\"post\"[^>]*>")
    forms = [
        (path.relative_to(TEMPLATES), form)
        for path in TEMPLATES.rglob("*.html")
        if "admin" not in path.parts
        for form in posting.findall(path.read_text())
    ]

    assert len(forms) >= 10
    assert {str(path) for path, form in forms if "data-once" not in form} <= SAME_TWICE
