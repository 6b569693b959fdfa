"""The desk at which one request is worked on: the store, the clock, and what it must announce."""

from dataclasses import dataclass
from typing import Any

from payments.sandbox.chaos import Chaos
from payments.sandbox.clock import Clock
from payments.sandbox.errors import ResourceMissing
from payments.sandbox.ids import kind_of, new_id
from payments.sandbox.rendering import public
from payments.sandbox.settings import Settings
from payments.sandbox.store import Store, StripeObject

NAMES = {
    "payment_intent": "payment_intent",
    "payment_method": "PaymentMethod",
    "checkout.session": "checkout.session",
    "confirmation_token": "ConfirmationToken",
}


@dataclass
class Desk:
    """What every operation is given. Everything it does is inside one transaction of the store."""

    store: Store
    clock: Clock
    chaos: Chaos
    settings: Settings
    request_id: str | None = None
    idempotency_key: str | None = None

    def now(self) -> int:
        return int(self.clock.now())

    def get(
        self, kind: str, identifier: str, *, param: str = "id", status: int = 404
    ) -> StripeObject:
        """The object, or ResourceMissing: 404 for one named by the path, 400 by a parameter."""
        found = self.store.find(identifier) if kind_of(identifier) == kind else None
        if found is None:
            name = NAMES.get(kind, kind)
            raise ResourceMissing(name, identifier, param=param, status=status)
        return found

    def add(self, thing: StripeObject) -> StripeObject:
        self.store.insert(thing)
        return thing

    def save(self, thing: StripeObject) -> StripeObject:
        self.store.update(thing)
        return thing

    def announce(
        self, kind: str, thing: StripeObject, *, before: dict[str, Any] | None = None
    ) -> None:
        """Store an event with the object as it is now, and queue it for the webhook endpoints."""
        urls = self.settings.webhook_urls if self.settings.wants(kind) else []
        content: dict[str, Any] = {"object": public(thing)}
        if before is not None:
            content["previous_attributes"] = before
        event: StripeObject = {
            "id": new_id("event"),
            "object": "event",
            "api_version": self.settings.api_version,
            "created": self.now(),
            "data": content,
            "livemode": False,
            "pending_webhooks": len(urls),
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": kind,
        }
        self.add(event)
        for url in urls:
            self.queue(event["id"], url)

    def queue(self, event_id: str, url: str) -> None:
        """Queue deliveries of an event as the chaos controls say: none, one, several, later."""
        for due in self.chaos.delivery_times():
            self.store.connection.execute(
                "INSERT INTO deliveries (event, url, due) VALUES (?, ?, ?)", (event_id, url, due)
            )
