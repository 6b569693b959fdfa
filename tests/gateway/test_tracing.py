"""The id of a request is the id in the logs of the tasks that it started."""

import threading
from collections.abc import Iterator

import pytest
import structlog
from celery import Celery
from celery.contrib.testing.worker import start_worker

from ticketmaster.core.tracing import request_id

app = Celery("tracing", broker="memory://", set_as_current=False)
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)
seen: list[dict[str, str]] = []


@app.task(name="tracing.look")
def look() -> None:
    """Note what this task's log lines would say."""
    seen.append(structlog.contextvars.get_contextvars())


@pytest.fixture(autouse=True)
def nothing_bound() -> Iterator[None]:
    """No request to begin with."""
    structlog.contextvars.clear_contextvars()
    seen.clear()
    yield
    structlog.contextvars.clear_contextvars()


def run_tasks() -> None:
    """Let a worker do all that was sent."""
    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR"):
        for _ in range(2000):  # bounds a hang alone
            if seen:
                return
            threading.Event().wait(0.05)


def test_a_task_has_the_id_of_the_request_that_sent_it() -> None:
    structlog.contextvars.bind_contextvars(request_id="abcdefgh-123")
    look.delay()
    structlog.contextvars.clear_contextvars()

    run_tasks()

    assert seen == [{"request_id": "abcdefgh-123", "task": "tracing.look"}]


def test_a_task_that_nobody_asked_for_has_its_own_id() -> None:
    sent = look.delay()

    run_tasks()

    assert seen == [{"request_id": sent.id, "task": "tracing.look"}]


def test_a_task_that_runs_at_once_keeps_its_callers_id() -> None:
    structlog.contextvars.bind_contextvars(request_id="abcdefgh-123")

    look.apply()

    assert seen == [{"request_id": "abcdefgh-123"}]
    assert request_id() == "abcdefgh-123"
