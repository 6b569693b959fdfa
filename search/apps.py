"""Finding events."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One search request, engines behind it."""

    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        """Listen to changes of the catalogue, and let the index follow the rows."""
        from events import moments  # noqa: PLC0415 - models are loaded by now
        from search import checks, receivers  # noqa: F401, PLC0415 - checks register themselves
        from search.moments import rows_deleted, rows_written  # noqa: PLC0415
        from search.sync import outbox, tasks  # noqa: F401, PLC0415 - as do tasks

        moments.event_changed.connect(
            receivers.event_has_changed, dispatch_uid="search row of an event"
        )
        moments.events_changed.connect(
            receivers.events_have_changed, dispatch_uid="search rows of many events"
        )
        rows_written.connect(outbox.rows_were_written, dispatch_uid="documents of events")
        rows_deleted.connect(outbox.rows_were_deleted, dispatch_uid="documents of gone events")
