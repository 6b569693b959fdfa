"""The outbox: effects are rows first, so that a crash between commit and effect loses none."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from ticketmaster.core.locks import lock_due_outbox_messages
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


def add(*, topic: str, unique_key: str, payload: dict[str, Any]) -> None:
    """Owe an effect. Inside the transaction of the change; a repeated `unique_key` adds nothing.

    The relay finds the row within a second of the commit.
    """
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, unique_key=unique_key, payload=payload)],
        ignore_conflicts=True,
    )


def relay_due_messages() -> int:
    """Deliver what is due for up to 20 s, and say how many were delivered.

    Safe to run in several processes at once: a message is leased (SKIP LOCKED) for two minutes in
    a transaction of its own, delivered outside of any, and marked. A handler that raises is tried
    again with growing pauses, and parked after eight tries; one that was killed, when its lease
    ends. Handlers make their effect happen once by the message's id.
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
    """The oldest message that is due, nobody else's until the lease ends."""
    message = lock_due_outbox_messages(limit=1).first()
    if message is not None:
        OutboxMessage.objects.filter(pk=message.pk).update(due_at=Now() + LEASE)
    return message


def _deliver(message: OutboxMessage) -> bool:
    try:
        _handlers[message.topic](message)
    except Exception as error:  # noqa: BLE001 - whatever a handler does, others must go on
        _postpone(message, error)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(sent_at=Now(), tries=F("tries") + 1)
    return True


def _postpone(message: OutboxMessage, error: BaseException) -> None:
    tries = message.tries + 1
    logger.warning("outbox message %s failed (try %s): %s", message, tries, error)
    OutboxMessage.objects.filter(pk=message.pk).update(
        tries=tries,
        last_error=repr(error)[:LONGEST_ERROR],
        due_at=Now() + timedelta(seconds=min(2**tries, 300)),
        parked_at=Now() if tries >= TRIES else None,
    )
