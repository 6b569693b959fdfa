"""What beat does for search."""

from celery import shared_task
from django.core.cache import cache
from django.db import transaction

from events.models import Event
from search import availability, popularity, vocabulary
from search.rows import write_search_rows

ROUND = "search:availability-round"
MISSING_AT_ONCE = 1_000


@shared_task
def refresh_availability() -> None:
    """Each second: events that sold, opened or closed, and some of all others."""
    availability.refresh_moved()
    cache.set(ROUND, availability.refresh_round(cache.get(ROUND) or 0) or 0, None)


@shared_task
def learn_names() -> None:
    """Each second: the names of what the catalogue changed."""
    vocabulary.learn_due_names()


@shared_task
def fold_in_demand() -> None:
    """Every few minutes: what sells."""
    popularity.fold_in_demand()


@shared_task
def write_missing_rows() -> None:
    """Every few minutes: events that no row was written for, such as before an upgrade."""
    missing = Event.objects.public().filter(search_row=None).order_by("pk")
    while ids := list(missing.values_list("pk", flat=True)[:MISSING_AT_ONCE]):
        with transaction.atomic():
            write_search_rows(ids)
