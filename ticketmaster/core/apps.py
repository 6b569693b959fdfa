"""The core as a Django app, so that its few tables have migrations."""

from django.apps import AppConfig

from ticketmaster.core import tracing


class CoreConfig(AppConfig):
    """Audit, outbox and heartbeat rows."""

    name = "ticketmaster.core"
    label = "core"
    verbose_name = "Records"

    def ready(self) -> None:
        """Send the id of a request along with its tasks."""
        tracing.connect()
