"""Standing places: any free ones of a floor, so that its buyers never refuse each other."""

import random

from django.db.models import Max, Min

from bookings.claimed import ClaimedTicket
from bookings.claims import Buyer, Claim, hold
from bookings.errors import NoBlockAvailable
from bookings.holds import keep_in_redis
from bookings.locks import claim_free_places, own_best_available, waiting_at_most
from bookings.models import Booking
from bookings.wishes import Wish
from events.models import Ticket
from ticketmaster.core.ids import new_reference


def hold_standing(*, user: Buyer, section_id: int, wish: Wish) -> Booking | None:
    """Hold that many places of this floor; None when there are too few.

    First without waiting, passing over rows that others have locked. When that finds too few, once
    more with nobody else's second try beside it and waiting for each row, so that "too few" is
    true: 500 buyers of 500 places all succeed.
    """
    bounds = Ticket.objects.filter(event_id=wish.event_id, section_id=section_id).aggregate(
        first=Min("pk"), last=Max("pk")
    )
    if bounds["first"] is None:
        return None
    start = random.randint(bounds["first"], bounds["last"])  # spreads a crowd; nothing secret
    for waiting in (False, True):
        booking = _try(user, section_id, wish, start=start, waiting=waiting)
        if booking is not None:
            return booking
    return None


def _try(user: Buyer, section_id: int, wish: Wish, *, start: int, waiting: bool) -> Booking | None:
    def pick() -> list[ClaimedTicket]:
        if waiting:
            own_best_available(wish.event_id)
        with waiting_at_most():
            places = claim_free_places(
                event_id=wish.event_id,
                section_id=section_id,
                start=start,
                limit=wish.quantity,
                waiting=waiting,
            )
        if len(places) < wish.quantity:
            raise NoBlockAvailable
        return places

    claim = Claim(
        buyer=user,
        event_id=wish.event_id,
        reference=new_reference(),
        access_code=wish.access_code,
    )
    try:
        booking, places = hold(claim, pick)
    except NoBlockAvailable:
        return None
    keep_in_redis(booking, places)
    return booking
