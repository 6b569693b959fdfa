"""People who sign in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The custom user, session and token sign-in."""

    name = "ticketmaster.accounts"
    label = "accounts"
    verbose_name = "People"
