"""What was sold, in tickets and in money: for the box office's first page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Sum

from bookings.models import Booking


@dataclass(frozen=True, slots=True)
class Sold:
    """Tickets sold in one currency, and what they cost all in, in its minor units."""

    tickets: int = 0
    amount_minor: int = 0

    def and_(self, other: "Sold") -> "Sold":
        """Both together, of the same currency."""
        return Sold(self.tickets + other.tickets, self.amount_minor + other.amount_minor)


def sold_between(*, since: datetime, until: datetime) -> dict[str, Sold]:
    """What was sold from `since` until just before `until`, by currency.

    As it was sold: tickets that were given back later count, too, so a day that is over keeps its
    figures. One query over the bookings of that span, found by an index.
    """
    sums = (
        Booking.objects.filter(confirmed_at__gte=since, confirmed_at__lt=until)
        .order_by()
        .values_list("currency")
        .annotate(
            places=Count("lines"),
            paid=Sum(F("lines__face_minor") + F("lines__fee_minor") + F("lines__tax_minor")),
        )
    )
    return {currency: Sold(places, int(paid)) for currency, places, paid in sums}
