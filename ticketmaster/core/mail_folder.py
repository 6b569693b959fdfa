"""Mail for laptops: each message lands as an .eml file in MAIL_DIR."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Write each message under a name made from its Message-ID: the same mail is one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them all and return how many."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message()
            name = hashlib.sha256(str(content["Message-ID"]).encode()).hexdigest()[:24]
            part = folder / f"{name}.part"
            part.write_bytes(content.as_bytes(linesep="\r\n"))
            part.rename(folder / f"{name}.eml")
        return len(email_messages)
