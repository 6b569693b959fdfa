"""A webhook endpoint that remembers what it was sent and answers as it is told."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from tests.sandbox.process import WEBHOOK_SECRET


class Receiver:
    """Listens on a free port. `statuses` are its next answers; then it answers 200.

    With a `meeting` it answers only when so many deliveries have come to it at once.
    """

    def __init__(self) -> None:
        self.deliveries: list[tuple[str, str, float]] = []
        self.statuses: list[int] = []
        self.busy = 0
        self.busiest = 0
        self.meeting: threading.Barrier | None = None
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status = receiver.take(body, self.headers["Stripe-Signature"])
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    def take(self, body: str, signature: str) -> int:
        with self.lock:
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
            self.deliveries.append((body, signature, time.time()))
            status = self.statuses.pop(0) if self.statuses else 200
        if self.meeting is not None:
            self.meeting.wait(60)
        with self.lock:
            self.busy -= 1
        return status

    def clear(self) -> None:
        with self.lock:
            self.deliveries.clear()
            self.statuses.clear()
            self.busiest = 0
            self.meeting = None

    def events(self, object_id: str | None = None) -> list[stripe.Event]:
        """The verified events, in order of arrival; with an id, only those about that object."""
        with self.lock:
            received = list(self.deliveries)
        verified = [
            stripe.Webhook.construct_event(body, signature, WEBHOOK_SECRET)
            for body, signature, _ in received
        ]
        return [event for event in verified if object_id in (None, event.data.object["id"])]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def wait_for(condition: Callable[[], Any], *, seconds: float = 120) -> Any:
    """What the condition gives once it is true; fails after so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")
