"""What beat does for the catalogue."""

from celery import shared_task

from events import publishing


@shared_task
def end_past_events() -> None:
    """End the events that are over. Beat calls it each minute."""
    publishing.end_past_events()
