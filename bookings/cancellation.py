"""Taking a confirmed booking back: its admissions stop opening doors, its tickets go on sale."""

from django.db import transaction

from bookings import moments
from bookings.errors import BookingNotReleasable
from bookings.locks import lock_booking, lock_tickets_of, waiting_at_most
from bookings.models import Admission, Booking
from bookings.release import free_tickets
from events.locks import share_event
from ticketmaster.core.clock import database_now

TAKEN_BACK = frozenset({Booking.Status.CANCELLED, Booking.Status.REFUNDED})


@transaction.atomic
def cancel_confirmed(*, booking_id: int, actor_id: int | None = None) -> Booking:
    """End a confirmed booking: `refunded` where money was paid, else `cancelled`.

    The money itself is the caller's to return. Already ended is returned as it is. Raises
    BookingNotReleasable for one that was never confirmed. Sends `booking_cancelled`.
    """
    event_id = Booking.objects.values_list("event_id", flat=True).get(pk=booking_id)
    with waiting_at_most():
        share_event(event_id)
        booking = lock_booking(booking_id)
        if booking.status in TAKEN_BACK:
            return booking
        if booking.status not in {Booking.Status.CONFIRMED, Booking.Status.NEEDS_ATTENTION}:
            raise BookingNotReleasable
        tickets = lock_tickets_of([booking.pk])
        now = database_now()
        Admission.objects.filter(line__booking=booking).exclude(
            status=Admission.Status.VOID
        ).update(status=Admission.Status.VOID, voided_at=now)
        free_tickets(
            booking,
            tickets=tickets,
            to=Booking.Status.REFUNDED if booking.total_minor else Booking.Status.CANCELLED,
            action="cancel",
            now=now,
            actor_id=actor_id,
        )
        moments.booking_cancelled.send(sender=__name__, booking=booking)
    return booking
