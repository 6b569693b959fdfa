"""All search rows anew."""

from django.db import transaction

from events.models import Event
from search.rows import write_search_rows

BATCH = 1000


def rewrite_all_rows() -> int:
    """Write every row from the catalogue, and say how many events can be found.

    Walks the events by id, a short transaction a thousand.
    """
    last, found = 0, 0
    while ids := list(
        Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        with transaction.atomic():
            found += write_search_rows(ids)
        last = ids[-1]
    return found
