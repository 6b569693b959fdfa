"""Refusals about accounts."""

from ticketmaster.core.errors import DomainError


class AddressTaken(DomainError):
    """Somebody else signed up with this address a moment ago."""

    code = "email_taken"
    message = "A user is already registered with this email address."
