"""The outbox: effects are rows first, so that a crash between commit and effect loses none."""

import logging
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

BATCH = 50
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
    """Deliver what is due, one short transaction each, and say how many were delivered.

    Safe to run in several processes at once: each row is locked (SKIP LOCKED) while its handler
    runs and marked in the same transaction. A handler that raises is tried again with growing
    pauses, and parked after eight tries.
    """
    delivered = 0
    for _ in range(BATCH):
        outcome = _relay_one()
        if outcome is None:
            break
        delivered += outcome
    return delivered


def _relay_one() -> int | None:
    """1 when one was delivered, 0 when its handler failed, None when nothing is due."""
    with transaction.atomic():
        message = lock_due_outbox_messages(limit=1).first()
        if message is None:
            return None
        try:
            with transaction.atomic():
                _handlers[message.topic](message)
        except Exception as error:  # noqa: BLE001 - whatever a handler does, others must go on
            _postpone(message, error)
            return 0
        OutboxMessage.objects.filter(pk=message.pk).update(sent_at=Now(), tries=F("tries") + 1)
        return 1


def _postpone(message: OutboxMessage, error: BaseException) -> None:
    tries = message.tries + 1
    logger.warning("outbox message %s failed (try %s): %s", message, tries, error)
    OutboxMessage.objects.filter(pk=message.pk).update(
        tries=tries,
        last_error=repr(error)[:LONGEST_ERROR],
        due_at=Now() + timedelta(seconds=min(2**tries, 300)),
        parked_at=Now() if tries >= TRIES else None,
    )
