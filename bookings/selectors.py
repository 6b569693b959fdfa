"""Reading bookings: every page and API call comes through these doors."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import Admission, Booking
from bookings.querysets import BookingQuerySet
from ticketmaster.core.errors import NotFound, NotOnThisAccount

LONGEST_REFERENCE = 32


def booking_for(*, user_id: int, reference: str) -> Booking:
    """This person's booking. Raises NotFound, for somebody else's too."""
    return _find(Booking.objects.of_user(user_id), reference)


def shown_booking_for(*, user_id: int, reference: str) -> Booking:
    """The same with all that a page shows of it, in a fixed number of queries."""
    return _find(Booking.objects.of_user(user_id).with_tickets(), reference)


def _find(bookings: QuerySet[Booking], reference: str) -> Booking:
    if not _is_speakable(reference):
        raise NotOnThisAccount("There is no such booking.")
    try:
        return bookings.get(reference=reference)
    except Booking.DoesNotExist as error:
        raise NotOnThisAccount("There is no such booking.") from error


def _is_speakable(text: str) -> bool:
    return len(text) <= LONGEST_REFERENCE and "\x00" not in text


def bookings_of(*, user_id: int) -> BookingQuerySet:
    """All of this person's bookings, newest first."""
    return Booking.objects.of_user(user_id).order_by("-pk")


def admission_for(*, user_id: int, code: str) -> Admission:
    """This person's admission with its line, ticket and event. Raises NotFound."""
    admission = None
    if _is_speakable(code):
        admission = (
            Admission.objects.of_user(user_id)
            .select_related(
                "line__booking__user",
                "line__booking__event__venue",
                "line__booking__event__category",
                "ticket__section",
                "ticket__seat",
            )
            .filter(code=code)
            .first()
        )
    if admission is None:
        raise NotOnThisAccount("There is no such ticket.")
    return admission


def status_of(booking_id: int) -> str:
    """How the booking stands at this statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM bookings_booking WHERE id = %s", [booking_id])
        return str(cursor.fetchone()[0])


def shown_status(booking: Booking, *, now: datetime | None = None) -> str:
    """The status as people see it: a lapsed hold reads `expired`, swept or not."""
    moment = now or timezone.now()
    if (
        booking.status == Booking.Status.RESERVED
        and booking.expires_at is not None
        and booking.expires_at <= moment
    ):
        return Booking.Status.EXPIRED
    return booking.status


def live_hold_on(*, user_id: int, ticket_ids: Sequence[int]) -> Booking:
    """This person's open or confirmed booking of these tickets. Raises NotFound."""
    booking = (
        Booking.objects.of_user(user_id)
        .filter(tickets__in=ticket_ids)
        .order_by("-pk")
        .distinct()
        .first()
    )
    if booking is None:
        raise NotFound("You hold no such ticket.")
    return booking
