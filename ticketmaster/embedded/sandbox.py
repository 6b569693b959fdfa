"""The Stripe sandbox as a process: its port, its keys and what the site must know of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ticketmaster.embedded.area import ROOT, Area
from ticketmaster.embedded.ports import LOOPBACK, status_of
from ticketmaster.embedded.state import State
from ticketmaster.embedded.supervisor import Program

# As an endpoint at Stripe would be set up: what payments/news.py follows, and nothing besides.
FOLLOWED = (
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "checkout.session.completed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "charge.dispute.created",
)


@dataclass(frozen=True)
class Sandbox:
    store: Path
    port: int
    webhook_secret: str
    site_url: str
    log: Path | None

    @property
    def origin(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def environment(self) -> Mapping[str, str]:
        """What makes the site talk to this server instead of to Stripe."""
        return {
            "STRIPE_SECRET_KEY": "sk_test_sandbox",
            "STRIPE_PUBLISHABLE_KEY": "pk_test_sandbox",
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
            "STRIPE_API_BASE": self.origin,
            "STRIPE_JS_URL": f"{self.origin}/v3/",
            "STRIPE_PAGES_ORIGIN": self.origin,
        }

    def program(self) -> Program:
        return Program(
            name="stripe",
            argv=[
                *(sys.executable, "-m", "payments.sandbox", "--port", str(self.port)),
                *("--store", str(self.store)),
                *("--webhook-url", f"{self.site_url}/payments/webhook"),
                *("--webhook-secret", self.webhook_secret),
                *("--webhook-events", ",".join(FOLLOWED)),
            ],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            cwd=ROOT,
            log=self.log,
            round=2,
        )

    def is_ready(self) -> bool:
        return status_of(self.port, "/_sandbox/health") == 200


def locate(area: Area, state: State, *, site_url: str, log: Path | None) -> Sandbox:
    folder = area.folder / "sandbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Sandbox(
        store=folder / "sandbox.sqlite3",
        port=state.port("sandbox"),
        webhook_secret=state.secret("webhook_secret", prefix="whsec_"),
        site_url=site_url,
        log=log,
    )
