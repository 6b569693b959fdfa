"""A client that repeats a call under one Idempotency-Key: one effect, one answer.

F76 (a POST is retried), F77 (the process dies meanwhile) and F78 (the key of somebody else) of
the failure catalogue, on calls that claim tickets; paying has its own in `tests/payments`.
"""

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event
from tests.bookings.helpers import RESERVE, error, ids, states
from tests.bookings.repeating import (
    REPLAYED,
    Killed,
    a_day_later,
    a_lease_later,
    reserve,
)
from tests.conftest import forget_redis_keys
from tests.house.test_two_users import token_of
from tests.races.interleaving import at_once
from ticketmaster.accounts.models import User
from ticketmaster.core import idempotency, idempotency_mark
from ticketmaster.core import redis as shared_redis
from ticketmaster.core.idempotency import call_of
from ticketmaster.core.models import IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)


def test_f76_the_same_call_again_is_answered_byte_for_byte(app: Client, event: Event) -> None:
    body = {"ticket_ids": ids(event, 2)}

    first = reserve(app, "one", body)
    second = reserve(app, "one", body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (first.get(REPLAYED), second[REPLAYED]) == (None, "true")
    assert second["Cache-Control"] == "private, no-store"
    assert Booking.objects.count() == 1


def test_f76_fifty_parallel_repeats_have_one_effect(fan: User, event: Event) -> None:
    token = token_of(fan)
    body = {"event_id": event.pk, "quantity": 2}  # best available: two claims would both succeed
    apps = [Client(headers={"X-Session-Token": token}) for _ in range(50)]

    answers = at_once([lambda one=one: reserve(one, "fifty", body) for one in apps])

    held = [answer for answer in answers if answer.status_code == 201]
    others = {error(answer)[:2] for answer in answers if answer.status_code != 201}
    assert len({answer.content for answer in held}) == 1
    assert others <= {(409, "idempotency_in_progress")}
    assert all(int(answer["Retry-After"]) >= 1 for answer in answers if answer.status_code == 409)
    assert states(event) == {"available": 18, "reserved": 2}
    assert reserve(apps[0], "fifty", body).content == held[0].content


def test_f76_fifty_parallel_repeats_without_redis_have_one_effect(
    fan: User, event: Event, no_redis: None
) -> None:
    token = token_of(fan)
    body = {"event_id": event.pk, "quantity": 2}
    apps = [Client(headers={"X-Session-Token": token}) for _ in range(50)]

    answers = at_once([lambda one=one: reserve(one, "fifty", body) for one in apps])

    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert states(event) == {"available": 18, "reserved": 2}


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticket locks and marks find no Redis."""

    def away() -> None:
        raise shared_redis.RedisResting

    monkeypatch.setattr(shared_redis, "client", away)


def test_without_keys_the_same_fifty_hold_more(fan: User, event: Event) -> None:
    """The control: it is the key that makes one effect of them."""
    for _ in range(2):
        hold_best = Client(headers={"X-Session-Token": token_of(fan)})
        hold_best.post(
            RESERVE, {"event_id": event.pk, "quantity": 2}, content_type="application/json"
        )

    assert states(event) == {"available": 16, "reserved": 4}


def test_f76_another_body_under_the_key_is_refused(app: Client, event: Event) -> None:
    reserve(app, "one", {"ticket_ids": ids(event, 1)})

    answer = reserve(app, "one", {"ticket_ids": ids(event, 1, start=5)})

    assert error(answer) == (422, "idempotency_key_reused", None)
    assert states(event) == {"available": 19, "reserved": 1}


def test_f78_a_key_is_its_users_alone(app: Client, other_fan: User, event: Event) -> None:
    body = {"event_id": event.pk, "quantity": 1}
    first = reserve(app, "one", body)

    other = reserve(Client(headers={"X-Session-Token": token_of(other_fan)}), "one", body)

    assert other.status_code == 201
    assert other.get(REPLAYED) is None
    assert other.json()["reference"] != first.json()["reference"]


def test_f78_a_key_is_its_addresses_and_methods_alone(app: Client, event: Event) -> None:
    held = reserve(app, "one", {"ticket_ids": ids(event, 1)}).json()["reference"]

    extended = app.post(f"/api/v1/bookings/{held}/extend", headers={"Idempotency-Key": "one"})
    released = app.delete(f"/api/v1/bookings/{held}", headers={"Idempotency-Key": "one"})

    assert (extended.status_code, extended.json()["status"]) == (200, "reserved")
    assert (released.status_code, released.json()["status"]) == (200, "cancelled")


def test_a_refusal_that_may_pass_is_not_kept(app: Client, other_fan: User, event: Event) -> None:
    body = {"ticket_ids": ids(event, 1)}
    theirs = hold_tickets(user=other_fan, ticket_ids=body["ticket_ids"])
    assert error(reserve(app, "one", body)) == (409, "tickets_unavailable", None)

    Client(headers={"X-Session-Token": token_of(other_fan)}).delete(
        f"/api/v1/bookings/{theirs.reference}"
    )

    assert reserve(app, "one", body).status_code == 201


def test_a_refusal_by_postgres_alone_is_not_kept_either(
    app: Client, other_fan: User, event: Event
) -> None:
    body = {"ticket_ids": ids(event, 1)}
    hold_tickets(user=other_fan, ticket_ids=body["ticket_ids"])
    forget_redis_keys()

    assert error(reserve(app, "one", body)) == (409, "tickets_unavailable", None)
    assert not IdempotencyKey.objects.exists()
    assert error(reserve(app, "one", body)) == (409, "tickets_unavailable", None)


def test_a_refusal_whose_alternative_is_held_is_kept(
    app: Client, other_fan: User, event: Event
) -> None:
    taken = ids(event, 2)
    hold_tickets(user=other_fan, ticket_ids=taken)
    body = {"ticket_ids": taken, "alternative": True}

    first = reserve(app, "one", body)
    second = reserve(app, "one", body)

    assert first.status_code == second.status_code == 409
    assert first.json()["data"]["alternative"]["booking"]
    assert (second.content, second[REPLAYED]) == (first.content, "true")
    assert states(event) == {"available": 16, "reserved": 4}


def test_a_malformed_body_is_refused_the_same_again(app: Client, event: Event) -> None:
    first = reserve(app, "one", {"ticket_ids": []})
    second = reserve(app, "one", {"ticket_ids": []})

    assert first.status_code == second.status_code == 400
    assert (second.content, second[REPLAYED]) == (first.content, "true")


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_of_another_length_is_refused(app: Client, event: Event, key: str) -> None:
    answer = reserve(app, key, {"ticket_ids": ids(event, 1)})

    assert error(answer) == (400, "invalid", "idempotency_key")
    assert states(event) == {"available": 20}


def test_the_longest_key_is_taken(app: Client, event: Event) -> None:
    assert reserve(app, "x" * 255, {"ticket_ids": ids(event, 1)}).status_code == 201


def test_after_a_day_the_key_is_new(app: Client, event: Event) -> None:
    body = {"event_id": event.pk, "quantity": 1}
    first = reserve(app, "one", body)
    a_day_later()

    second = reserve(app, "one", body)

    assert second.status_code == 201
    assert second.json()["reference"] != first.json()["reference"]


def test_old_rows_are_purged(app: Client, event: Event) -> None:
    reserve(app, "old", {"ticket_ids": ids(event, 1)})
    a_day_later()
    reserve(app, "new", {"ticket_ids": ids(event, 1, start=1)})

    assert idempotency.purge() == 1
    assert IdempotencyKey.objects.count() == 1


def test_a_session_that_was_ended_hears_no_earlier_answer(
    fan: User, app: Client, event: Event
) -> None:
    body = {"ticket_ids": ids(event, 1)}
    reserve(app, "one", body)
    fan.set_password("another one entirely")
    fan.save(update_fields=["password"])

    assert reserve(app, "one", body).status_code == 401


def test_a_loser_of_a_hot_seat_costs_postgres_nothing_with_a_key_either(
    app: Client, other_fan: User, event: Event, django_assert_num_queries: Any
) -> None:
    body = {"ticket_ids": ids(event, 1)}
    hold_tickets(user=other_fan, ticket_ids=body["ticket_ids"])
    reserve(app, "first", body)  # looks for an alternative, which is kept for a second

    with django_assert_num_queries(0):
        assert reserve(app, "second", body).status_code == 409


def test_a_held_seat_costs_two_statements_more_with_a_key(app: Client, event: Event) -> None:
    """The row with the claim, the answer after it."""
    reserve(app, "warm", {"ticket_ids": ids(event, 1)})
    with _counted() as plain:
        app.post(RESERVE, {"ticket_ids": ids(event, 1, start=1)}, content_type="application/json")
    with _counted() as keyed:
        reserve(app, "one", {"ticket_ids": ids(event, 1, start=2)})

    assert len(keyed) - len(plain) == 2


def _counted() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


def test_an_extension_is_repeated_as_a_success(app: Client, event: Event) -> None:
    held = reserve(app, "one", {"ticket_ids": ids(event, 1)}).json()["reference"]
    address = f"/api/v1/bookings/{held}/extend"
    with mock.patch("bookings.api.views.booking_shape", side_effect=Killed), pytest.raises(Killed):
        app.post(address, headers={"Idempotency-Key": "more"})
    a_lease_later()

    answer = app.post(address, headers={"Idempotency-Key": "more"})

    assert (answer.status_code, answer.json()["can_extend"]) == (200, False)
    assert error(app.post(address)) == (409, "already_extended", None)


def test_marks_of_different_calls_differ() -> None:
    one = call_of(key="k", user_id=1, method="POST", path="/a", body=b"")

    assert idempotency_mark.leave(one) is idempotency_mark.Mark.FIRST
    assert idempotency_mark.leave(one) is idempotency_mark.Mark.REPEATED
    scopes = {
        call_of(key="k", user_id=user, method=method, path=path, body=b"").scope
        for user, method, path in [(1, "POST", "/a"), (2, "POST", "/a"), (1, "PUT", "/a")]
    }
    assert len(scopes) == 3
