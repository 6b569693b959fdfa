"""Idempotency-Key: a call that its client repeats happens once and is answered the same.

A row per user, method, path and key holds the fingerprint of the body, what the call has
committed so far (`work`), and in the end its answer. The row is written together with the first
thing that the call commits, or before the call begins. Whoever runs the call holds a lease on
the row; when a process dies, the lease runs out, and the next repetition takes the row over and
goes on from `work` instead of doing it again (reliability.md F76 to F78).
"""

import hashlib
import json
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection

from ticketmaster.core.errors import DomainError, InvalidInput

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST_KEY = 255

# Who the caller is, how busy we are, and what is gone just now may all be different next time.
NOT_KEPT = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class KeyReused(DomainError):
    """The key came before with another body."""

    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request. Choose a new one."
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class CallInProgress(DomainError):
    """The same call is running still; ask again in `retry_after` seconds."""

    code = "idempotency_in_progress"
    message = "The same request is being worked on. Ask again shortly for its answer."
    retry_after = 1


class Answered(Exception):
    """The call has its answer already: this one."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass(slots=True)
class Call:
    """One run of a call that has a key.

    `work` is what earlier runs have committed; `is_written` says that this run may have a row.
    """

    scope: str
    user_id: int
    fingerprint: str
    holder: str = field(default_factory=lambda: secrets.token_hex(16))
    work: dict[str, Any] = field(default_factory=dict)
    is_written: bool = False
    is_lost: bool = False


_current: ContextVar[Call | None] = ContextVar("idempotent_call", default=None)


def call_of(*, key: str, user_id: int, method: str, path: str, body: bytes) -> Call:
    """The call that this key names. Raises InvalidInput for a key that is no key."""
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput(
            f"An {HEADER} has 1 to {LONGEST_KEY} characters.", attr=HEADER.lower().replace("-", "_")
        )
    named = "\n".join((str(user_id), method, path, key))
    return Call(
        scope=hashlib.sha256(named.encode(errors="surrogateescape")).hexdigest(),
        user_id=user_id,
        fingerprint=hashlib.sha256(body).hexdigest(),
    )


def set_current(call: Call | None) -> None:
    """Say which call this thread runs, so that `note` and `recalled` know it."""
    _current.set(call)


def recalled(name: str) -> Any:
    """What an earlier run of this call noted under this name; None in a first run."""
    call = _current.get()
    return call.work.get(name) if call else None


def note(**work: Any) -> None:
    """Tie what this transaction does to the client's key; nothing where the call has none.

    Call first of all in the transaction, before its locks. Raises CallInProgress when another run
    of the same call has the row: the transaction must be undone.
    """
    call = _current.get()
    if call is not None and not write_row(call, work):
        call.is_lost = True
        raise CallInProgress


# One's own row is renewed, one older than the answer is kept for is taken; no other is touched.
WRITE = """
INSERT INTO core_idempotencykey AS kept
    (scope, user_id, fingerprint, created_at, leased_until, holder, work, status, body)
VALUES (%(scope)s, %(user)s, %(fingerprint)s, clock_timestamp(),
        clock_timestamp() + make_interval(secs => %(lease)s), %(holder)s, %(work)s::jsonb, NULL, '')
ON CONFLICT (scope) DO UPDATE SET
    fingerprint = excluded.fingerprint, leased_until = excluded.leased_until,
    holder = excluded.holder, status = NULL, body = '',
    created_at = CASE WHEN kept.holder = excluded.holder
                      THEN kept.created_at ELSE excluded.created_at END,
    work = CASE WHEN kept.holder = excluded.holder
                THEN kept.work || excluded.work ELSE excluded.work END
WHERE kept.holder = excluded.holder
   OR kept.created_at < clock_timestamp() - make_interval(secs => %(kept)s)
RETURNING scope
"""


def write_row(call: Call, work: dict[str, Any]) -> bool:
    """Write or renew the call's row with more work; False when another run has it."""
    call.is_written = True
    return bool(_run(WRITE, call, work=json.dumps(work)))


MEET = """
SELECT fingerprint, status, body, leased_until <= clock_timestamp()
FROM core_idempotencykey
WHERE scope = %(scope)s AND created_at >= clock_timestamp() - make_interval(secs => %(kept)s)
"""

# The holder as it was seen, so that of two repetitions one takes it over.
TAKE_OVER = """
UPDATE core_idempotencykey
SET holder = %(holder)s, leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE scope = %(scope)s AND status IS NULL AND leased_until <= clock_timestamp()
RETURNING work
"""


def meet(call: Call) -> bool:
    """Go on with the row of an earlier run, if there is one; False where there is none.

    True when this run has taken over from one that died: `work` says how far that came. Raises
    Answered with the earlier answer, CallInProgress, and KeyReused.
    """
    found = _run(MEET, call)
    if not found:
        return False
    fingerprint, status, body, is_over = found[0]
    if fingerprint != call.fingerprint:
        raise KeyReused
    if status is not None:
        raise Answered(status, body)
    taken = _run(TAKE_OVER, call) if is_over else []
    if not taken:
        raise CallInProgress
    call.work = json.loads(taken[0][0])
    call.is_written = True
    return True


ANSWER = """
INSERT INTO core_idempotencykey AS kept
    (scope, user_id, fingerprint, created_at, leased_until, holder, work, status, body)
VALUES (%(scope)s, %(user)s, %(fingerprint)s, clock_timestamp(), clock_timestamp(), %(holder)s,
        '{}'::jsonb, %(status)s, %(body)s)
ON CONFLICT (scope) DO UPDATE SET status = excluded.status, body = excluded.body
WHERE kept.holder = excluded.holder
"""

# What was committed is never forgotten: a repetition goes on from there. Else it begins anew.
GIVE_UP = """
WITH gone AS (
    DELETE FROM core_idempotencykey
    WHERE scope = %(scope)s AND holder = %(holder)s AND status IS NULL AND work = '{}'::jsonb
), freed AS (
    UPDATE core_idempotencykey SET leased_until = clock_timestamp()
    WHERE scope = %(scope)s AND holder = %(holder)s AND status IS NULL AND work <> '{}'::jsonb
    RETURNING scope
)
SELECT scope FROM freed
"""


def keep_answer(call: Call, *, status: int, body: str) -> None:
    """From now on every repetition is answered with this."""
    _run(ANSWER, call, status=status, body=body)


def give_up(call: Call) -> bool:
    """This run ended without an answer to keep. True when some of its work is done all the same."""
    return bool(_run(GIVE_UP, call))


PURGE = """
DELETE FROM core_idempotencykey WHERE scope IN (
    SELECT scope FROM core_idempotencykey
    WHERE created_at < clock_timestamp() - make_interval(secs => %s) LIMIT %s)
"""
AT_ONCE = 5000


def purge() -> int:
    """Delete the rows whose time is over, in short statements, and say how many."""
    purged = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(PURGE, [settings.IDEMPOTENCY_KEPT_SECONDS, AT_ONCE])
            purged += cursor.rowcount
            if cursor.rowcount < AT_ONCE:
                return purged


def _run(statement: str, call: Call, **more: Any) -> list[tuple[Any, ...]]:
    values = {
        "scope": call.scope,
        "user": call.user_id,
        "fingerprint": call.fingerprint,
        "holder": call.holder,
        "lease": settings.IDEMPOTENCY_LEASE_SECONDS,
        "kept": settings.IDEMPOTENCY_KEPT_SECONDS,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
