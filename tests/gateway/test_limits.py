"""The sliding windows: exact under parallel tries, in Redis and without it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import redis

from ticketmaster.core import redis as shared_redis
from ticketmaster.gateway import limits
from ticketmaster.gateway.limits import Charge, Limit, TooManyRequests, give_back, spend

FIVE = Limit("five", 5, 60)
TWO = Limit("two", 2, 60)


@pytest.fixture(autouse=True)
def limits_on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setattr(limits, "_local", limits.LocalWindows())


@pytest.fixture(params=["redis", "memory"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With Redis, and with Redis away."""
    if request.param == "memory":

        def away() -> redis.Redis:
            raise redis.ConnectionError("away")

        monkeypatch.setattr(shared_redis, "client", away)
    where_to: str = request.param
    return where_to


def tries(count: int, *charges: Charge) -> int:
    """How many of so many tries were let in."""
    admitted = 0
    for _ in range(count):
        try:
            spend(*charges)
        except TooManyRequests:
            continue
        admitted += 1
    return admitted


def in_parallel(count: int, work: Callable[[], None]) -> None:
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        work()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_exactly_the_limit_is_let_in(where: str) -> None:
    assert tries(12, Charge(FIVE, "a")) == 5
    assert tries(3, Charge(FIVE, "b")) == 3


def test_ten_times_the_limit_in_parallel_admits_exactly_the_limit(where: str) -> None:
    admitted: list[int] = []

    in_parallel(50, lambda: admitted.append(tries(1, Charge(FIVE, "a"))))

    assert sum(admitted) == 5


def test_a_try_that_one_limit_refuses_is_counted_by_none(where: str) -> None:
    assert tries(6, Charge(TWO, "a"), Charge(FIVE, "a")) == 2

    assert tries(6, Charge(FIVE, "a")) == 3


def test_what_is_given_back_can_be_spent_again(where: str) -> None:
    spent = [spend(Charge(TWO, "a")) for _ in range(2)]
    assert tries(1, Charge(TWO, "a")) == 0

    give_back(spent[0])

    assert tries(2, Charge(TWO, "a")) == 1


def test_the_window_slides(where: str) -> None:
    short = Limit("short", 1, 1)
    assert tries(2, Charge(short, "a")) == 1

    threading.Event().wait(1.05)

    assert tries(2, Charge(short, "a")) == 1


def test_a_refusal_says_how_long_to_wait(where: str) -> None:
    tries(2, Charge(TWO, "a"))

    with pytest.raises(TooManyRequests) as refusal:
        spend(Charge(TWO, "a"))

    assert 59 <= (refusal.value.retry_after or 0) <= 60


def test_nothing_that_names_somebody_stands_in_redis() -> None:
    charge = Charge(FIVE, "fan@example.org")
    spend(charge)

    assert "fan" not in charge.key
    assert shared_redis.client().zcard(charge.key) == 1
    assert 59_000 < shared_redis.client().pttl(charge.key) <= 60_000


def test_a_flood_of_strangers_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LOCAL_KEYS", 100)
    windows = limits.LocalWindows()

    for number in range(1000):
        windows.spend(limits.Spent("token", (Charge(FIVE, str(number)),)))

    assert len(windows._tries) == 100
