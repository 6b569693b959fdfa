"""The figures: who may see them, and that all processes count together."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.gateway.apps import token_of
from ticketmaster.accounts.models import User
from ticketmaster.core import metrics
from ticketmaster.core.metrics import Gauge, add_gauge

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]


def figures(**headers: str) -> dict[str, float]:
    """Every figure by its name with labels."""
    answer = Client(REMOTE_ADDR="127.0.0.1").get("/metrics", headers=headers)
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_they_name_what_matters() -> None:
    Client().get("/api/v1/search")

    found = {name.partition("{")[0] for name in figures()}

    assert found >= {
        "frontrow_requests_total",
        "frontrow_request_seconds_bucket",
        "frontrow_bookings",
        "frontrow_outbox_lag_seconds",
        "frontrow_webhook_lag_seconds",
        "frontrow_stripe_breaker_open",
        "frontrow_redis_resting",
        "frontrow_lock_waiters",
        "frontrow_lock_wait_seconds",
        "frontrow_invariant_broken",
    }


def test_requests_and_claims_are_counted(fan: User) -> None:
    wanted = 'frontrow_claims_total{outcome="refused"}'
    before = figures().get(wanted, 0)

    Client().post(
        "/api/v1/booking/reserve",
        "{}",
        content_type="application/json",
        headers={"X-Session-Token": token_of(fan)},
    )

    found = figures()
    assert found[wanted] == before + 1
    assert found['frontrow_requests_total{kind="claim",status="400"}'] >= 1


def test_all_invariants_are_there() -> None:
    names = {name for name in figures() if name.startswith("frontrow_invariant_broken")}

    assert len(names) == 10


@pytest.mark.parametrize("address", ["198.51.100.1", "10.0.0.1", ""])
def test_a_stranger_finds_nothing(address: str) -> None:
    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == 404


def test_the_allow_list_and_the_token_let_in(settings: Any) -> None:
    settings.METRICS_ALLOW = ["10.0.0.0/8"]
    settings.METRICS_TOKEN = "open-sesame"

    def status(address: str, **headers: str) -> int:
        return Client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code

    assert status("10.1.2.3") == 200
    assert status("127.0.0.1") == 404
    assert status("198.51.100.1", Authorization="Bearer open-sesame") == 200
    assert status("198.51.100.1", Authorization="Bearer wrong") == 404


def test_what_cannot_be_asked_is_left_out_and_the_rest_stands() -> None:
    def away() -> Any:
        raise OperationalError("away")

    add_gauge(Gauge("made_up", "A figure of this test.", away))
    try:
        found = figures()
    finally:
        metrics._gauges.pop("made_up")

    assert "frontrow_made_up" not in found
    assert found["frontrow_redis_resting"] == 0


def test_a_gauge_is_asked_once_in_its_time() -> None:
    asked = []

    def ask() -> Any:
        asked.append(1)
        return {(): 1.0}

    gauge = Gauge("x", "X.", ask, every_s=60)

    assert [gauge.samples() for _ in range(3)] == [{(): 1.0}] * 3
    assert asked == [1]


def test_processes_count_together(tmp_path: Path) -> None:
    script = (
        "from ticketmaster.core import metrics; metrics._gauges.clear(); "
        "metrics.shed.labels('work').inc(); print(metrics.exposition().decode())"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for count in (1, 2):
        run = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {script}"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )

        assert f'frontrow_shed_total{{share="work"}} {count}.0' in run.stdout
