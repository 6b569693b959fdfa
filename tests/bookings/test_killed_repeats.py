"""A process dies, or freezes, with an Idempotency-Key in its hands (F77): the next one goes on."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.test import Client

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event
from tests.bookings.helpers import error, ids, states
from tests.bookings.repeating import (
    Killed,
    a_lease_later,
    die_before_answering,
    reserve,
)
from tests.conftest import forget_redis_keys
from tests.house.test_two_users import token_of
from tests.races.interleaving import at_once, in_thread
from ticketmaster.accounts.models import User
from ticketmaster.core import chaos, idempotency
from ticketmaster.core.models import IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)


def test_f77_a_key_is_busy_while_its_first_call_may_still_run(app: Client, event: Event) -> None:
    body = {"ticket_ids": ids(event, 2)}
    die_before_answering(app, "one", body)

    answer = reserve(app, "one", body)

    assert error(answer) == (409, "idempotency_in_progress", None)
    assert int(answer["Retry-After"]) >= 1


def test_f77_after_a_lease_the_hold_of_a_killed_call_is_the_answer(
    app: Client, event: Event
) -> None:
    body = {"ticket_ids": ids(event, 2)}
    die_before_answering(app, "one", body)
    a_lease_later()

    answer = reserve(app, "one", body)

    booking = Booking.objects.get()
    assert (answer.status_code, answer.json()["reference"]) == (201, booking.reference)
    assert states(event) == {"available": 18, "reserved": 2}
    assert reserve(app, "one", body).content == answer.content
    assert settings.IDEMPOTENCY_LEASE_SECONDS <= 90


def test_f77_the_mark_alone_lost_changes_nothing(app: Client, event: Event) -> None:
    body = {"event_id": event.pk, "quantity": 2}
    first = reserve(app, "one", body)
    forget_redis_keys()

    again = reserve(app, "one", body)
    later = reserve(app, "one", body)

    assert error(again) == (409, "idempotency_in_progress", None)
    assert later.content == first.content
    assert states(event) == {"available": 18, "reserved": 2}


def test_f77_killed_before_anything_was_done_it_begins_anew(app: Client, event: Event) -> None:
    body = {"ticket_ids": ids(event, 2)}

    def die(point: str) -> None:
        raise Killed

    chaos.handler = die
    with pytest.raises(Killed):
        reserve(app, "one", body)
    chaos.handler = None
    assert not IdempotencyKey.objects.exists()
    assert error(reserve(app, "one", body)) == (409, "idempotency_in_progress", None)

    a_lease_later()

    assert reserve(app, "one", body).status_code == 201
    assert states(event) == {"available": 18, "reserved": 2}


def test_f77_of_two_that_take_over_one_goes_on(fan: User, app: Client, event: Event) -> None:
    body = {"event_id": event.pk, "quantity": 2}
    die_before_answering(app, "one", body)
    a_lease_later()
    apps = [Client(headers={"X-Session-Token": token_of(fan)}) for _ in range(6)]

    answers = at_once([lambda one=one: reserve(one, "one", body) for one in apps])

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert states(event) == {"available": 18, "reserved": 2}


def test_f77_a_call_that_was_frozen_and_overtaken_holds_nothing(app: Client, event: Event) -> None:
    body = {"event_id": event.pk, "quantity": 2}
    overtaker: list[Any] = []
    write = idempotency.write_row

    def late(call: idempotency.Call, work: dict[str, Any]) -> bool:
        if not overtaker:
            overtaker.append(None)
            a_lease_later()
            overtaker[0] = in_thread(lambda: reserve(app, "one", body))
        return write(call, work)

    with mock.patch("ticketmaster.core.idempotency.write_row", late):
        answer = reserve(app, "one", body)

    assert overtaker[0].status_code == 201
    assert error(answer) == (409, "idempotency_in_progress", None)
    assert states(event) == {"available": 18, "reserved": 2}
    assert reserve(app, "one", body).content == overtaker[0].content


def test_f77_a_held_alternative_is_offered_again_after_a_kill(
    app: Client, other_fan: User, event: Event
) -> None:
    taken = ids(event, 2)
    hold_tickets(user=other_fan, ticket_ids=taken)
    body = {"ticket_ids": taken, "alternative": True}
    dying = mock.patch("bookings.alternatives._held", side_effect=_die_after_holding)
    with dying, pytest.raises(Killed):
        reserve(app, "one", body)
    a_lease_later()

    answer = reserve(app, "one", body)

    booking = Booking.objects.get(is_alternative=True)
    assert answer.status_code == 409
    assert answer.json()["data"]["alternative"]["booking"] == booking.reference
    assert states(event) == {"available": 16, "reserved": 4}


def _die_after_holding(block: list[int], hold: Callable[[list[int]], Booking]) -> None:
    hold(block)
    raise Killed
