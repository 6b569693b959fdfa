"""What happens by itself as fake time passes: lapsed authorisations, expired sessions, refunds."""

import asyncio

from payments.sandbox.desk import Desk
from payments.sandbox.disputes import open_dispute
from payments.sandbox.intents import cancel
from payments.sandbox.refunds import refund_arrives, refund_bounces
from payments.sandbox.sessions import expire_session
from payments.sandbox.site import Site

TICK_SECONDS = 0.5


async def run_timers(site: Site) -> None:
    """Ring what is due, for ever."""
    while True:
        ring_due(site)
        await asyncio.sleep(TICK_SECONDS)


def ring_due(site: Site) -> None:
    """Do everything whose moment has come, each in a transaction of its own."""
    for target, action in site.store.due_timers(site.clock.now()):
        with site.store.transaction():
            site.store.clear_timer(target, action)
            ring(site.desk(), target, action)
        site.webhooks.wake()


def ring(desk: Desk, target: str, action: str) -> None:
    """Do one thing whose moment has come, if it still applies."""
    if action == "authorisation_lapses":
        intent = desk.get("payment_intent", target)
        if intent["status"] == "requires_capture":
            desk.announce("charge.expired", desk.get("charge", intent["latest_charge"]))
            cancel(desk, intent, reason="expired")
    elif action == "session_expires":
        if desk.get("checkout.session", target)["status"] == "open":
            expire_session(desk, target)
    elif action == "refund_pending":
        refund_arrives(desk, target)
    elif action == "refund_failed":
        refund_bounces(desk, target)
    elif action.startswith("disputed:"):
        charge = desk.get("charge", target)
        if not charge["disputed"]:
            open_dispute(desk, charge, reason=action.removeprefix("disputed:"))
