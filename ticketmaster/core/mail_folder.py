"""Mail for laptops: each message lands as an .eml file in MAIL_DIR, and can be read from there."""

import hashlib
import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage as ReadMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

MOST_LISTED = 200


class FolderBackend(BaseEmailBackend):
    """Write each message under a name made from its Message-ID: the same mail is one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them all and return how many."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message()
            name = hashlib.sha256(str(content["Message-ID"]).encode()).hexdigest()[:24]
            # A name of this process's and thread's own: two workers may write the same mail.
            part = folder / f"{name}.{os.getpid()}-{threading.get_ident()}.part"
            part.write_bytes(content.as_bytes())
            part.replace(folder / f"{name}.eml")
        return len(email_messages)


class LandedMail:
    """A mail in the folder."""

    def __init__(self, name: str, written: bytes) -> None:
        self.name = name
        parsed = message_from_bytes(written, policy=default)
        assert isinstance(parsed, ReadMessage)
        self.message = parsed

    @property
    def subject(self) -> str:
        """The subject, or a word for none."""
        return str(self.message["Subject"] or "(no subject)")

    @property
    def to(self) -> str:
        """Who it went to."""
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        """Who it came from."""
        return str(self.message["From"] or "")

    @property
    def at(self) -> datetime:
        """When it was sent."""
        written = self.message["Date"]
        return parsedate_to_datetime(str(written)) if written else datetime.now(UTC)

    @property
    def text(self) -> str:
        """Its plain text; blank where it has none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """Its HTML; blank where it has none."""
        return self._body("html")

    @property
    def attachments(self) -> list[tuple[str, str, bytes]]:
        """Name, content type and bytes of each attachment."""
        return [
            (
                part.get_filename() or f"attachment-{number}",
                part.get_content_type(),
                bytes(part.get_payload(decode=True) or b""),
            )
            for number, part in enumerate(self.message.iter_attachments(), 1)
        ]

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


def landed_mails() -> list[LandedMail]:
    """The newest 200 mails, newest first, without their bodies: tickets weigh 40 kB each."""
    folder = Path(settings.MAIL_DIR)
    if not folder.is_dir():
        return []
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [LandedMail(path.stem, _head(path)) for path in paths[:MOST_LISTED]]


def _head(path: Path) -> bytes:
    """The headers of a mail, which end at the first blank line."""
    return path.read_bytes().partition(b"\n\n")[0]


def landed_mail(name: str) -> LandedMail | None:
    """The mail of this name, which is hexadecimal and therefore no path; None where it is gone."""
    path = Path(settings.MAIL_DIR) / f"{name}.eml"
    is_name = len(name) == 24 and all(letter in "0123456789abcdef" for letter in name)
    return LandedMail(name, path.read_bytes()) if is_name and path.is_file() else None
