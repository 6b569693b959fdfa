"""Claims come to the ticket lock a few at a time, and none waits for one that is in Postgres."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from bookings import claims
from bookings.api import short_way
from bookings.api.turnstile import Turns, TurnstileMiddleware, leave_turnstile
from events.models import Event
from tests.bookings.helpers import RESERVE, ids
from tests.bookings.ways import ask, somebody_holds
from tests.patience import wait_until

CLAIM = {"content_type": "application/json", "HTTP_X_SESSION_TOKEN": "a"}


@pytest.fixture(autouse=True)
def two_turns(settings: Any) -> None:
    settings.CLAIM_TURNS = 2
    settings.SLOT_PATIENCE_SECONDS = 60.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def a_claim() -> HttpRequest:
    return RequestFactory().post(RESERVE, b'{"ticket_ids":[1]}', **CLAIM)


def free(door: TurnstileMiddleware) -> int:
    return door.turns.free


class Inside:
    """A site that keeps claims until it is told, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self.go = threading.Event()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.count += 1
        self.go.wait(60)
        return HttpResponse("well")


def test_as_many_as_there_are_turns_are_let_in_and_the_others_after_them(
    pool: ThreadPoolExecutor,
) -> None:
    site = Inside()
    door = TurnstileMiddleware(site)
    answers = [pool.submit(door, a_claim()) for _ in range(6)]
    wait_until(lambda: site.count == 2)
    look = pool.submit(door, RequestFactory().get("/api/v1/event/1"))
    wait_until(lambda: site.count == 3)  # who only looks passes by

    assert free(door) == 0
    site.go.set()

    assert [answer.result().content for answer in [*answers, look]] == [b"well"] * 7
    assert (site.count, free(door)) == (7, 2)


def test_who_goes_on_to_postgres_lets_the_next_one_in(pool: ThreadPoolExecutor) -> None:
    wait = Inside()

    def site(request: HttpRequest) -> HttpResponse:
        leave_turnstile(request)
        return wait(request)

    door = TurnstileMiddleware(site)
    answers = [pool.submit(door, a_claim()) for _ in range(5)]
    wait_until(lambda: wait.count == 5)

    assert free(door) == 2
    wait.go.set()

    assert all(answer.result().status_code == 200 for answer in answers)
    assert free(door) == 2, "no turn is given back twice"


def test_a_turn_is_given_back_by_who_breaks() -> None:
    def site(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    door = TurnstileMiddleware(site)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            door(a_claim())

    assert free(door) == 2


def test_where_nothing_moves_claims_go_on_without_a_turn_for_the_slots_to_refuse(
    pool: ThreadPoolExecutor, settings: Any
) -> None:
    settings.SLOT_PATIENCE_SECONDS = 0.05
    site = Inside()
    door = TurnstileMiddleware(site)
    stuck = [pool.submit(door, a_claim()) for _ in range(2)]
    wait_until(lambda: site.count == 2)

    others = [pool.submit(door, a_claim()) for _ in range(3)]
    wait_until(lambda: site.count == 5)
    door.turns._patience_s = 60  # who comes now would wait for a minute, if anybody did
    others.append(pool.submit(door, a_claim()))
    wait_until(lambda: site.count == 6)
    site.go.set()

    assert all(answer.result().content == b"well" for answer in [*stuck, *others])
    assert free(door) == 2, "who had no turn gives none back"
    assert not door.turns._is_stuck


class Slow(BytesIO):
    """A body that somebody is slow to send."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.go = threading.Event()

    def read(self, *sizes: Any) -> bytes:
        self.go.wait(60)
        return super().read(*sizes)


def test_nobody_waits_for_another_ones_body(pool: ThreadPoolExecutor) -> None:
    site = Inside()
    site.go.set()
    door = TurnstileMiddleware(site)
    slow = []
    for _ in range(4):
        request = a_claim()
        stream = Slow(request.body)
        slow.append(stream)
        fresh = WSGIRequest({**request.META, "wsgi.input": stream})
        pool.submit(door, fresh)

    assert door(a_claim()).content == b"well"
    assert site.count == 1
    for stream in slow:
        stream.go.set()
    wait_until(lambda: site.count == 5)
    assert free(door) == 2


@pytest.mark.parametrize("length", ["", "x", "9" * 5_000, "16385"])
def test_a_body_of_no_plain_length_goes_past_unread(length: str) -> None:
    request = a_claim()
    request.META["CONTENT_LENGTH"] = length
    door = TurnstileMiddleware(lambda request: HttpResponse(hasattr(request, "turn")))

    assert door(request).content == b"False"


@pytest.mark.django_db
@pytest.mark.parametrize(("is_taken", "turns_in_domain"), [(False, 1), (True, 0)])
def test_only_a_claim_that_the_lock_refuses_keeps_its_turn(
    app: Client, event: Event, monkeypatch: pytest.MonkeyPatch, is_taken: bool, turns_in_domain: int
) -> None:
    [wanted] = ids(event, 1)
    if is_taken:
        somebody_holds(wanted)
    turns = Turns(1, patience_s=60)
    seen = []

    def answered(request: HttpRequest, asked: Any) -> HttpResponse:
        request.turn = turns.take()  # type: ignore[attr-defined]
        return answer(request, asked)

    def claimed(*args: Any, **values: Any) -> Any:
        seen.append(turns.free)
        return claim(*args, **values)

    answer, claim = short_way._answer, short_way.claim
    monkeypatch.setattr(short_way, "_answer", answered)
    monkeypatch.setattr(short_way, "claim", claimed)

    assert ask(app, {"ticket_ids": [wanted]}).status_code == (409 if is_taken else 201)
    assert seen == [turns_in_domain]


@pytest.mark.django_db
def test_a_database_that_is_away_keeps_no_turn(
    app: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(claims, "lock_sale_of", away)

    for seat in ids(event, 3):
        assert ask(app, {"ticket_ids": [seat]}).status_code == 503
