"""How holds stand, for `/metrics`."""

from django.db.models import Count

from bookings.models import Booking
from bookings.waiting_room import line
from bookings.waiting_room.rooms import behind_rooms
from ticketmaster.core.metrics import Gauge, Samples, add_gauge

IN_LINE = ("pool", "waiting", "away", "back", "inside")
LIVE = (Booking.Status.RESERVED, Booking.Status.PAYING, Booking.Status.NEEDS_ATTENTION)


def add() -> None:
    """Have them asked for from now on."""
    add_gauge(Gauge("bookings", "Bookings that are not at an end.", _unfinished, ("status",)))
    add_gauge(
        Gauge(
            "waiting_room_people",
            "People of each waiting room: in the draw, in line, away, back in front, inside.",
            people_in_line,
            ("event", "where"),
        )
    )


def _unfinished() -> Samples:
    rows = Booking.objects.filter(status__in=LIVE).values_list("status").annotate(n=Count("pk"))
    counted = dict(rows.order_by())
    return {(str(status),): float(counted.get(status, 0)) for status in LIVE}


def people_in_line() -> Samples:
    """How many, by event and where they are. Raises RedisError."""
    counted = {event_id: line.numbers(event_id) for event_id in sorted(behind_rooms())}
    return {
        (str(event_id), where): found[where]
        for event_id, found in counted.items()
        if found is not None
        for where in IN_LINE
    }
