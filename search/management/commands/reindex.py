"""Write every search row anew from the catalogue, and a new index from the rows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from elasticsearch import ApiError, TransportError

from search.engines.elasticsearch_client import is_configured
from search.models import SearchRow
from search.rebuilding import rewrite_all_rows
from search.sync.rebuild import (
    NothingToGoBackTo,
    RebuildFailed,
    index_is_needed,
    rebuild_index,
    roll_back,
)


class Command(BaseCommand):
    """`manage.py reindex`: safe at any time; searching and selling go on meanwhile."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which part, if not all."""
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--rows", action="store_true", help="Only the rows in Postgres")
        part.add_argument("--index", action="store_true", help="Only the index, from the rows")
        part.add_argument(
            "--if-needed",
            action="store_true",
            help="Only the index, and only if there is none of this mapping",
        )
        part.add_argument(
            "--rollback", action="store_true", help="Search the index that was searched before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done; CommandError leaves the searched index as it was."""
        if (options["rollback"] or options["index"]) and not is_configured():
            raise CommandError("There is no index without ELASTICSEARCH_URL.")
        if options["rollback"]:
            self._roll_back()
            return
        if not (options["index"] or options["if_needed"]):
            self._write_rows()
        if options["rows"] or (options["if_needed"] and not index_is_needed()):
            return
        if is_configured():
            self._write_index()

    def _write_rows(self) -> None:
        found = rewrite_all_rows()
        self.stdout.write(f"{found} events can be found; {SearchRow.objects.count()} rows.")

    def _write_index(self) -> None:
        try:
            built = rebuild_index(tell=self.stdout.write)
        except (RebuildFailed, ApiError, TransportError) as error:
            raise CommandError(f"The index stays as it was: {error}") from error
        self.stdout.write(f"Searched from now on: {built.name}, {built.documents} documents.")

    def _roll_back(self) -> None:
        try:
            name = roll_back()
        except (NothingToGoBackTo, ApiError, TransportError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Searched from now on: {name}.")
