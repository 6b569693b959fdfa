"""People who sign in."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The custom user, session and token sign-in."""

    name = "ticketmaster.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Register the mails' outbox handler and the API's security schemes."""
        import_module("ticketmaster.accounts.mails")
        import_module("ticketmaster.accounts.schema")
