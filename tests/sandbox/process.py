"""Runs the sandbox as what it is: a process of its own, reached over HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests
import stripe

ROOT = Path(__file__).parents[2]
SECRET_KEY, PUBLISHABLE_KEY = "sk_test_sandbox", "pk_test_sandbox"
WEBHOOK_SECRET = "whsec_for_the_tests"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def clean_environment(**more: str) -> dict[str, str]:
    """Our environment without what would make the sandbox refuse to start."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SANDBOX_", "DJANGO_"))}
    kept.pop("ENVIRONMENT", None)
    return kept | {"PYTHONUNBUFFERED": "1"} | more


class Sandbox:
    """One sandbox process with its store; it can be killed and started again."""

    def __init__(self, store: Path, *flags: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.store = store
        self.flags = flags
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Sandbox":
        command = [sys.executable, "-m", "payments.sandbox", "--port", str(self.port)]
        command += ["--store", str(self.store), "--webhook-secret", WEBHOOK_SECRET, *self.flags]
        log = self.store.with_suffix(".log").open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=clean_environment(), stdout=log, stderr=log
        )
        self._wait_until_up()
        return self

    def _wait_until_up(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                requests.get(f"{self.url}/_sandbox/health", timeout=5).raise_for_status()
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.store.with_suffix(".log").read_text())

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Signal it; seconds until it has ended."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        return time.monotonic() - began

    def client(self, *, key: str = SECRET_KEY, retries: int = 0) -> stripe.StripeClient:
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.url},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=60),
        )

    def post(self, path: str, form: Any = None, **headers: str) -> requests.Response:
        """A raw call with the secret key; `headers` with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(
            self.url + path, data=form, headers=named, auth=(SECRET_KEY, ""), timeout=60
        )

    def get(self, path: str) -> Any:
        response = requests.get(self.url + path, auth=(SECRET_KEY, ""), timeout=60)
        response.raise_for_status()
        return response.json()

    def chaos(self, **controls: Any) -> Any:
        response = requests.post(f"{self.url}/_chaos", json=controls, timeout=60)
        response.raise_for_status()
        return response.json()

    def calm(self) -> None:
        requests.delete(f"{self.url}/_chaos", timeout=60).raise_for_status()
