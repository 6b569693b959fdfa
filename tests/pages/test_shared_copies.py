"""One maker at a time for all threads and processes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from ticketmaster.core import shared_copies
from ticketmaster.core.shared_copies import shared_copy

READERS = 12


@pytest.fixture
def every_look_asks_redis(monkeypatch):
    """As if each thread were a process of its own, and patient."""
    monkeypatch.setattr(shared_copies, "LOOK_SECONDS", 0)
    monkeypatch.setattr(shared_copies, "WAIT_SECONDS", 30)
    monkeypatch.setattr(shared_copies, "MAKER_SECONDS", 30)


def away():
    raise redis.ConnectionError("away")


def read_at_once(make):
    start = threading.Barrier(READERS)

    def read():
        start.wait()
        return shared_copy("crowd", make, fresh_seconds=1.0).content

    with ThreadPoolExecutor(READERS) as pool:
        return [future.result() for future in [pool.submit(read) for _ in range(READERS)]]


def slow_maker(made):
    def make(last):
        made.append(last)
        time.sleep(0.2)
        return b"made %d" % len(made)

    return make


def test_a_crowd_has_one_maker_and_all_get_its_copy(every_look_asks_redis):
    made: list[bytes | None] = []

    contents = read_at_once(slow_maker(made))

    assert made == [None]
    assert contents == [b"made 1"] * READERS


def test_a_crowd_without_redis_has_one_maker_per_process(monkeypatch, every_look_asks_redis):
    monkeypatch.setattr(shared_copies, "_redis", away)
    made: list[bytes | None] = []

    contents = read_at_once(slow_maker(made))

    assert made == [None]
    assert contents == [b"made 1"] * READERS


def test_while_somebody_makes_the_next_copy_the_last_serves(every_look_asks_redis, monkeypatch):
    shared_copy("crowd", lambda _: b"old", fresh_seconds=1.0)
    now = shared_copies.time.time()
    monkeypatch.setattr(shared_copies.time, "time", lambda: now + 1.2)
    others_served = threading.Event()

    def make(last):
        assert others_served.wait(60), "the others waited for the maker"
        return last + b" and new"

    with ThreadPoolExecutor(1) as pool:
        maker = pool.submit(shared_copy, "crowd", make, fresh_seconds=1.0)
        while shared_copies._redis().get(f"{shared_copies._name('crowd')}:maker") is None:
            time.sleep(0.01)
        served = [shared_copy("crowd", make, fresh_seconds=1.0).content for _ in range(3)]
        others_served.set()

    assert served == [b"old"] * 3
    assert maker.result().content == b"old and new"


def test_a_maker_that_died_holds_nobody_up_for_long(every_look_asks_redis, monkeypatch):
    monkeypatch.setattr(shared_copies, "WAIT_SECONDS", 0.1)
    connection = shared_copies._redis()
    connection.set(f"{shared_copies._name('crowd')}:maker", 1, px=3000)

    assert shared_copy("crowd", lambda _: b"own", fresh_seconds=1.0).content == b"own"


def test_only_the_newest_copies_stay_in_the_process(monkeypatch):
    monkeypatch.setattr(shared_copies, "MOST_LOCAL_COPIES", 2)
    for number in range(3):
        shared_copy(f"copy {number}", lambda _: b"content", fresh_seconds=1.0)

    kept = [shared_copies.local.get(f"copy {number}") is not None for number in range(3)]

    assert kept == [False, True, True]
