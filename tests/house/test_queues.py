"""Celery and Redis as the failure catalogue wants them: what is lost or doubled harms nobody."""

import inspect
from pathlib import Path

import pytest
import yaml
from celery.app.task import Task
from django.conf import settings
from django_redis import get_redis_connection

from payments.reconciler import PATIENCE
from payments.stripe_calls import CONNECT_SECONDS, READ_SECONDS
from ticketmaster.celery import app
from ticketmaster.embedded import website

ROOT = Path(__file__).resolve().parents[2]
OURS = ("bookings.", "events.", "payments.", "search.", "ticketmaster.")
MONEY_AND_SEATS = [
    "bookings.tasks.release_expired_reservations",
    "payments.tasks.process_stripe_events",
    "payments.tasks.reconcile_payments",
]


def tasks() -> dict[str, Task]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith(OURS)}


def test_f55_the_broker_never_throws_a_queue_away():
    """A full broker refuses to take more; only the cache may forget."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    caches = [str(one.get("command")) for name, one in services.items() if "cache" in name]

    assert get_redis_connection("default").config_get("maxmemory-policy") == {
        "maxmemory-policy": "noeviction"
    }
    assert any("allkeys-lru" in command for command in caches)
    assert any("noeviction" in str(one.get("command")) for one in services.values())


@pytest.mark.parametrize("name", MONEY_AND_SEATS)
def test_f56_no_mail_stands_in_front_of_money_and_seats(name: str):
    """Their queue has workers of its own, here and in production."""
    queue = app.amqp.router.route({}, name)["queue"].name

    assert queue == "critical"
    words = website._celery_worker("critical", queues="critical")
    assert words[words.index("--queues") + 1] == "critical"
    assert (
        "critical"
        not in app.amqp.router.route({}, "ticketmaster.core.tasks.relay_outbox")["queue"].name
    )


def test_f58_a_task_takes_ids_and_nothing_else():
    """An old worker understands a new web's message: there is nothing in it but numbers."""
    found = tasks()

    assert set(MONEY_AND_SEATS) <= found.keys()
    for name, task in found.items():
        for parameter in inspect.signature(task.run).parameters.values():
            assert parameter.annotation in (int, "int"), name


def test_f50_beat_takes_no_lock_that_outlives_it():
    """Plain beat: a killed one leaves nothing behind, and the next begins to tick at once."""
    assert app.conf.beat_scheduler == "celery.beat:PersistentScheduler"
    assert settings.CELERY_BEAT_MAX_LOOP_INTERVAL <= 5


def test_f51_f52_a_task_whose_process_dies_comes_back_and_may_run_twice():
    assert settings.CELERY_TASK_ACKS_LATE is True
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST is True
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert app.conf.task_acks_late is True
    longest = settings.CELERY_TASK_TIME_LIMIT
    assert longest > settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert longest < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] <= 120
    assert app.conf.worker_soft_shutdown_timeout == 20


def test_r6_a_payment_ends_within_two_minutes_though_one_run_of_the_reconciler_is_lost():
    """Its rest, the run that is lost, the next one, and the calls that it makes."""
    every = settings.CELERY_BEAT_SCHEDULE["reconcile payments"]["schedule"]
    rest = max(PATIENCE.values()).total_seconds()
    longest_call = 2 * (CONNECT_SECONDS + READ_SECONDS) + 2

    assert rest + 2 * every + longest_call <= 120
