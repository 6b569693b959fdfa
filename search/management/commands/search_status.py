"""Say how search is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.sync.status import is_well, status_lines


class Command(BaseCommand):
    """`manage.py search_status`: exits 1 while Postgres stands in for Elasticsearch."""

    help = "Say which engine answers, how far the index is behind, and what it refused."

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each."""
        for line in status_lines():
            self.stdout.write(line)
        if not is_well():
            raise CommandError("Elasticsearch is configured, and Postgres answers instead.")
