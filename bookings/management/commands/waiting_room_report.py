"""Was the sale fair? Prints what happened in an event's waiting room."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.report import lines_of, report_on


class Command(BaseCommand):
    """waiting_room_report EVENT"""

    help = "Prints the fairness report of an event's waiting room."

    def add_arguments(self, parser: CommandParser) -> None:
        """The event's number."""
        parser.add_argument("event", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it; an error where the event has no waiting room."""
        room = WaitingRoom.objects.select_related("event").filter(pk=options["event"]).first()
        if room is None:
            raise CommandError(f"Event {options['event']} has no waiting room.")
        self.stdout.write(str(room))
        report = report_on(room)
        for name, value in lines_of(report):
            self.stdout.write(f"  {name}: {value}")
        for minute, count in report.by_minute:
            self.stdout.write(f"  {minute} UTC: {count:,} let in")
