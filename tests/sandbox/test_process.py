"""The process: survives kill -9 with everything it said, stops at once, and refuses production."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from tests.sandbox.process import ROOT, Sandbox, clean_environment
from tests.sandbox.receiver import Receiver, wait_for

PAYMENT = {
    "amount": 5000,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "allowed_payment_method_types": ["card"],
    "capture_method": "manual",
    "confirm": True,
}


@pytest.fixture
def own(tmp_path: Path, receiver: Receiver) -> Iterator[Sandbox]:
    """A sandbox of this test's own, free to be killed."""
    made = Sandbox(
        tmp_path / "own.sqlite3", "--webhook-url", receiver.url, "--webhook-first-pause", "0.2"
    ).start()
    yield made
    if made.process and made.process.poll() is None:
        made.stop()


def test_a_restart_keeps_payments_answers_faults_and_deliveries(own, receiver):
    own.chaos(webhooks={"hold": True}, clock_offset_seconds=3600)
    first = own.client().v1.payment_intents.create(PAYMENT, {"idempotency_key": "kept"})
    own.stop(signal.SIGKILL)
    own.start()

    again = own.client().v1.payment_intents.create(PAYMENT, {"idempotency_key": "kept"})
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert own.get("/_chaos")["clock_offset_seconds"] == 3600
    assert receiver.events(first.id) == []

    own.calm()
    wait_for(lambda: len(receiver.events(first.id)) == 2)
    assert own.client().v1.payment_intents.capture(first.id).status == "succeeded"


def test_kill_9_under_load_loses_no_payment_that_anybody_was_told_of(own):
    told: list[str] = []

    def buy() -> None:
        client = own.client()
        while True:
            try:
                told.append(client.v1.payment_intents.create(PAYMENT).id)
            except stripe.APIConnectionError:
                return

    buyers = [threading.Thread(target=buy) for _ in range(4)]
    for buyer in buyers:
        buyer.start()
    wait_for(lambda: len(told) >= 60)
    own.stop(signal.SIGKILL)
    for buyer in buyers:
        buyer.join(120)
    own.start()

    kept = {row["id"]: row["status"] for row in own.get("/_sandbox/ledger")["payments"]}
    assert len(told) >= 60
    assert {kept.get(intent_id) for intent_id in told} == {"requires_capture"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_without_waiting_for_answers_that_are_late(number, own):
    own.chaos(answer_late_ms=600_000)
    outcomes: list[str] = []

    def buy() -> None:
        try:
            own.client().v1.payment_intents.create(PAYMENT)
        except stripe.APIConnectionError:
            outcomes.append("cut")

    waiting = threading.Thread(target=buy)
    waiting.start()
    wait_for(lambda: own.get("/_sandbox/ledger")["payments"])

    own.stop(number)
    assert own.process is not None
    assert own.process.returncode == 0
    waiting.join(60)
    assert outcomes == ["cut"]


def run(*flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "payments.sandbox", "--store", os.devnull, *flags],
        cwd=ROOT,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    "environment",
    [{"DJANGO_SETTINGS_MODULE": "ticketmaster.settings.prod"}, {"ENVIRONMENT": "production"}],
)
def test_it_refuses_production(environment):
    refused = run(**environment)

    assert refused.returncode == 2
    assert "refuses to start" in refused.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_it_listens_on_loopback_only(host):
    refused = run("--host", host)

    assert refused.returncode == 2
    assert "not a loopback address" in refused.stderr


def test_a_taken_port_is_said_in_one_line(own, tmp_path):
    refused = run("--port", str(own.port), "--store", str(tmp_path / "other.sqlite3"))

    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert str(own.port) in refused.stderr


def test_it_imports_nothing_of_the_site():
    listing = (
        "import sys, payments.sandbox.__main__;"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('django', 'ticketmaster', 'events', 'search', 'bookings')"
        " or name.startswith('payments.') and not name.startswith('payments.sandbox')])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
