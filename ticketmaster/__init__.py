"""The ground floor: settings, wiring, and what knows no app."""

from ticketmaster.celery import app as celery_app

__all__ = ["celery_app"]
