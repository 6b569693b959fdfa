"""Stripe's notifications, several at a time: signed, stored, answered."""

import json
import time
from collections.abc import Iterator

import stripe

from benchmarks.crowd import repeat, run_crowd
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.http import request_bytes
from benchmarks.site import Bench
from payments.models import StripeEvent

CLIENTS = 8
EVENTS = 20_000
WEBHOOK = "/payments/webhook"
OK = 200


def run(bench: Bench) -> list[Figure]:
    """Milliseconds within which 99 of 100 are answered, and that each was kept."""
    with bench.site() as port:
        tally = run_crowd(
            port,
            repeat("event", _events(bench)),
            clients=CLIENTS,
            seconds=bench.pick(20, 8),
            warm_up=2,
        )
    stored = tally.count("event", {OK})
    lost = max(0, stored - StripeEvent.objects.count())
    return [
        at_most(
            "p99 of the webhook",
            tally.percentile("event", OK, 0.99),
            500,
            Kind.ABSOLUTE,
            unit="ms",
            note=f"{tally.rate('event', OK):.0f}/s; {tally.cost}",
        ),
        at_most(
            "events answered otherwise, or lost",
            len(tally.answers) - stored + lost,
            0,
            Kind.COUNT,
            note=tally.summary(),
        ),
    ]


def _events(bench: Bench) -> Iterator[bytes]:
    """Payments that nobody here has heard of, each signed as it is sent."""
    secret, site = bench.found["STRIPE_WEBHOOK_SECRET"], bench.found["SITE_URL"]
    for number in range(EVENTS):
        metadata = {"site": site, "attempt": str(number), "booking": f"bench-{number}"}
        intent = {"id": f"pi_{number}", "object": "payment_intent", "metadata": metadata}
        event = {
            "id": f"evt_{number}",
            "object": "event",
            "type": "payment_intent.succeeded",
            "livemode": False,
            "data": {"object": intent},
        }
        signature = stripe.WebhookSignature.generate_signature_header(
            json.dumps(event), secret, int(time.time())
        )
        yield request_bytes("POST", WEBHOOK, body=event, headers={"Stripe-Signature": signature})
