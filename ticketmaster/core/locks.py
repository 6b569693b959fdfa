"""The core's locking queries: the outbox relay's."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from ticketmaster.core.models import OutboxMessage


def lock_due_outbox_messages(*, limit: int) -> QuerySet[OutboxMessage]:
    """Up to `limit` messages that are due and that nobody else is delivering, oldest first.

    One that has an ordering key is due once every earlier one of its key is sent or parked.
    """
    waiting = OutboxMessage.objects.filter(sent_at__isnull=True, parked_at__isnull=True)
    earlier = waiting.filter(ordering_key=OuterRef("ordering_key"), pk__lt=OuterRef("pk"))
    in_turn = Q(ordering_key="") | ~Exists(earlier.exclude(ordering_key=""))
    due = waiting.filter(in_turn, due_at__lte=Now())
    return due.order_by("due_at", "pk").select_for_update(
        of=("self",), no_key=True, skip_locked=True
    )[:limit]
