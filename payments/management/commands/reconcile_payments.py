"""`manage.py reconcile_payments`: drive payments that were left half-way to an end."""

from typing import Any

from django.core.management.base import BaseCommand

from payments.reconciler import reconcile


class Command(BaseCommand):
    """The same that beat does twice a minute."""

    help = "Drive open payments, refunds and paying bookings to an end. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run once and say what was done."""
        self.stdout.write(str(reconcile()))
