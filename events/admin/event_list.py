"""The list of events: what comes next on top, and how many tickets of each are sold."""

from collections.abc import Iterable

from django.db.models import Case, Count, F, When
from django.db.models.functions import Now
from django.http import HttpRequest
from unfold.views import ChangeList

from events.models import Event, Ticket

# The soonest of those to come, then those that were, the latest of them first.
COMING_FIRST = (
    Case(When(starts_at__gte=Now(), then=F("starts_at"))).asc(nulls_last=True),
    "-starts_at",
    "-pk",
)


class EventList(ChangeList):  # type: ignore[misc]
    """A page of events, each with `sold`."""

    result_list: Iterable[Event]

    def get_results(self, request: HttpRequest) -> None:
        """The page's events; the tickets of all of them are counted in one query."""
        super().get_results(request)
        events = list(self.result_list)
        sold = sold_of(event.pk for event in events)
        for event in events:
            event.sold = sold.get(event.pk, 0)  # type: ignore[attr-defined]
        self.result_list = events


def sold_of(event_ids: Iterable[int]) -> dict[int, int]:
    """Sold tickets by event; an event without any is left out."""
    sold = Ticket.objects.filter(
        event__in=list(event_ids), booking__isnull=False, status=Ticket.Status.SOLD
    )
    return dict(sold.order_by().values_list("event").annotate(count=Count("pk")))
