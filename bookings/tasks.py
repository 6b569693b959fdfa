"""Beat's cleaner, and beat's keeper of the waiting rooms."""

from celery import shared_task

from bookings.expiry import release_lapsed_holds
from bookings.waiting_room.keeper import keep_all


@shared_task
def release_expired_reservations() -> None:
    """Put lapsed holds back on sale. Every other second; harmless twice."""
    release_lapsed_holds()


@shared_task
def keep_waiting_rooms() -> None:
    """Write lines down, tune them, open those whose time has come. Harmless twice."""
    keep_all()
