"""The sandbox's own addresses: `/_chaos`, `/_sandbox/health` and `/_sandbox/ledger`."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from payments.sandbox import ledger, parameters
from payments.sandbox.disputes import end_dispute, open_dispute
from payments.sandbox.errors import InvalidParameter, StripeError
from payments.sandbox.refunds import create_refund
from payments.sandbox.rendering import public
from payments.sandbox.schema import read_parameters
from payments.sandbox.site import Site
from payments.sandbox.store import StripeObject
from payments.sandbox.timers import ring_due

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """What tests and rehearsals do to the sandbox from outside."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_sandbox/health", self.health),
            web.get("/_sandbox/ledger", self.ledger),
            web.get("/_chaos", self.show),
            web.post("/_chaos", _refusing(self.change)),
            web.delete("/_chaos", self.reset),
            web.post("/_chaos/refunds", _refusing(self.dashboard_refund)),
            web.post("/_chaos/disputes", _refusing(self.dispute)),
            web.post("/_chaos/disputes/{id}", _refusing(self.decide_dispute)),
            web.post("/_chaos/resend", _refusing(self.resend)),
        ]

    async def health(self, request: web.Request) -> web.Response:
        waiting = self.site.webhooks.waiting()
        return web.json_response(
            {"status": "ok", "webhooks_waiting": waiting, "now": self.site.clock.now()}
        )

    async def ledger(self, request: web.Request) -> web.Response:
        export = ledger.export_live if request.query.get("only") == "live" else ledger.export
        text = await asyncio.to_thread(export, self.site.settings.store, now=self.site.clock.now())
        return web.Response(text=text, content_type="application/json")

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response(self.site.chaos.controls)

    async def change(self, request: web.Request) -> web.Response:
        """Set controls; moving the clock rings what has become due."""
        self.site.chaos.change(await _json_object(request))
        return self._settled()

    async def reset(self, request: web.Request) -> web.Response:
        self.site.chaos.reset()
        return self._settled()

    async def dashboard_refund(self, request: web.Request) -> web.Response:
        """A refund made by a person in Stripe's dashboard: `{"payment_intent", "amount"?}`."""
        wanted = read_parameters(_as_text(await _json_object(request)), parameters.REFUND_CREATE)
        return self._do(lambda: create_refund(self.site.desk(), wanted))

    async def dispute(self, request: web.Request) -> web.Response:
        """A dispute: `{"payment_intent" or "charge", "reason"?}`."""
        wanted = await _json_object(request)
        return self._do(lambda: self._dispute(wanted))

    async def decide_dispute(self, request: web.Request) -> web.Response:
        """The bank decides: `{"outcome": "won" or "lost"}`."""
        outcome = str((await _json_object(request)).get("outcome", ""))
        identifier = request.match_info["id"]
        desk = self.site.desk()
        return self._do(lambda: end_dispute(desk, desk.get("dispute", identifier), outcome=outcome))

    async def resend(self, request: web.Request) -> web.Response:
        """Queue an event again: `{"event": "evt_…"}`."""
        wanted = await _json_object(request)
        return self._do(lambda: self._resend(str(wanted.get("event", ""))))

    def _dispute(self, wanted: dict[str, Any]) -> StripeObject:
        desk = self.site.desk()
        charge_id = wanted.get("charge")
        if not charge_id:
            intent = desk.get("payment_intent", str(wanted.get("payment_intent", "")))
            charge_id = intent["latest_charge"] or ""
        charge = desk.get("charge", str(charge_id))
        return open_dispute(desk, charge, reason=str(wanted.get("reason", "fraudulent")))

    def _resend(self, event_id: str) -> StripeObject:
        desk = self.site.desk()
        event = desk.get("event", event_id)
        for url in self.site.settings.webhook_urls:
            desk.queue(event_id, url)
        return event

    def _do(self, act: Callable[[], StripeObject]) -> web.Response:
        with self.site.store.transaction():
            done = act()
        self.site.webhooks.wake()
        return web.json_response(public(done))

    def _settled(self) -> web.Response:
        self.site.keep_chaos()
        ring_due(self.site)
        self.site.webhooks.wake()
        return web.json_response(self.site.chaos.controls)


def _refusing(act: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await act(request)
        except StripeError as error:
            return web.json_response(error.body(), status=error.status)

    return handle


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        wanted = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise InvalidParameter("The body must be JSON.") from error
    if not isinstance(wanted, dict):
        raise InvalidParameter("The body must be a JSON object.")
    return wanted


def _as_text(wanted: dict[str, Any]) -> dict[str, Any]:
    """JSON values as form values, which parameter tables read."""
    return {
        name: value if isinstance(value, dict | list) else str(value)
        for name, value in wanted.items()
    }
