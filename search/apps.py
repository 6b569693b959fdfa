"""Finding events."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One search request, engines behind it."""

    name = "search"
    verbose_name = "Search"
