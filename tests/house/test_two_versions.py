"""F58: while a new version is rolled out, its web and beat speak to workers of the old one."""

from collections.abc import Iterator

import pytest
from celery import Celery, signals
from celery.contrib.testing.worker import start_worker
from django.db import connections

from tests.house.test_killed_tasks import wait_for
from ticketmaster.celery import app as site
from ticketmaster.core import outbox
from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.tasks import relay_outbox

TOPIC = "test.versions"
OURS = ("task_acks_late", "task_reject_on_worker_lost", "worker_prefetch_multiplier")


@pytest.fixture
def old_worker() -> Iterator[Celery]:
    """A worker with today's tasks and the site's settings, in a thread, on a broker of its own."""
    app = Celery("old", broker="memory://", fixups=[], set_as_current=False)
    app.conf.update({name: site.conf[name] for name in OURS}, task_ignore_result=True)
    app.conf.broker_transport_options = {"polling_interval": 0.02}

    def close(**_: object) -> None:
        connections.close_all()

    signals.task_postrun.connect(close)
    try:
        with start_worker(app, perform_ping_check=False, queues=["default"]):
            yield app
    finally:
        signals.task_postrun.disconnect(close)
        site.set_current()  # a worker makes its app everybody's
        site.set_default()


@pytest.fixture
def delivered() -> Iterator[list[str]]:
    keys: list[str] = []

    @outbox.handles(TOPIC)
    def handler(message: OutboxMessage) -> None:
        keys.append(message.unique_key)

    yield keys
    del outbox._handlers[TOPIC]


@pytest.mark.django_db(transaction=True)
def test_f58_an_old_worker_drops_what_only_the_new_site_knows_and_its_sweeps_do_the_work(
    delivered: list[str], old_worker: Celery
) -> None:
    outbox.add(topic=TOPIC, unique_key="owed by the new site", payload={"of tomorrow": True})

    old_worker.send_task("ticketmaster.core.tasks.task_of_tomorrow", args=[7], queue="default")
    old_worker.send_task(relay_outbox.name, kwargs={"message_of_tomorrow": 7}, queue="default")
    old_worker.send_task(relay_outbox.name, queue="default")

    wait_for(lambda: delivered)
    assert delivered == ["owed by the new site"]
