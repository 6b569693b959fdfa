"""manage.py import_events FILE: promoters' listings in schema.org's words into the catalogue."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.importers.errors import FileRefused
from events.importers.importing import import_listings, open_sales, preview_listings
from events.importers.progress import Progress
from events.importers.reading import read_listings
from events.importers.report import SHOWN_NOTES, ImportReport


class Command(BaseCommand):
    """Reads a file and prints what became of each row that needs a word."""

    help = (
        "Import schema.org Event listings: a JSON array, JSON lines, or a document with @graph. "
        "Importing again updates by identifier and never touches sold tickets. Exits 0 if any row "
        "could be imported (rows that could not are reported by number), 1 if none could or the "
        "file cannot be read. Listed prices are all-in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE, --on-sale, --dry-run."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--on-sale",
            action="store_true",
            help="Put the file's scheduled events on sale, also those imported before",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Report only; write nothing at all"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, open the sales if asked to, report."""
        try:
            listings = read_listings(options["file"])
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        run = preview_listings if options["dry_run"] else import_listings
        progress = self._progress(listings.total, "rows")
        report = run(listings.rows, advance=progress.advance)
        progress.finish()
        if options["on_sale"] and not options["dry_run"]:
            progress = self._progress(len(report.stored), "events looked at for sale")
            open_sales(report, advance=progress.advance)
            progress.finish()
        self._print(report, dry_run=options["dry_run"], verbosity=options["verbosity"])
        if report.skipped and not report.imported:
            raise CommandError("No row could be imported.")

    def _progress(self, total: int, what: str) -> Progress:
        return Progress(total, sys.stderr, what=what)

    def _print(self, report: ImportReport, *, dry_run: bool, verbosity: int) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was written. It would be:")
        for line in report.lines(most_notes=None if verbosity > 1 else SHOWN_NOTES):
            self.stdout.write(line)
