"""The sliding windows: exact under parallel tries, in Redis and without it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django_redis import get_redis_connection

from ticketmaster.core import redis as shared_redis
from ticketmaster.gateway import limits
from ticketmaster.gateway.limits import Charge, Limit, TooManyRequests, give_back, spend

# So long that no try of a test slides out of its window by itself.
FIVE = Limit("five", 5, 3600)
TWO = Limit("two", 2, 3600)


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


def an_hour_later(charge: Charge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the charge's window pass, in Redis and in this process."""
    redis_here = get_redis_connection("default")
    for token in redis_here.zrange(charge.key, 0, -1):
        redis_here.zincrby(charge.key, -3_600_000, token)
    now = limits.time.monotonic()
    monkeypatch.setattr(limits.time, "monotonic", lambda: now + 3600)


def test_the_window_slides(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Charge(Limit("one", 1, 3600), "a")
    assert tries(2, one) == 1

    an_hour_later(one, monkeypatch)

    assert tries(2, one) == 1


def test_a_refusal_says_how_long_to_wait(where: str) -> None:
    tries(2, Charge(TWO, "a"))

    with pytest.raises(TooManyRequests) as refusal:
        spend(Charge(TWO, "a"))

    assert 3000 < (refusal.value.retry_after or 0) <= 3600


def test_nothing_that_names_somebody_stands_in_redis() -> None:
    charge = Charge(FIVE, "fan@example.org")
    spend(charge)

    assert "fan" not in charge.key
    assert shared_redis.client().zcard(charge.key) == 1
    assert 3_000_000 < shared_redis.client().pttl(charge.key) <= 3_600_000


def test_a_flood_of_strangers_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LOCAL_KEYS", 100)
    windows = limits.LocalWindows()

    for number in range(1000):
        windows.spend(limits.Spent("token", (Charge(FIVE, str(number)),)))

    assert len(windows._tries) == 100
