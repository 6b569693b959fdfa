"""Named filters of the catalogue and the inventory."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from events.models import Event, Ticket  # noqa: F401 - for the annotations below


class EventQuerySet(models.QuerySet["Event"]):
    """Events."""

    def public(self) -> Self:
        """All that a stranger may see: no drafts."""
        return self.exclude(status="draft")

    def coming(self, now: datetime) -> Self:
        """Scheduled or on sale, and not over."""
        return self.filter(status__in=["scheduled", "on_sale"], starts_at__gt=now)

    def with_listing(self) -> Self:
        """With what a list shows of each: venue, category, performers in billing order."""
        return self.select_related("venue", "category").prefetch_related("billing__performer")


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets."""

    def in_drawing_order(self) -> Self:
        """Sections as drawn, and within one neighbours one after another."""
        return self.order_by("section__position", "section_id", "position")

    def free_at(self, now: datetime) -> Self:
        """Available, or held by somebody whose time is up and who is not paying."""
        return self.filter(
            Q(status="available")
            | Q(status="reserved", reserved_until__lte=now) & ~Q(booking__status="paying")
        )
