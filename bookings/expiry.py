"""The cleaner: puts lapsed holds back on sale. Nothing depends on it; a claim takes them anyway."""

from itertools import groupby

from django.db import transaction

from bookings.locks import lock_bookings_passing_over, lock_tickets_of_passing_over
from bookings.models import Booking
from bookings.release import free_tickets
from events.locks import share_event
from events.models import Ticket
from ticketmaster.core.clock import database_now

BATCH = 200
MOST = 20_000


def release_lapsed_holds() -> int:
    """Expire every hold whose time is up and say how many. Safe beside any other run of itself.

    Lists ids first, then locks and tests again, two hundred bookings of one event a transaction.
    """
    lapsed = Booking.objects.filter(status=Booking.Status.RESERVED, expires_at__lte=database_now())
    rows = list(lapsed.order_by("event_id", "pk").values_list("event_id", "pk")[:MOST])
    released = 0
    for event_id, group in groupby(rows, key=lambda row: row[0]):
        ids = [booking_id for _, booking_id in group]
        for start in range(0, len(ids), BATCH):
            released += _release_batch(event_id, ids[start : start + BATCH])
    return released


def _release_batch(event_id: int, booking_ids: list[int]) -> int:
    with transaction.atomic():
        share_event(event_id)
        bookings = lock_bookings_passing_over(Booking.objects.filter(pk__in=booking_ids))
        tickets = lock_tickets_of_passing_over([booking.pk for booking in bookings])
        now = database_now()  # read after the locks: a payment may have extended one meanwhile
        contested = _contested([booking.pk for booking in bookings], tickets)
        ended = [
            booking
            for booking in bookings
            if booking.status == Booking.Status.RESERVED
            and booking.expires_at is not None
            and booking.expires_at <= now
            and booking.pk not in contested
        ]
        if not ended:
            return 0
        ids = {booking.pk for booking in ended}
        own = [ticket for ticket in tickets if ticket.booking_id in ids]
        free_tickets(*ended, tickets=own, to=Booking.Status.EXPIRED, action="lapse", now=now)
    return len(ended)


def _contested(booking_ids: list[int], locked: list[Ticket]) -> set[int]:
    """Bookings of which somebody is taking a ticket over this very moment: the next run's."""
    held = Ticket.objects.filter(booking_id__in=booking_ids).exclude(
        pk__in=[ticket.pk for ticket in locked]
    )
    return {booking_id for booking_id in held.values_list("booking_id", flat=True) if booking_id}
