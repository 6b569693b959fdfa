"""manage.py load_demo: a believable catalogue, demo logins, and some tickets sold already."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from events.demo.catalogue import SHOWS, load_shows
from payments.demo.people import PASSWORD, ensure_buyers, ensure_logins
from payments.demo.rooms import ensure_rooms
from payments.demo.sales import sell_demo_tickets
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import DomainError


class Command(BaseCommand):
    """Makes what is missing and changes nothing that is there."""

    help = (
        "Load the demo catalogue; a second run changes nothing. Under embedded settings (./run) "
        f"also the demo logins (password {PASSWORD}) and tickets sold through the Stripe sandbox."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Catalogue, people, sales; one line for each."""
        begun = time.monotonic()
        self._load()
        self.stdout.write(f"{ensure_rooms()} waiting rooms made.")
        if not settings.EMBEDDED:
            self.stdout.write(
                "No demo logins and no sold tickets: these settings are not embedded."
            )
            return
        try:
            logins = ensure_logins()
            self.stdout.write(f"{logins} demo logins made.")
            bookings = sell_demo_tickets(ensure_buyers())
        except DomainError as refusal:
            raise CommandError(f"The demo tickets could not be sold: {refusal.detail}") from refusal
        self.stdout.write(f"{bookings} demo bookings made and paid.")
        self.stdout.write(f"Demo catalogue complete after {time.monotonic() - begun:.0f} s.")

    def _load(self) -> None:
        made = tickets = 0
        for number, (show, count) in enumerate(load_shows(now=database_now()), start=1):
            if count is not None:
                made, tickets = made + 1, tickets + count
                self.stdout.write(f"{number} of {len(SHOWS)}: {show.name}")
        self.stdout.write(f"{made} events made, {tickets:,} tickets put on sale.")
