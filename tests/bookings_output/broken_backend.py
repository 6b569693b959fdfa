"""A mail server that is away."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class BrokenBackend(BaseEmailBackend):
    """Fails."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """As smtplib does when nobody listens."""
        raise ConnectionRefusedError
