"""What allauth asks the site."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from ticketmaster.accounts.models import User
from ticketmaster.accounts.person import person_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Fills in `person` at sign-up and trusts the gateway about addresses."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The new user, saved unless told otherwise."""
        user = super().save_user(request, user, form, commit=False)
        user.person = person_of(user.email)
        if commit:
            user.save()
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the gateway believes."""
        address: str = request.META["REMOTE_ADDR"]
        return address
