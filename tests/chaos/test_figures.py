"""R11 in small. What CI counts of R3, R5, R14 and R17 is in tests/benchmarks."""

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from payments import stripe_calls
from payments.stripe_calls import StripeUnreachable, ask
from tests.gateway.silence import connections_made_to


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
