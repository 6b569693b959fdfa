"""Figures of reliability that CI measures in small: R3 and R5 by the benchmarks, R11 by hand."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from payments import stripe_calls
from payments.stripe_calls import StripeUnreachable, ask
from tests.chaos.test_short_run import OURS
from tests.gateway.silence import connections_made_to
from tests.sandbox.process import ROOT


@pytest.mark.race
def test_r3_r5_one_winner_and_no_seat_released_early_or_late() -> None:
    """Their times are judged in kept reports; here what can be counted is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    words = ["bench", "--short", "--counts-only", "hot_seat", "lapse"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "ticketmaster.embedded", *words],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    print(done.stdout[-4000:], done.stderr[-2000:])
    assert done.returncode == 0


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """A server that takes connections and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        yield server


@pytest.mark.django_db(transaction=True)
def test_r11_a_call_to_a_stripe_that_hangs_ends_after_two_tries(
    silence: socket.socket, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long each may take `test_r11_a_call_waits_twenty_seconds_at_most` reckons up."""
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{silence.getsockname()[1]}"
    monkeypatch.setattr(stripe_calls, "READ_SECONDS", 0.2)
    stripe_calls.breaker.reset()

    with pytest.raises(StripeUnreachable) as failed:
        ask(lambda v1: v1.balance.retrieve())

    stripe_calls.breaker.reset()
    assert failed.value.sent
    assert connections_made_to(silence) == 2
