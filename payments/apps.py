"""Money: attempts, refunds, Stripe's events and the ledger."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payment attempts, refunds, the webhook inbox and the double-entry ledger."""

    name = "payments"
    verbose_name = "Payments"
