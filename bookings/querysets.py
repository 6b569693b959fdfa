"""Named filters of bookings and admissions."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from bookings.models import Admission, Booking  # noqa: F401 - for the annotations below


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings."""

    def of_user(self, user_id: int) -> Self:
        """This person's own: the only door to a booking from pages and API."""
        return self.filter(user_id=user_id)

    def live_holds(self, now: datetime) -> Self:
        """Held and not lapsed, or being paid."""
        return self.filter(Q(status="reserved", expires_at__gt=now) | Q(status="paying"))

    def with_tickets(self) -> Self:
        """With what a booking shows: event, venue, lines with seats, admissions."""
        return self.select_related("event__venue", "event__category").prefetch_related(
            "event__billing__performer",
            "lines__ticket__section",
            "lines__ticket__seat",
            "lines__ticket__price_level",
            "lines__admissions",
        )


class AdmissionQuerySet(models.QuerySet["Admission"]):
    """Admissions."""

    def of_user(self, user_id: int) -> Self:
        """This person's own."""
        return self.filter(line__booking__user_id=user_id)
