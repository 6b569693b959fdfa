"""The Celery application. Tasks take ids and run twice without harm."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketmaster.settings.dev")

app = Celery("ticketmaster")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def catch_up(**_: Any) -> None:
    """What only runs each hour runs at start too: the site may have been away."""
    app.send_task("payments.tasks.fetch_missed_events", expires=3000)
