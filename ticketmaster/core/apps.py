"""The core as a Django app, so that its few tables have migrations."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Audit, outbox and heartbeat rows."""

    name = "ticketmaster.core"
    label = "core"
    verbose_name = "Records"
