"""Write every search row anew from the catalogue."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from events.models import Event
from search.models import SearchRow
from search.rows import write_search_rows

BATCH = 1000


class Command(BaseCommand):
    """`manage.py reindex`: safe at any time; searching goes on meanwhile."""

    help = "Write every search row anew from the catalogue."

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk the events by id, a short transaction a thousand, and say how many are found."""
        last, found = 0, 0
        while ids := list(
            Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            with transaction.atomic():
                found += write_search_rows(ids)
            last = ids[-1]
        self.stdout.write(f"{found} events can be found; {SearchRow.objects.count()} rows.")
