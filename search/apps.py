"""Finding events."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One search request, engines behind it."""

    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        """Listen to changes of the catalogue."""
        from events import moments  # noqa: PLC0415 - models are loaded by now
        from search import receivers  # noqa: PLC0415

        moments.event_changed.connect(
            receivers.event_has_changed, dispatch_uid="search row of an event"
        )
        moments.events_changed.connect(
            receivers.events_have_changed, dispatch_uid="search rows of many events"
        )
