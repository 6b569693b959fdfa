"""The core's upkeep as Celery tasks: the outbox relay, and forgetting old idempotency keys."""

from celery import shared_task

from ticketmaster.core import heartbeat, idempotency, outbox


@shared_task
def relay_outbox() -> None:
    """Deliver what the outbox owes. Beat calls it each second; a commit may call it at once."""
    heartbeat.beat("outbox")
    outbox.relay_due_messages()


@shared_task
def purge_idempotency_keys() -> None:
    """Forget the keys whose day is over. Beat calls it each hour."""
    idempotency.purge()
