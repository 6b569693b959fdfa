"""A worker killed for real, and a broker that is full: both with the settings of the site."""

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
