"""Catalogue and inventory."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Venues, seat maps, performers, events and their tickets."""

    name = "events"
    verbose_name = "Events"
