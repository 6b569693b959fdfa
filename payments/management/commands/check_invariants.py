"""`manage.py check_invariants`: I1 to I10, each with its count; exit 1 if any is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from payments.invariants import check_invariants, ledger_difference


class Command(BaseCommand):
    """Counts what breaks each invariant, on a running site or not."""

    help = "Print I1 to I10 with their counts; exit 1 if any is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line each."""
        broken = False
        for finding in check_invariants():
            shown = "not checked" if finding.count is None else str(finding.count)
            self.stdout.write(f"{finding.name:<4} {shown:>11}  {finding.meaning}")
            broken = broken or bool(finding.count)
        difference = ledger_difference()
        if difference:
            self.stdout.write(f"sum  {difference:>11}  between all debits and all credits")
        if broken or difference:
            sys.exit(1)
