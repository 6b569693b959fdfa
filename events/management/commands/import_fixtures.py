"""manage.py import_fixtures: files of seasons, stadiums, ballparks and leagues."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.importers.errors import FileRefused
from events.importers.fixtures.files import files_at, read_files
from events.importers.fixtures.importing import (
    FixtureReport,
    import_fixtures,
    preview_fixtures,
    steps_of,
)
from events.importers.fixtures.planning import plan_import
from events.importers.fixtures.selling import open_next
from events.importers.progress import Progress
from events.importers.report import SHOWN_NOTES
from ticketmaster.core.clock import database_now

# Beside the project, where such files are kept.
USUAL_FOLDER = Path("shared") / "data"


class Command(BaseCommand):
    """Reads all files together, since clubs, grounds and cities come in different ones."""

    help = (
        "Import football seasons (openfootball JSON), football-stadiums.csv, ballparks.geojson, "
        "the NBA, NFL, NHL and MLB team files and us-cities.csv: venues, teams and fixtures, "
        "past seasons moved by whole weeks into the future. Importing again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """PATHS, --dry-run, --on-sale N, --full-size."""
        parser.add_argument(
            "paths", nargs="*", type=Path, help="Files and folders; without any ../shared/data"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Report only; write nothing at all"
        )
        parser.add_argument(
            "--on-sale", type=int, default=0, metavar="N", help="Open the next N fixtures"
        )
        parser.add_argument(
            "--full-size",
            action="store_true",
            help="As many seats as the ground has, instead of at most 5,000",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, open the sales asked for, report."""
        if options["on_sale"] < 0:
            raise CommandError("--on-sale takes a number of events, such as 10.")
        paths = options["paths"] or [settings.BASE_DIR.parent / USUAL_FOLDER]
        try:
            sources = read_files(files_at(paths))
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        plan = plan_import(sources, now=database_now())
        progress = Progress(steps_of(plan), sys.stderr, what="venues, teams and fixtures")
        run = preview_fixtures if options["dry_run"] else import_fixtures
        report = run(plan, advance=progress.advance)
        progress.finish()
        if options["on_sale"] and not options["dry_run"]:
            self._open(options["on_sale"], options["full_size"], report)
        self._print(report, dry_run=options["dry_run"], verbosity=options["verbosity"])
        if report.is_empty:
            raise CommandError("Nothing could be imported.")

    def _open(self, count: int, full_size: bool, report: FixtureReport) -> None:
        progress = Progress(count, sys.stderr, what="fixtures looked at for sale")
        open_next(count, full_size=full_size, report=report.sales, advance=progress.advance)
        progress.finish()

    def _print(self, report: FixtureReport, *, dry_run: bool, verbosity: int) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was written. It would be:")
        for line in report.lines(most_notes=None if verbosity > 1 else SHOWN_NOTES):
            self.stdout.write(line)
