"""The parts of one running sandbox, put together."""

from payments.sandbox.chaos import Chaos
from payments.sandbox.clock import Clock
from payments.sandbox.desk import Desk
from payments.sandbox.idempotency import Idempotency
from payments.sandbox.ids import random_text
from payments.sandbox.settings import Settings
from payments.sandbox.store import Store
from payments.sandbox.webhooks import Webhooks

CHAOS_NOTE, SECRET_NOTE = "chaos", "webhook_secret"


class Site:
    """Store, clock, faults, keys and webhooks of one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.store)
        self.chaos = Chaos(self.store.note(CHAOS_NOTE))
        self.clock = Clock()
        self.clock.offset_seconds = self.chaos.controls["clock_offset_seconds"]
        settings.webhook_secret = settings.webhook_secret or self._own_secret()
        self.idempotency = Idempotency(self.store, self.clock)
        self.webhooks = Webhooks(self.store, self.chaos, settings)
        self._kept = repr(self.chaos.controls)

    def desk(self, *, request_id: str | None = None, idempotency_key: str | None = None) -> Desk:
        """A desk for one request. The caller opens the store's transaction around it."""
        return Desk(
            store=self.store,
            clock=self.clock,
            chaos=self.chaos,
            settings=self.settings,
            request_id=request_id,
            idempotency_key=idempotency_key,
        )

    def keep_chaos(self) -> None:
        """Make the controls survive a restart, and set the clock by them."""
        self.clock.offset_seconds = self.chaos.controls["clock_offset_seconds"]
        if repr(self.chaos.controls) != self._kept:
            self._kept = repr(self.chaos.controls)
            self.store.remember(CHAOS_NOTE, self.chaos.controls)

    def _own_secret(self) -> str:
        secret: str | None = self.store.note(SECRET_NOTE)
        if secret is None:
            secret = "whsec_" + random_text(32)
            self.store.remember(SECRET_NOTE, secret)
        return secret
