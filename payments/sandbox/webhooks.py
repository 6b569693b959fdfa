"""Delivers events to the webhook endpoints: signed, several at a time, again until one answers 2xx.

What is still to be delivered is rows in the store, so a restart forgets nothing. Signature times
and pauses are real time, not fake: the receiver compares them with its own clock.
"""

import asyncio
import contextlib
import hashlib
import hmac
import logging
import time
from functools import partial

from aiohttp import ClientError, ClientSession, ClientTimeout

from payments.sandbox.chaos import Chaos
from payments.sandbox.settings import Settings
from payments.sandbox.store import Store

logger = logging.getLogger("sandbox.webhooks")
PATIENCE = ClientTimeout(total=10)
LONGEST_SLEEP = 0.25


def signature(payload: str, secrets: list[str], *, at: int) -> str:
    """The Stripe-Signature header: one v1 for each secret, as during a rotation."""
    signed = f"{at}.{payload}".encode()
    digests = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at}", *(f"v1={digest}" for digest in digests)])


class Webhooks:
    """The queue of deliveries and the task that empties it."""

    def __init__(self, store: Store, chaos: Chaos, settings: Settings) -> None:
        self.store = store
        self.chaos = chaos
        self.settings = settings
        self.secrets = [part for part in settings.webhook_secret.split(",") if part]
        self.flying: dict[int, asyncio.Task[None]] = {}
        self.woken = asyncio.Event()
        self.failing: set[str] = set()

    def wake(self) -> None:
        """Look at the queue now."""
        self.woken.set()

    def waiting(self) -> int:
        """How many deliveries have not been answered with 2xx."""
        row = self.store.connection.execute("SELECT count(*) FROM deliveries").fetchone()
        return int(row[0])

    async def run(self) -> None:
        """Deliver what is due, for ever."""
        async with ClientSession(timeout=PATIENCE) as client:
            try:
                while True:
                    self._send_due(client)
                    await self._sleep()
            finally:
                for task in self.flying.values():
                    task.cancel()
                await asyncio.gather(*self.flying.values(), return_exceptions=True)

    async def _sleep(self) -> None:
        # asyncio.wait_for swallows a cancellation that meets a wake-up, before Python 3.12
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SLEEP):
                await self.woken.wait()
        self.woken.clear()

    def _send_due(self, client: ClientSession) -> None:
        free = self.settings.webhook_concurrency - len(self.flying)
        if free <= 0 or self.chaos.holds_webhooks():
            return
        marks = ",".join("?" * len(self.flying))
        rows = self.store.connection.execute(
            "SELECT id, event, url, tries FROM deliveries"
            f" WHERE due <= ? AND id NOT IN ({marks}) ORDER BY due, id LIMIT ?",
            (time.time(), *self.flying, free),
        ).fetchall()
        for row in rows:
            task = asyncio.create_task(self._deliver(client, *row))
            self.flying[row[0]] = task
            task.add_done_callback(partial(self._landed, row[0]))

    def _landed(self, number: int, task: asyncio.Task[None]) -> None:
        self.flying.pop(number, None)
        self.wake()

    async def _deliver(
        self, client: ClientSession, number: int, event_id: str, url: str, tries: int
    ) -> None:
        payload = self.store.text_of(event_id)
        if payload is None:
            self._forget(number)
            return
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (sandbox)",
            "Stripe-Signature": signature(payload, self.secrets, at=int(time.time())),
        }
        try:
            async with client.post(
                url, data=payload.encode(), headers=headers, allow_redirects=False
            ) as response:
                await response.read()
                outcome = str(response.status)
        except (ClientError, TimeoutError, OSError) as error:
            outcome = type(error).__name__
        if outcome.startswith("2"):
            self._delivered(number, event_id)
        else:
            self._try_again(number, tries + 1)
        self._log(url, event_id, outcome)

    def _delivered(self, number: int, event_id: str) -> None:
        with self.store.transaction():
            self._forget(number)
            self.store.connection.execute(
                "UPDATE objects SET body = json_set(body, '$.pending_webhooks',"
                " max(0, json_extract(body, '$.pending_webhooks') - 1)) WHERE id = ?",
                (event_id,),
            )

    def _try_again(self, number: int, tries: int) -> None:
        pause = min(
            self.settings.webhook_first_pause * 2 ** min(tries - 1, 20),
            self.settings.webhook_longest_pause,
        )
        self.store.connection.execute(
            "UPDATE deliveries SET due = ?, tries = ? WHERE id = ?",
            (time.time() + pause, tries, number),
        )

    def _log(self, url: str, what: str, outcome: str) -> None:
        """A line when an endpoint begins to fail and when it is well again, not one per event."""
        failed = not outcome.startswith("2")
        changed = failed != (url in self.failing)
        (self.failing.add if failed else self.failing.discard)(url)
        level = logging.INFO if changed else logging.DEBUG
        logger.log(level, "%s to %s: %s", what, url, outcome)

    def _forget(self, number: int) -> None:
        self.store.connection.execute("DELETE FROM deliveries WHERE id = ?", (number,))
