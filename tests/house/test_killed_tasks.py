"""A worker and a beat killed for real, and a broker that is full: with the settings of the site."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.conf import settings

from ticketmaster.celery import app
from ticketmaster.embedded.ports import free_port
from ticketmaster.embedded.redis_server import Redis, wheel_binary

LONGEST_S = 200
ENOUGH_TO_FILL = 3 * 1024 * 1024
OURS = (
    "task_acks_late",
    "task_reject_on_worker_lost",
    "worker_prefetch_multiplier",
    "broker_transport_options",
)
PROGRAM = """
import json, os, signal, sys
import redis
from celery import Celery

broker, conf = sys.argv[1:]
app = Celery("killed", broker=broker)
app.conf.update(json.loads(conf), task_default_queue="critical")

@app.task(name="dies_at_first")
def dies_at_first():
    if redis.from_url(broker).incr("runs") == 1:
        os.kill(os.getpid(), signal.SIGKILL)

app.worker_main(["worker", "--concurrency", "1", "--without-mingle"])
"""
BEAT = """
import json, sys
from celery import Celery

broker, conf, file = sys.argv[1:]
app = Celery("ticks", broker=broker)
app.conf.update(json.loads(conf), task_default_queue="critical")
app.conf.beat_schedule = {"sweep": {"task": "sweep", "schedule": 0.05}}
app.Beat(schedule=file, loglevel="ERROR").run()
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Redis]:
    """A Redis as `./run` starts it, of its own."""
    server = Redis(wheel_binary(), tmp_path / "redis", tmp_path / "log", free_port(), "secret")
    server.prepare()
    argv = server.program().argv
    with subprocess.Popen(argv, cwd=server.folder, stdout=subprocess.DEVNULL) as process:
        wait_for(server.is_ready)
        yield server
        process.kill()


def wait_for(done: Callable[[], object]) -> None:
    until = time.monotonic() + LONGEST_S
    while not done():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def a_worker(broker: Redis) -> Iterator[None]:
    """A worker with a process for its tasks, until it is told to end."""
    conf = {name: app.conf[name] for name in OURS}
    command = [sys.executable, "-c", PROGRAM, broker.url, json.dumps(conf)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def test_f51_f52_a_task_whose_process_was_killed_runs_again(broker: Redis) -> None:
    client = redis.from_url(broker.url, decode_responses=True)
    with Celery(broker=broker.url) as sender, a_worker(broker):
        sender.send_task("dies_at_first", queue="critical", ignore_result=True)
        wait_for(lambda: client.get("runs") == "2")
        wait_for(lambda: not client.hlen("unacked"))

    assert (client.get("runs"), client.llen("critical")) == ("2", 0)


@contextmanager
def a_beat(broker: Redis, schedule: Path) -> Iterator[None]:
    """A beat that ticks into the queue, until it is killed without a word."""
    conf = {name: app.conf[name] for name in ("beat_scheduler", "beat_max_loop_interval")}
    command = [sys.executable, "-c", BEAT, broker.url, json.dumps(conf), str(schedule)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def test_f50_after_a_killed_beat_the_next_one_ticks_without_waiting(
    broker: Redis, tmp_path: Path
) -> None:
    """One that holds a lock for its life would leave it behind, for 25 minutes by default."""
    client, schedule = redis.from_url(broker.url), tmp_path / "schedule"
    with a_beat(broker, schedule):
        wait_for(lambda: client.llen("critical"))
    assert list(tmp_path.glob("schedule*"))
    client.delete("critical")

    with a_beat(broker, schedule):
        wait_for(lambda: client.llen("critical"))

    assert b"sweep" in client.lindex("critical", 0)


def fill(client: redis.Redis) -> None:
    """What a cache would write, until there is no more room."""
    for number in range(1000):
        client.set(f"page:{number}", "x" * 10_000, ex=60)


def test_f55_a_broker_that_is_full_refuses_and_forgets_nothing(broker: Redis) -> None:
    client = redis.from_url(broker.url)
    with Celery(broker=broker.url) as sender:
        for number in range(20):
            sender.send_task("sweep", args=[number], queue="critical", ignore_result=True)
    client.config_set("maxmemory", ENOUGH_TO_FILL)

    with pytest.raises(redis.OutOfMemoryError):
        fill(client)

    assert client.llen("critical") == 20
    assert settings.CELERY_TASK_PUBLISH_RETRY is False  # whoever owes an effect does not hang here
