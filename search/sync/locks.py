"""The locking query of the sync: changes that are due."""

from django.db.models import QuerySet
from django.db.models.functions import Now

from search.sync.models import IndexChange


def lock_due_changes(*, limit: int) -> QuerySet[IndexChange]:
    """The oldest changes that are due and that no other relay is at."""
    due = IndexChange.objects.filter(parked_at__isnull=True, due_at__lte=Now())
    return due.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:limit]
