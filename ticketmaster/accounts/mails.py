"""Mails about accounts. They go through the outbox: no sign-up waits for a mail server."""

import secrets

from ticketmaster.core import mail, outbox
from ticketmaster.core.models import OutboxMessage

TOPIC = "mail.account"


def owe_account_mail(*, to: str, subject: str, text: str, html: str) -> None:
    """Send this mail within seconds, however often the mail server fails meanwhile."""
    outbox.add(
        topic=TOPIC,
        unique_key=f"{TOPIC}:{secrets.token_urlsafe(16)}",
        payload={"to": to, "subject": subject, "text": text, "html": html},
    )


@outbox.handles(TOPIC)
def send_account_mail(message: OutboxMessage) -> None:
    """Send it, and strike its text out of the row: links that open an account do not stay."""
    payload = message.payload
    written = mail.Mail(payload["to"], payload["subject"], payload["text"], payload["html"])
    mail.send(written, outbox_id=message.pk)
    OutboxMessage.objects.filter(pk=message.pk).update(
        payload={"to": payload["to"], "subject": payload["subject"]}
    )
