"""The waiting room for apps: shapes, states, refusals, and what a poll costs."""

from typing import Any

import pytest
from django.test import Client

from bookings.waiting_room import figures, keeper, line, rooms, tokens
from events.models import Event
from tests.factories import on_sale_event
from tests.house.test_two_users import token_of
from tests.waiting_room.helpers import (
    AT_ONCE,
    behind_room,
    change,
    join_by_api,
    opens_in,
    poll_by_api,
    room_address,
    standing_of,
)
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db

FIELDS = {"state", "place", "ahead", "wait", "retry_after", "visitor", "pass", "message"}
FIELDS |= {"tickets_left", "tickets_held"}


def test_joining_answers_with_exactly_the_fields_of_the_contract(event: Event) -> None:
    behind_room(event, is_paused=True)

    joined = join_by_api(event)

    assert set(joined) == FIELDS
    assert set(joined["wait"]) == {"min_s", "max_s"}
    assert (joined["state"], joined["place"], joined["ahead"]) == ("paused", 1, 0)
    assert (joined["pass"], joined["message"]) == (None, None)
    assert set(poll_by_api(event, joined["visitor"]).json()) == FIELDS


def test_places_follow_the_order_of_joining(event: Event) -> None:
    behind_room(event, admit_per_second=0.01)

    answers = [join_by_api(event) for _ in range(4)]

    assert [(one["state"], one["ahead"]) for one in answers] == [
        ("admitted", None), ("waiting", 0), ("waiting", 1), ("waiting", 2)
    ]  # fmt: skip


def test_before_the_opening_nobody_has_a_place_yet(event: Event) -> None:
    behind_room(event, opens_at=opens_in(600))

    joined = join_by_api(event, nonce="mine-1")

    assert (joined["state"], joined["place"], joined["ahead"]) == ("pre_queue", None, None)
    assert 300 < joined["wait"]["min_s"] <= 600
    assert joined["wait"]["max_s"] is None


def test_a_poll_asks_redis_once_and_postgres_never(
    event: Event, django_assert_num_queries: object
) -> None:
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]

    rooms.forget()

    with django_assert_num_queries(0):  # type: ignore[operator]
        for _ in range(5):
            assert poll_by_api(event, visitor).status_code == 200


def test_a_poll_carries_no_session_and_is_kept_by_no_cache(event: Event) -> None:
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]

    answer = poll_by_api(event, visitor)

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Length"] == str(len(answer.content))
    assert not answer.cookies
    assert "Vary" not in answer


def test_without_a_visitor_the_room_itself_is_told(event: Event) -> None:
    behind_room(event)

    answer = Client().get(room_address(event)).json()

    assert (answer["state"], answer["visitor"], answer["place"]) == ("waiting", None, None)


def test_an_event_without_a_room_has_no_line(event: Event) -> None:
    answer = Client().get(room_address(event))

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"
    assert (
        Client().post(room_address(event), {}, content_type="application/json").status_code == 404
    )


@pytest.mark.parametrize("harm", ["flip", "cut", "other event", "nonsense", "long"])
def test_a_visitor_that_is_not_ours_is_refused_without_asking_redis(
    event: Event, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_room(event, is_paused=True)
    token = join_by_api(event)["visitor"]
    other = on_sale_event()
    behind_room(other, is_paused=True)
    harmed = {
        "flip": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "cut": token[:-5],
        "other event": join_by_api(other)["visitor"],
        "nonsense": "x.y.z",
        "long": token * 20,
    }[harm]
    monkeypatch.setattr(line, "run", lambda *_: pytest.fail("Redis was asked"))

    answer = poll_by_api(event, harmed)

    assert answer.status_code == 404


def test_every_flipped_byte_of_a_visitor_is_noticed(event: Event) -> None:
    behind_room(event, is_paused=True)
    token = join_by_api(event)["visitor"]

    for index in range(len(token)):
        changed = token[:index] + chr(ord(token[index]) ^ 1) + token[index + 1 :]
        assert tokens.read_visitor(changed, event_id=event.pk) is None, index


@pytest.mark.parametrize(
    "body", [{"nonce": "a b"}, {"nonce": ""}, {"nonce": 5}, {"nonce": "x" * 65}]
)
def test_a_nonce_of_another_shape_is_refused(event: Event, body: dict[str, object]) -> None:
    behind_room(event)

    answer = Client().post(room_address(event), body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "nonce"
    assert line.numbers(event.pk)["joined"] == 0


def test_polls_far_faster_than_told_are_429_with_when_to_come_back(
    event: Event, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LEAST_BETWEEN_POLLS_MS", 60_000)  # however slow this machine is
    settings.RATE_LIMITS = True
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]

    answers = [poll_by_api(event, visitor) for _ in range(40)]

    assert [answer.status_code for answer in answers[:10]] == [200] * 10
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1
    assert answers[-1].json()["errors"][0]["code"] == "throttled"


def test_nobody_joins_before_the_room_is_open_for_it(event: Event) -> None:
    behind_room(event, joins_from=opens_in(100), opens_at=opens_in(200))

    answer = join_by_api(event)

    assert (answer["state"], answer["visitor"]) == ("closed", None)
    assert answer["retry_after"] == 45


def test_leaving_gives_the_place_back_and_may_be_said_twice(event: Event) -> None:
    behind_room(event, is_paused=True)
    visitor = join_by_api(event)["visitor"]
    headers = {"X-Waiting-Room-Visitor": visitor}

    answers = [Client().delete(room_address(event), headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert line.numbers(event.pk)["waiting"] == 0
    assert poll_by_api(event, visitor).status_code == 404


def test_where_many_are_let_in_the_first_thousand_ask_within_five_seconds(event: Event) -> None:
    behind_room(event, is_paused=True, admit_per_second=AT_ONCE)
    visitors = [join_by_api(event)["visitor"] for _ in range(3)]
    line.connection().zadd(
        line.key_of(event.pk, "waiting"), {f"somebody-{n}": n + 1 for n in range(1200)}
    )
    far = poll_by_api(event, visitors[0]).json()
    line.connection().zremrangebyrank(line.key_of(event.pk, "waiting"), 0, 500)
    near = poll_by_api(event, visitors[0]).json()

    assert (far["ahead"], near["ahead"]) == (1200, 699)
    assert far["retry_after"] > 5
    assert near["retry_after"] == 5


@pytest.mark.parametrize(
    ("ahead", "rate", "least", "most"),
    [
        (99, 5.0, 2, 2),  # in at most twenty seconds
        (99, 1.0, 5, 5),
        (999, 100.0, 5, 5),
        (999, 0.0, 5, 5),
        (400, 5.0, 20, 26),
        (999, 0.1, 45, 60),
        (1_000, 1_000.0, 7, 9),
        (1_000, 10.0, 25, 33),
        (1_999, 5.0, 45, 60),
        (20_000, 1_000.0, 45, 60),
        (20_000, 0.0, 45, 60),
    ],
)
def test_who_is_far_from_their_turn_is_told_to_ask_seldom(
    ahead: int, rate: float, least: int, most: int
) -> None:
    standing = standing_of(ahead=ahead, rate=rate)
    told = {figures.retry_after(standing, f"visitor-{number}") for number in range(100)}

    assert (min(told), max(told)) == (least, most)


def test_a_poll_names_how_often_one_may_ask(event: Event, settings: Any) -> None:
    settings.RATE_LIMITS = True
    behind_room(event, is_paused=True)

    answer = poll_by_api(event, join_by_api(event)["visitor"])

    assert answer["RateLimit-Policy"] == '"waiting-room-poll";q=10;w=5'


def test_a_small_draw_and_those_inside_are_told_to_ask_within_five_seconds(event: Event) -> None:
    room = behind_room(event, opens_at=opens_in(3600), admit_per_second=AT_ONCE)
    visitor = join_by_api(event)["visitor"]
    before = poll_by_api(event, visitor).json()
    line.connection().zadd(
        line.key_of(event.pk, "pool"), {f"somebody-{n}": n + 2 for n in range(1200)}
    )
    crowded = poll_by_api(event, visitor).json()
    line.connection().zremrangebyrank(line.key_of(event.pk, "pool"), 1, -1)
    change(room, opens_at=opens_in(-1))
    inside = poll_by_api(event, visitor).json()

    assert (before["state"], before["retry_after"]) == ("pre_queue", 5)
    assert crowded["retry_after"] >= 30
    assert (inside["state"], inside["retry_after"]) == ("admitted", 5)


def test_a_signed_in_app_has_one_place_however_often_it_joins(event: Event, fan: User) -> None:
    behind_room(event, is_paused=True)
    apps = [Client(headers={"X-Session-Token": token_of(fan)}) for _ in range(3)]

    places = [join_by_api(event, app)["place"] for app in apps]

    assert places == [1, 1, 1]
    assert line.numbers(event.pk)["waiting"] == 1


def test_signing_in_on_a_second_device_keeps_the_better_place(event: Event, fan: User) -> None:
    behind_room(event, is_paused=True)
    early = join_by_api(event)["visitor"]
    join_by_api(event)
    app = Client(headers={"X-Session-Token": token_of(fan)})
    assert join_by_api(event, app)["place"] == 3

    again = app.post(
        room_address(event),
        {},
        content_type="application/json",
        headers={"X-Waiting-Room-Visitor": early},
    ).json()

    assert again["place"] == 1
    assert join_by_api(event, app)["place"] == 1
    assert line.numbers(event.pk)["waiting"] == 2


def test_a_wrong_session_token_is_401_when_joining(event: Event) -> None:
    behind_room(event, is_paused=True)
    client = Client(headers={"X-Session-Token": "wrong"})

    answer = client.post(room_address(event), {}, content_type="application/json")

    assert answer.status_code == 401
    assert line.numbers(event.pk)["joined"] == 0


def test_the_line_of_an_event_that_is_over_is_closed(event: Event) -> None:
    behind_room(event, is_paused=True)
    token = join_by_api(event)["visitor"]
    Event.objects.filter(pk=event.pk).update(status=Event.Status.CANCELLED)
    rooms.forget()

    keeper.keep_all()

    assert poll_by_api(event, token).json()["state"] == "closed"
