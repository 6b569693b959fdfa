"""Mails: rendered from two templates, sent from the outbox, the same mail always one message.

The outbox delivers at least once, so a mail may be handed over twice after a crash. Its Message-ID
comes from the outbox row: mail folders and most readers show such a pair as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Attachment:
    """A file that comes with a mail."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Mail:
    """One message to one person, in plain text and HTML."""

    to: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()


def render_mail(
    template: str,
    context: dict[str, Any],
    *,
    to: str,
    subject: str,
    attachments: Sequence[Attachment] = (),
) -> Mail:
    """The mail from `mail/{template}.txt` and `.html`, which know the site's name and address."""
    known = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "subject": subject}
    return Mail(
        to=to,
        subject=" ".join(subject.split()),
        text=render_to_string(f"mail/{template}.txt", {**known, **context}).strip() + "\n",
        html=render_to_string(f"mail/{template}.html", {**known, **context}),
        attachments=attachments,
    )


def send(mail: Mail, *, outbox_id: int) -> None:
    """Hand the mail over to the mail server or folder. Raises what the backend raises."""
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        headers={
            "Message-ID": f"<outbox-{outbox_id}@{_domain()}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        message.attach(attachment.name, attachment.content, attachment.content_type)
    message.send()


def _domain() -> str:
    """The sender's, as mail servers expect of a Message-ID."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
