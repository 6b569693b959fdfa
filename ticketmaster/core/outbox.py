"""The outbox: effects are rows first, so that a crash between commit and effect loses none."""

import json
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from ticketmaster.core import audit
from ticketmaster.core.locks import lock_due_outbox_message
from ticketmaster.core.models import OutboxMessage

logger = logging.getLogger(__name__)

Handler = Callable[[OutboxMessage], None]

LONGEST_RUN_S = 20
LEASE = timedelta(minutes=2)
TRIES = 8
LONGEST_ERROR = 500

_handlers: dict[str, Handler] = {}


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the one function that delivers messages of this topic."""

    def register(handler: Handler) -> Handler:
        if topic in _handlers and _handlers[topic] is not handler:
            raise ValueError(f"Two handlers for {topic}")
        _handlers[topic] = handler
        return handler

    return register


OWE = """
INSERT INTO core_outboxmessage
    (topic, unique_key, payload, ordering_key, created_at, due_at, tries, last_error)
VALUES (%s, %s, %s::jsonb, %s, statement_timestamp(), statement_timestamp(), 0, '')
ON CONFLICT DO NOTHING
"""


def add(*, topic: str, unique_key: str, payload: dict[str, Any], ordering_key: str = "") -> None:
    """Owe an effect. Inside the transaction of the change; a repeated `unique_key` adds nothing.

    The relay finds the row within a second of the commit. Messages with the same `ordering_key`
    are delivered one by one, in the order in which they were written: write them under one lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(OWE, [topic, unique_key, json.dumps(payload), ordering_key])


def try_again(message_id: int, *, actor_id: int) -> None:
    """Take up a message that was parked, as if it had just been written."""
    with transaction.atomic():
        taken = OutboxMessage.objects.filter(pk=message_id, parked_at__isnull=False).update(
            parked_at=None, tries=0, due_at=Now()
        )
        if taken:
            audit.record(
                subject="outbox", subject_id=message_id, action="try again", actor_id=actor_id
            )


def relay_due_messages() -> int:
    """Deliver what is due for up to 20 s, and say how many were delivered.

    Safe to run in several processes at once: a message is leased (SKIP LOCKED) for two minutes in
    a transaction of its own, delivered outside of any, and marked. A handler that raises is tried
    again with growing pauses; one that was killed, when its lease ends. After eight deliveries
    begun, however they ended, it is parked for staff, and the next of its key goes on. Handlers
    make their effect happen once by the message's id.
    """
    delivered = 0
    ends = time.monotonic() + LONGEST_RUN_S
    while time.monotonic() < ends:
        message = _lease()
        if message is None:
            break
        delivered += _deliver(message)
    return delivered


@transaction.atomic
def _lease() -> OutboxMessage | None:
    """The oldest message that is due, nobody else's until the lease ends. Counts the delivery."""
    while (message := lock_due_outbox_message()) is not None:
        if message.tries < TRIES:
            _write(BEGUN, LEASE.total_seconds(), message.pk)
            message.tries += 1
            return message
        logger.error("outbox message %s was begun %s times: parked", message, message.tries)
        _write(PARKED, message.pk)
    return None


BEGUN = """
UPDATE core_outboxmessage
SET due_at = statement_timestamp() + make_interval(secs => %s), tries = tries + 1 WHERE id = %s
"""
PARKED = "UPDATE core_outboxmessage SET parked_at = statement_timestamp() WHERE id = %s"
SENT = "UPDATE core_outboxmessage SET sent_at = statement_timestamp() WHERE id = %s"


def _write(statement: str, *values: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _deliver(message: OutboxMessage) -> bool:
    try:
        _handlers[message.topic](message)
    except Exception as error:  # noqa: BLE001 - whatever a handler does, others must go on
        _postpone(message, error)
        return False
    _write(SENT, message.pk)
    return True


def _postpone(message: OutboxMessage, error: BaseException) -> None:
    logger.warning("outbox message %s failed (try %s): %s", message, message.tries, error)
    OutboxMessage.objects.filter(pk=message.pk).update(
        last_error=repr(error)[:LONGEST_ERROR],
        due_at=Now() + timedelta(seconds=min(2**message.tries, 300)),
        parked_at=Now() if message.tries >= TRIES else None,
    )
