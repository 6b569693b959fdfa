"""Idempotency keys as Stripe keeps them: the first answer is the answer, for 24 hours."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from payments.sandbox.clock import Clock
from payments.sandbox.errors import IdempotencyInUse, IdempotencyMismatch
from payments.sandbox.settings import ACCOUNT
from payments.sandbox.store import Store

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """A remembered answer."""

    status: int
    body: str
    request_id: str


def fingerprint_of(parameters: dict[str, Any]) -> str:
    """A short text that is equal for equal parameters, in any order."""
    text = json.dumps(parameters, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Idempotency:
    """Who is using which key just now, and what was answered before."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.running: set[str] = set()

    def begin(self, key: str, *, path: str, fingerprint: str) -> Answer | None:
        """The remembered answer; or None, and from now on the key is in use until `end`.

        Raises IdempotencyMismatch for another request's key, IdempotencyInUse for a running one.
        """
        if key in self.running:
            raise IdempotencyInUse(
                "There is currently another in-progress request using this Idempotent Key (that"
                " probably means you submitted twice, and the other request is still going"
                f" through): {key}. Please try again later.",
                code="idempotency_key_in_use",
            )
        row = self.store.connection.execute(
            "SELECT path, fingerprint, status, body, request_id FROM answers"
            " WHERE account = ? AND key = ? AND created > ?",
            (ACCOUNT, key, self.clock.now() - KEPT_SECONDS),
        ).fetchone()
        if row and row[:2] != (path, fingerprint):
            raise IdempotencyMismatch(_mismatch(key, row[0], path))
        if row:
            return Answer(*row[2:])
        self.running.add(key)
        return None

    def end(self, key: str) -> None:
        self.running.discard(key)

    def remember(self, key: str, *, path: str, fingerprint: str, answer: Answer) -> None:
        """Keep an answer, in the transaction of what it answers; forget those past their day."""
        now = self.clock.now()
        self.store.connection.execute(
            "DELETE FROM answers WHERE created <= ?", (now - KEPT_SECONDS,)
        )
        self.store.connection.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (ACCOUNT, key, now, path, fingerprint, answer.status, answer.body, answer.request_id),
        )


def _mismatch(key: str, first_path: str, path: str) -> str:
    if first_path != path:
        return (
            "Keys for idempotent requests can only be used for the same endpoint they were first"
            f" used for ('{path}' vs '{first_path}'). Try using a key other than '{key}' if you"
            " meant to execute a different request."
        )
    return (
        "Keys for idempotent requests can only be used with the same parameters they were first"
        f" used with. Try using a key other than '{key}' if you meant to execute a different"
        " request."
    )
