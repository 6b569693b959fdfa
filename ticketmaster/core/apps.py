"""The core as a Django app, so that its few tables have migrations."""

from importlib import import_module

from django.apps import AppConfig

from ticketmaster.core import tracing


class CoreConfig(AppConfig):
    """Audit, outbox and heartbeat rows."""

    name = "ticketmaster.core"
    label = "core"
    verbose_name = "Records"

    def ready(self) -> None:
        """Send the id of a request along with its tasks; add the figures."""
        tracing.connect()
        import_module("ticketmaster.core.gauges").add()
