"""The outbox relay as a Celery task."""

from celery import shared_task

from ticketmaster.core import heartbeat, outbox


@shared_task
def relay_outbox() -> None:
    """Deliver what the outbox owes. Beat calls it each second; a commit may call it at once."""
    heartbeat.beat("outbox")
    outbox.relay_due_messages()
