"""A purchase uses its place up: the next one is let in at once."""

import contextlib
from functools import partial
from typing import Any

import redis
from django.db import transaction

from bookings import moments
from bookings.models import Booking
from bookings.waiting_room import books, line
from bookings.waiting_room.rooms import behind_rooms


def connect() -> None:
    """Listen to the moment of the sale."""
    moments.booking_confirmed.connect(use_up_place, dispatch_uid="waiting room: bought")


def use_up_place(*, booking: Booking, **_: Any) -> None:
    """Close the buyer's pass with the sale itself, and free the place after it."""
    if booking.user_id is None or booking.event_id not in behind_rooms():
        return
    books.close_bought(booking.event_id, booking.user_id)
    give_back = partial(_give_back, booking.event_id, booking.user_id)
    transaction.on_commit(give_back, robust=True)


def _give_back(event_id: int, account: int) -> None:
    # With Redis away the place lapses by itself; the books have it closed already.
    with contextlib.suppress(redis.RedisError):
        line.leave_as_account(event_id, account, why="bought")
