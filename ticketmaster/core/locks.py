"""The core's locking queries: the outbox relay's."""

from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.written import Written

DUE = Written(
    OutboxMessage,
    """
WHERE sent_at IS NULL AND parked_at IS NULL AND due_at <= statement_timestamp()
  AND (ordering_key = '' OR NOT EXISTS (
    SELECT 1 FROM core_outboxmessage earlier
    WHERE earlier.sent_at IS NULL AND earlier.parked_at IS NULL
      AND earlier.ordering_key = core_outboxmessage.ordering_key
      AND earlier.id < core_outboxmessage.id))
ORDER BY due_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
""",
    locking=True,
)


def lock_due_outbox_message() -> OutboxMessage | None:
    """The oldest message that is due and that nobody else is delivering.

    One that has an ordering key is due once every earlier one of its key is sent or parked.
    """
    return DUE.first()
