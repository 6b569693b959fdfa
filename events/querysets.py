"""Named filters of the catalogue and the inventory."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, DateTimeField, F, Func, Min, Q, Value, When
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThanOrEqual, LessThan

if TYPE_CHECKING:
    from events.models import Event, Ticket  # noqa: F401 - for the annotations below


class VenueTime(Func):
    """A moment as the clock on the venue's wall shows it, without a zone."""

    function = "timezone"
    output_field = DateTimeField()

    def __init__(self, moment: Any) -> None:
        super().__init__(F("venue__time_zone"), moment)


class WeekStart(Func):
    """The Monday 00:00 before a moment of the wall clock."""

    template = "date_trunc('week', %(expressions)s)"
    output_field = DateTimeField()


class EventQuerySet(models.QuerySet["Event"]):
    """Events."""

    def public(self) -> Self:
        """All that a stranger may see: no drafts."""
        return self.exclude(status="draft")

    def coming(self, now: datetime) -> Self:
        """Scheduled or on sale, and not over."""
        return self.filter(status__in=["scheduled", "on_sale"], starts_at__gt=now)

    def of_kind(self, slug: str) -> Self:
        """Of the genre or the whole segment that has this slug."""
        return self.filter(Q(category__slug=slug) | Q(category__segment=slug))

    def this_weekend(self, now: datetime) -> Self:
        """Starting between Friday 17:00 and Sunday 24:00 of this week by the venue's clock."""
        monday = WeekStart(VenueTime(Value(now, output_field=DateTimeField())))
        return self.filter(starts_at__lt=now + timedelta(days=8)).filter(
            GreaterThanOrEqual(VenueTime("starts_at"), monday + timedelta(days=4, hours=17)),
            LessThan(VenueTime("starts_at"), monday + timedelta(days=7)),
        )

    def opening_soon(self, now: datetime) -> Self:
        """Whose next sale window is yet to open, with `opens_next_at`, the next to open first."""
        ahead = Min("sale_windows__opens_at", filter=Q(sale_windows__opens_at__gt=now))
        never = Count("sale_windows", filter=Q(sale_windows__opens_at__lte=now))
        found = self.annotate(opens_next_at=ahead, opened=never)
        return found.filter(opens_next_at__isnull=False, opened=0).order_by("opens_next_at", "pk")

    def with_listing(self) -> Self:
        """With what a list shows of each: venue, category, performers in billing order."""
        return self.select_related("venue", "category").prefetch_related("billing__performer")


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets."""

    def in_drawing_order(self) -> Self:
        """Sections as drawn, and within one neighbours one after another."""
        return self.order_by("section__position", "section_id", "position")

    def free_at(self, now: datetime | Now) -> Self:
        """Available, or held by somebody whose time is up and who is not paying."""
        return self.filter(Q(status="available") | _lapsed(now))

    def with_shown_status(self) -> Self:
        """With `shown_status`: the status, but `available` from the end of a lapsed hold on."""
        shown = Case(When(_lapsed(Now()), then=Value("available")), default=F("status"))
        return self.annotate(shown_status=shown)

    def shown_as(self, status: str) -> Self:
        """Those whose `shown_status` is this, by the database's clock."""
        if status == "available":
            return self.free_at(Now())
        kept = self.filter(status=status)
        return kept.exclude(_lapsed(Now())) if status == "reserved" else kept


def _lapsed(now: datetime | Now) -> Q:
    return Q(status="reserved", reserved_until__lte=now) & ~Q(booking__status="paying")
