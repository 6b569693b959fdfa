"""Holding seats and keeping bookings."""

from importlib import import_module

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Bookings, their lines, and the admissions that open the door."""

    name = "bookings"
    verbose_name = "Bookings"

    def ready(self) -> None:
        """Owe mails at the moments of a booking, free places in waiting rooms, count both."""
        import_module("bookings.mails").connect()
        import_module("bookings.waiting_room.purchases").connect()
        import_module("bookings.metrics").add()
