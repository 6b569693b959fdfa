"""Holding seats and keeping bookings."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Bookings, their lines, and the admissions that open the door."""

    name = "bookings"
    verbose_name = "Bookings"
