"""How holds stand, for `/metrics`."""

from django.db.models import Count

from bookings.models import Booking
from ticketmaster.core.metrics import Samples, Standing, add_standing

LIVE = (Booking.Status.RESERVED, Booking.Status.PAYING, Booking.Status.NEEDS_ATTENTION)


def add() -> None:
    """Have them asked for from now on."""
    add_standing(Standing("bookings", "Bookings that are not at an end.", _unfinished, ("status",)))


def _unfinished() -> Samples:
    rows = Booking.objects.filter(status__in=LIVE).values_list("status").annotate(n=Count("pk"))
    counted = dict(rows.order_by())
    return {(str(status),): float(counted.get(status, 0)) for status in LIVE}
