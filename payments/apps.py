"""Money: attempts, refunds, Stripe's events and the ledger."""

from importlib import import_module

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payment attempts, refunds, the webhook inbox and the double-entry ledger."""

    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Register who delivers mails about money, its figures, and refunds of cancelled events."""
        import_module("payments.mail")
        import_module("payments.metrics").add()
        import_module("payments.event_refunds").connect()
