"""A crowd that comes at once: one fetches, the others wait; nobody is refused who need not be."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tests.patience import wait_until
from ticketmaster.core.public import fresh_for
from ticketmaster.embedded.website import WEB_THREADS
from ticketmaster.gateway import front
from ticketmaster.gateway.fetches import Fetches
from ticketmaster.gateway.front import FrontMiddleware

PAGE = "/event/1"
KEY = ("http", "", PAGE, False)
TICKETS = "/api/v1/event/1/tickets?page_size=9"
SEARCH = "/search?term=a"


@pytest.fixture(autouse=True)
def patient(settings: Any) -> None:
    """However slow the machine."""
    settings.FRONT_PATIENCE_SECONDS = 60.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as threads:
        yield threads


class Gate:
    """A site whose answers come when it is let go; `seconds` is how long each is everybody's."""

    def __init__(self, *, seconds: float = 600.0, status: int = 200) -> None:
        self.go = threading.Event()
        self.asked = 0
        self.told: list[int] = []
        self.seconds = seconds
        self.status = status
        self.guard = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self.guard:
            self.asked += 1
            number = self.asked
        self.go.wait(60)
        self.told.append(request.waiting())  # type: ignore[attr-defined]
        answer = HttpResponse(f"{number}", headers={"ETag": f'"{number}"'}, status=self.status)
        return fresh_for(answer, self.seconds, whatever_query=True)


def asks(pool: ThreadPoolExecutor, door: FrontMiddleware, path: str) -> "Future[HttpResponse]":
    return pool.submit(door, RequestFactory().get(path))


def test_of_a_crowd_one_fetches_and_the_others_wait(pool: ThreadPoolExecutor) -> None:
    site = Gate()
    door = FrontMiddleware(site)
    crowd = [asks(pool, door, PAGE) for _ in range(12)]
    wait_until(lambda: door.fetches.waiting_for(KEY) == 11)

    site.go.set()

    assert {one.result().content for one in crowd} == {b"1"}
    assert site.asked == 1
    assert door.fetches.waiting_for(KEY) == 0


def test_an_answer_that_is_one_persons_is_given_to_nobody_who_waited(
    pool: ThreadPoolExecutor,
) -> None:
    site = Gate(seconds=0.0)
    door = FrontMiddleware(site)
    crowd = [asks(pool, door, PAGE) for _ in range(5)]
    wait_until(lambda: door.fetches.waiting_for(KEY) == 4)

    site.go.set()

    assert {one.result().content for one in crowd} == {b"1", b"2", b"3", b"4", b"5"}


def test_the_view_learns_how_many_wait(pool: ThreadPoolExecutor) -> None:
    site = Gate()
    door = FrontMiddleware(site)
    crowd = [asks(pool, door, TICKETS) for _ in range(4)]
    wait_until(lambda: door.fetches.waiting_for(("http", "", TICKETS, False)) == 3)

    site.go.set()

    assert {one.result().content for one in crowd} == {b"1"}
    assert site.told == [3]


def assert_two_fetch(pool: ThreadPoolExecutor, path: str) -> None:
    """Two who ask for it at once are answered each with its own."""
    site = Gate()
    door = FrontMiddleware(site)
    both = [asks(pool, door, path) for _ in range(2)]

    wait_until(lambda: site.asked == 2)

    site.go.set()
    assert {one.result().content for one in both} == {b"1", b"2"}


@pytest.mark.parametrize("path", ["/bookings", "/event/1/hold", "/event/1/waiting-room", SEARCH])
def test_nobody_waits_for_what_is_somebodys_own(pool: ThreadPoolExecutor, path: str) -> None:
    assert_two_fetch(pool, path)


@pytest.mark.parametrize(
    ("name", "value"), [("FRONT_LINE", 0), ("FRONT_PATIENCE_SECONDS", 0.0)], ids=["full", "late"]
)
def test_who_finds_the_line_full_or_waits_too_long_fetches_alone(
    pool: ThreadPoolExecutor, settings: Any, name: str, value: float
) -> None:
    setattr(settings, name, value)

    assert_two_fetch(pool, PAGE)


def test_who_would_be_told_503_gets_the_last_answer_while_that_is_not_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Gate(seconds=1.0)
    site.go.set()
    door = FrontMiddleware(site)
    now = time.monotonic()
    monkeypatch.setattr(front.time, "monotonic", lambda: now)
    door(RequestFactory().get(PAGE))
    site.status = 503

    now += 1.0 + front.MOST_STALE_S - 0.1
    stale = door(RequestFactory().get(PAGE))
    now += 0.2
    refused = door(RequestFactory().get(PAGE))

    assert (stale.status_code, stale.content) == (200, b"1")
    assert (refused.status_code, refused.content) == (503, b"3")
    assert site.asked == 3


def test_a_fetch_that_breaks_wakes_who_waits(pool: ThreadPoolExecutor) -> None:
    go = threading.Event()
    asked = iter(range(100))

    def site(request: HttpRequest) -> HttpResponse:
        if next(asked) == 0:
            go.wait(60)
            raise ZeroDivisionError
        return HttpResponse("well")

    door = FrontMiddleware(site)
    first = asks(pool, door, PAGE)
    wait_until(lambda: KEY in door.fetches._running)
    second = asks(pool, door, PAGE)
    wait_until(lambda: door.fetches.waiting_for(KEY) == 1)

    go.set()

    with pytest.raises(ZeroDivisionError):
        first.result()
    assert second.result().content == b"well"


def test_who_comes_as_it_ends_does_not_wait() -> None:
    fetches = Fetches(line=1)
    assert fetches.begin("a")
    assert not fetches.begin("a")
    fetches.end("a")

    assert fetches.wait("a", seconds=0.0)
    assert fetches.begin("a")


def test_all_who_wait_have_a_thread_and_some_are_left_for_who_buys(settings: Any) -> None:
    waiting = settings.READ_LINE + settings.FRONT_LINE
    dockerfile = Path(settings.BASE_DIR, "Dockerfile").read_text()

    assert WEB_THREADS - waiting - settings.WEBHOOK_SLOTS >= 2 * settings.WORK_SLOTS
    assert f'"--blocking-threads", "{WEB_THREADS}"' in dockerfile
