"""503 at once rather than a queue that does not move."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.patience import wait_until
from ticketmaster.gateway.shedding import (
    Overloaded,
    SheddingMiddleware,
    Slots,
    is_looking,
    queued_s,
)


@pytest.fixture(autouse=True)
def small(settings: Any) -> None:
    settings.WORK_SLOTS = 2
    settings.READ_SLOTS = 1
    settings.READ_LINE = 1
    settings.WEBHOOK_SLOTS = 1
    settings.SLOT_PATIENCE_SECONDS = 0.2


class Busy:
    """A site whose work ends when it is let go; health, the webhook and `/quick` end at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.inside = 0
        self.most = 0
        self.guard = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in {"/slow", "/search"}:
            return HttpResponse("quick")
        with self.guard:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.go.wait(60)
        with self.guard:
            self.inside -= 1
        return HttpResponse("done")


def ask(door: SheddingMiddleware, path: str) -> int:
    """The status."""
    return door(RequestFactory().get(path)).status_code


def test_a_crowd_is_told_503_while_nothing_moves_and_nobody_hangs() -> None:
    site = Busy()
    door = SheddingMiddleware(site)
    with ThreadPoolExecutor(32) as pool:
        working = [pool.submit(ask, door, "/slow") for _ in range(2)]
        wait_until(lambda: site.inside == 2)
        refused = [future.result() for future in [pool.submit(ask, door, "/slow")] * 1]
        crowd = [pool.submit(ask, door, "/slow") for _ in range(30)]
        refused += [future.result() for future in crowd]
        site.go.set()
        worked = [future.result() for future in working]

    assert worked == [200, 200]
    assert set(refused) == {503}
    assert site.most == 2


def test_once_somebody_waited_in_vain_the_next_are_told_at_once() -> None:
    slots = Slots(1, patience_s=0.05)
    slots.take()
    with pytest.raises(Overloaded):
        slots.take()
    slots._patience_s = 3600  # whoever waits from here on stays

    for _ in range(1000):
        with pytest.raises(Overloaded):
            slots.take()


def test_when_a_turn_comes_free_people_wait_and_are_served_again() -> None:
    slots = Slots(1, patience_s=60)
    slots._is_stuck = True
    slots._free = 0
    slots.give_back()
    assert slots.take() == 0.0

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slots.take)
        wait_until(lambda: slots._waiting == 1)
        slots.give_back()

    assert waiting.result() > 0


def test_a_moving_crowd_is_served_without_a_refusal() -> None:
    slots = Slots(2, patience_s=60)
    served = []

    def visit() -> None:
        slots.take()
        threading.Event().wait(0.002)
        served.append(1)
        slots.give_back()

    with ThreadPoolExecutor(40) as pool:
        for future in [pool.submit(visit) for _ in range(200)]:
            future.result()

    assert len(served) == 200
    assert slots._free == 2


def test_those_who_look_leave_a_slot_to_those_who_buy() -> None:
    site = Busy()
    door = SheddingMiddleware(site)
    with ThreadPoolExecutor(3) as pool:
        looking = [pool.submit(ask, door, "/search")]
        wait_until(lambda: site.inside == 1)
        looking.append(pool.submit(ask, door, "/search"))
        wait_until(lambda: door.looking._waiting == 1)

        beyond_the_line = door(RequestFactory().get("/search")).status_code
        bought = door(RequestFactory().post("/api/v1/booking/reserve")).status_code

        site.go.set()
        looked = {future.result() for future in looking}
    assert (beyond_the_line, bought) == (503, 200)
    assert looked <= {200, 503}
    assert site.most == 1
    assert (door.work._free, door.looking._free) == (2, 1)


@pytest.mark.parametrize(
    ("method", "path", "looks"),
    [
        ("GET", "/", True),
        ("GET", "/event/7", True),
        ("HEAD", "/api/v1/event/7/tickets", True),
        ("GET", "/api/v1/search/suggest", True),
        ("GET", "/event/7/waiting-room", False),
        ("POST", "/api/v1/event/7/waiting-room", False),
        ("GET", "/event/7/hold", False),
        ("POST", "/event/7/hold", False),
        ("GET", "/bookings", False),
        ("GET", "/booking/abc", False),
    ],
)
def test_looking_is_reading_the_catalogue_and_searching(
    method: str, path: str, looks: bool
) -> None:
    assert is_looking(RequestFactory().generic(method, path)) is looks


def test_whoever_waits_in_a_line_that_moves_is_not_told_503() -> None:
    slots = Slots(1, patience_s=0.01)
    slots.take()
    slots._moved_at = time.monotonic() + 3600  # others come and go all the while
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slots.take)
        wait_until(lambda: slots._waiting == 1)
        threading.Event().wait(0.1)
        assert not waiting.done()
        slots.give_back()

        assert waiting.result() >= 0.1


def test_no_slot_is_lost_to_a_bug() -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    door = SheddingMiddleware(broken)
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            door(RequestFactory().get("/x"))

    assert door.work._free == 2


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/payments/webhook"])
def test_health_and_the_webhook_are_answered_while_all_slots_are_taken(path: str) -> None:
    site = Busy()
    door = SheddingMiddleware(site)
    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(ask, door, "/slow") for _ in range(2)]
        wait_until(lambda: site.inside == 2)

        status = ask(door, path)

        site.go.set()
        assert [future.result() for future in working] == [200, 200]
    assert status == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/search", "application/json"), ("/search", "text/html")]
)
def test_the_refusal_is_calm_and_says_when_to_come_back(
    path: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(slots: Slots) -> float:
        raise Overloaded

    monkeypatch.setattr(Slots, "take", full)

    answer = Client().get(path)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert answer["Content-Type"].startswith(kind)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    if kind == "application/json":
        assert answer.json()["errors"][0]["code"] == "temporarily_unavailable"


def test_who_has_waited_long_in_front_of_us_is_not_worked_for(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    door = SheddingMiddleware(Busy())
    now = time.time()
    monkeypatch.setattr("ticketmaster.gateway.shedding.time.time", lambda: now)

    def status(started: float) -> int:
        request = RequestFactory().get("/quick", headers={"X-Request-Start": f"{started:.3f}"})
        return door(request).status_code

    assert status(now - 6) == 503
    assert status(now - 1) == 200


@pytest.mark.parametrize("said", ["", "soon", "t=", "9" * 40, "-5", "1" * 10 + "x"])
def test_nonsense_about_the_wait_counts_for_nothing(settings: Any, said: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 1

    assert queued_s(RequestFactory().get("/", headers={"X-Request-Start": said})) == 0.0


def test_a_stranger_cannot_say_how_long_it_waited(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    request = RequestFactory().get("/", headers={"X-Request-Start": "1000000000"})

    assert queued_s(request) == 0.0
