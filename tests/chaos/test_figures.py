"""Figures of reliability that CI measures in small: R3 and R5 by the benchmarks, R11 by hand."""

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from payments import stripe_calls
from payments.stripe_calls import StripeUnreachable, ask
from tests.command import run_command
from tests.gateway.silence import connections_made_to


@pytest.mark.race
def test_r3_r5_one_winner_and_no_seat_released_early_or_late() -> None:
    """Their times are judged in kept reports; here what can be counted is."""
    words = ["bench", "--short", "--counts-only", "hot_seat", "lapse"]
    done = run_command(*words, longest_s=900)

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
