"""manage.py generate_catalogue: made-up events in any number, for measuring."""

import sys
import time
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from events.generating.catalogue import generate_catalogue
from events.importers.progress import Progress

MOST_EVENTS, MOST_TICKETS = 5_000_000, 1_000_000


class Command(BaseCommand):
    """Adds events to what is there; nothing that exists is touched."""

    help = (
        "Add made-up events, on sale and found by search, with so many free tickets each in "
        "seated sections. With --tickets 0 they are only listed. The same --seed makes the same "
        "events; a further run adds those that come next."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--events, --tickets, --seed."""
        parser.add_argument("--events", type=_up_to(MOST_EVENTS), required=True)
        parser.add_argument(
            "--tickets", type=_up_to(MOST_TICKETS), required=True, help="For each event"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate, and say how many and how fast."""
        begun = time.monotonic()
        progress = Progress(options["events"], sys.stderr, what="events")
        made = generate_catalogue(
            events=options["events"],
            tickets=options["tickets"],
            seed=options["seed"],
            advance=progress.advance,
        )
        progress.finish()
        took = time.monotonic() - begun
        self.stdout.write(f"{made.events:,} events, {made.tickets:,} tickets in {took:.1f} s.")


def _up_to(most: int) -> Any:
    """A parser of whole numbers from 0 to this."""

    def parse(written: str) -> int:
        number = int(written)
        if not 0 <= number <= most:
            raise ArgumentTypeError(f"between 0 and {most:,}, not {number:,}")
        return number

    return parse
