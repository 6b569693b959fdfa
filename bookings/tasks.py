"""Beat's cleaner."""

from celery import shared_task

from bookings.expiry import release_lapsed_holds


@shared_task
def release_expired_reservations() -> None:
    """Put lapsed holds back on sale. Every five seconds; harmless twice."""
    release_lapsed_holds()
