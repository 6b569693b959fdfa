"""Moments of a booking, sent inside the transaction that makes them true.

Each is sent with `booking` (the locked row) and keyword `sender` the module's name. What a
receiver writes is part of the transaction; its failure undoes it.
"""

from django.dispatch import Signal

booking_confirmed = Signal()
booking_released = Signal()
booking_cancelled = Signal()
